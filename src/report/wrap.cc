#include "report/wrap.h"

#include "base/encoding.h"
#include "base/text.h"

namespace ssmb::report {

std::string labelled(std::string_view label, std::string_view text, std::size_t columns) {
  const std::size_t indent = utf8_length(label);
  const std::string shown = printable(text, 4 * text.size() + 1);
  std::string out(label);
  std::size_t taken = indent;
  for (const std::string_view word : split(shown, ' ')) {
    const std::size_t length = utf8_length(word);
    if (taken > indent && taken + 1 + length > columns) {
      out += '\n' + std::string(indent, ' ');
      taken = indent;
    }
    if (taken > indent) {
      out += ' ';
      ++taken;
    }
    out += word;
    taken += length;
  }
  out.erase(out.find_last_not_of(' ') + 1);
  return out + '\n';
}

}  // namespace ssmb::report
