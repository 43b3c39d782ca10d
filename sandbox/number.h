// Numbers in requests: all of a text, or nothing.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

namespace ssmb::sandbox {

// Never throws: nullopt for an empty text, for anything behind the number, and for one that does
// not fit.
template <std::integral T>
std::optional<T> parse_number(std::string_view text, int base = 10) {
  T number{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace ssmb::sandbox
