#include "engine/restore/journal.h"
#include "targets.h"

namespace ssmb::fuzz {

using engine::restore::parse_journal;

std::string journal(std::string_view input) {
  const auto parsed = parse_journal(input);
  if (!parsed) return {};
  if (parsed->whole > input.size()) return "more of it is whole than there is";
  const std::string_view whole = input.substr(0, parsed->whole);
  for (const std::string_view torn : {"", "{", R"({"ended":"/a)"}) {
    const auto again = parse_journal(std::string(whole) + std::string(torn));
    if (!again) return "cut off, it cannot be read: " + to_line(again.error());
    if (again->begun != parsed->begun || again->head != parsed->head ||
        again->whole != whole.size())
      return "cut off, it says something else";
  }
  return {};
}

}  // namespace ssmb::fuzz
