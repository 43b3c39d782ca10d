#include "report/style.h"

#include <fmt/format.h>

#include "base/encoding.h"

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

std::string fit(std::string_view line, std::size_t columns) {
  std::string out;
  std::size_t taken = 0;
  while (!line.empty()) {
    std::size_t size = 1;
    if (line.front() == '\x1b') {
      const auto end = line.find('m');
      size = end == std::string_view::npos ? line.size() : end + 1;
      out += line.substr(0, size);
    } else {
      // A character goes with the continuation bytes behind it.
      while (size < line.size() && (static_cast<unsigned char>(line[size]) & 0xC0U) == 0x80U)
        ++size;
      if (taken++ < columns) out += line.substr(0, size);
    }
    line.remove_prefix(size);
  }
  return out;
}

std::string shorten(std::string_view text, std::size_t columns) {
  constexpr std::string_view kRest = "...";
  if (utf8_length(text) <= columns || columns <= kRest.size()) return fit(text, columns);
  std::string cut = fit(text, columns - kRest.size());
  // A word that fills more than half of the room is cut all the same.
  const bool inside = text[cut.size()] != ' ';
  const auto space = cut.find_last_of(' ');
  if (inside && space != std::string::npos && space > cut.size() / 2) cut.resize(space);
  cut.erase(cut.find_last_not_of(" .,;:") + 1);
  return cut + std::string(kRest);
}

}  // namespace ssmb::report
