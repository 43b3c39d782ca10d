// What cannot be undone, confirmed by its number: by a flag, or typed by whoever sits there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/context.h"

namespace ssmb::cli {

// The text of --confirm: nullopt where it is empty. usage: not a number.
Result<std::optional<std::uint64_t>> confirmed_count(const std::string& text);

struct Confirmation {
  std::uint64_t count;                 // 0: nothing is asked
  std::string what;                    // "3 live parameters would be deleted"
  std::optional<std::uint64_t> given;  // by --confirm
  std::string look_again;              // where the number given is another
  std::string otherwise;               // what the user may do instead
};
// usage: another number was given or typed, or there is nobody to ask.
ResultTask<void> confirm(Context& context, Confirmation wanted, CallScope scope);

}  // namespace ssmb::cli
