#include "cli/confirmation.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"
#include "base/try.h"

namespace ssmb::cli {

Result<std::optional<std::uint64_t>> confirmed_count(const std::string& text) {
  if (text.empty()) return std::nullopt;
  std::uint64_t count = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, count);
  if (error == std::errc{} && end == last) return count;
  return fail(ErrorKind::usage,
              fmt::format("--confirm wants a number, not '{}'", printable(text, 80)),
              "the number of what would be deleted");
}

ResultTask<void> confirm(Context& context, Confirmation wanted, CallScope scope) {
  const auto& [count, what, given, look_again, otherwise] = wanted;
  if (given && *given != count)
    co_return fail(ErrorKind::usage,
                   fmt::format("{}, and --confirm says {}: nothing was written", what, *given),
                   look_again);
  if (given || count == 0) co_return Result<void>{};
  const auto& typed_line = context.environment().typed_line;
  if (!typed_line)
    co_return fail(ErrorKind::usage, fmt::format("{}: nobody confirms it", what),
                   fmt::format("--confirm {}", count));
  context.err() << fmt::format("\n{}. Type their number to go on: ", what) << std::flush;
  SSMB_CO_TRY(line, co_await typed_line(scope));
  if (trim(line) == std::to_string(count)) co_return Result<void>{};
  co_return fail(
      ErrorKind::usage,
      fmt::format("{}, and '{}' was typed: nothing was written", what, printable(line, 80)),
      fmt::format("run it again and type their number, or {}", otherwise));
}

}  // namespace ssmb::cli
