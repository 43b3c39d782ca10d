#include "report/style.h"

#include <fmt/format.h>

namespace ssmb::report {

std::string paint(Colour colour, Mark mark, std::string_view text) {
  if (colour == Colour::off) return std::string(text);
  const char* code = "2";
  switch (mark) {
    case Mark::ok: code = "32"; break;
    case Mark::warning: code = "33"; break;
    case Mark::failure: code = "31;1"; break;
    case Mark::faint: break;
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

}  // namespace ssmb::report
