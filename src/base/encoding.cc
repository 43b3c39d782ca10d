#include "base/encoding.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace ssmb {
namespace {

constexpr std::string_view kLowerHex = "0123456789abcdef";
constexpr std::string_view kUpperHex = "0123456789ABCDEF";
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

std::optional<char> hex_pair(char high, char low) {
  const auto first = hex_digit(high);
  const auto second = hex_digit(low);
  if (!first || !second) return std::nullopt;
  return static_cast<char>(*first << 4U | *second);
}

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

// The length of the well-formed sequence that begins at `text` (not empty); 0 if there is none.
// The table is Unicode 15's 3-7: the second byte's range excludes surrogates and overlong forms.
std::size_t sequence_length(std::string_view text) {
  struct Row {
    unsigned first_low, first_high, second_low, second_high;
    std::size_t length;
  };
  static constexpr std::array<Row, 8> kRows{{{0xC2, 0xDF, 0x80, 0xBF, 2},
                                             {0xE0, 0xE0, 0xA0, 0xBF, 3},
                                             {0xE1, 0xEC, 0x80, 0xBF, 3},
                                             {0xED, 0xED, 0x80, 0x9F, 3},
                                             {0xEE, 0xEF, 0x80, 0xBF, 3},
                                             {0xF0, 0xF0, 0x90, 0xBF, 4},
                                             {0xF1, 0xF3, 0x80, 0xBF, 4},
                                             {0xF4, 0xF4, 0x80, 0x8F, 4}}};
  const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (at(0) < 0x80) return 1;
  for (const Row& row : kRows) {
    if (at(0) < row.first_low || at(0) > row.first_high) continue;
    if (text.size() < row.length || at(1) < row.second_low || at(1) > row.second_high) return 0;
    for (std::size_t i = 2; i < row.length; ++i)
      if (at(i) < 0x80 || at(i) > 0xBF) return 0;
    return row.length;
  }
  return 0;
}

// The number of code points; nullopt where the text is not UTF-8.
std::optional<std::size_t> count_code_points(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) return std::nullopt;
    text.remove_prefix(length);
    ++count;
  }
  return count;
}

}  // namespace

std::string to_hex(std::span<const std::byte> bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::byte byte : bytes) {
    text += kLowerHex[std::to_integer<std::size_t>(byte >> 4)];
    text += kLowerHex[std::to_integer<std::size_t>(byte & std::byte{15})];
  }
  return text;
}

Result<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return fail(ErrorKind::invalid, "hex text of odd length");
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto byte = hex_pair(text[i], text[i + 1]);
    if (!byte) return fail(ErrorKind::invalid, "hex text holds another character");
    bytes += *byte;
  }
  return bytes;
}

std::string to_base64(std::span<const std::byte> bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t taken = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8U | (k < taken ? std::to_integer<std::uint32_t>(bytes[i + k]) : 0);
    for (std::size_t k = 0; k < 4; ++k)
      text += k <= taken ? kBase64[group >> (18 - 6 * k) & 63U] : '=';
  }
  return text;
}

std::string to_base64url(std::span<const std::byte> bytes) {
  std::string text = to_base64(bytes);
  text.resize(text.find_last_not_of('=') + 1);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

Result<std::string> from_base64(std::string_view text) {
  const auto wrong = [] { return fail(ErrorKind::invalid, "not Base64"); };
  if (text.size() % 4 != 0) return wrong();
  std::size_t padding = 0;
  while (padding < 2 && text.size() > padding && text[text.size() - 1 - padding] == '=') ++padding;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_padding = i >= text.size() - padding;
    const std::size_t digit = is_padding ? 0 : kBase64.find(text[i]);
    if (digit == std::string_view::npos) return wrong();
    group = group << 6U | static_cast<std::uint32_t>(digit);
    if (i % 4 != 3) continue;
    for (const unsigned shift : {16U, 8U, 0U}) bytes += static_cast<char>(group >> shift & 255U);
    group = 0;
  }
  // One text for one sequence of bytes: the bits that padding leaves over are zero.
  for (std::size_t i = bytes.size() - padding; i < bytes.size(); ++i)
    if (bytes[i] != 0) return wrong();
  bytes.resize(bytes.size() - padding);
  return bytes;
}

std::string percent_encode(std::string_view text, Slash slash) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c) || (c == '/' && slash == Slash::keep)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kUpperHex[byte >> 4U];
    encoded += kUpperHex[byte & 15U];
  }
  return encoded;
}

Result<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const auto byte =
        i + 2 < text.size() ? hex_pair(text[i + 1], text[i + 2]) : std::optional<char>();
    if (!byte) return fail(ErrorKind::invalid, "a '%' without two hex digits behind it");
    decoded += *byte;
    i += 2;
  }
  return decoded;
}

bool is_utf8(std::string_view text) { return count_code_points(text).has_value(); }

std::size_t utf8_length(std::string_view text) {
  return count_code_points(text).value_or(text.size());
}

}  // namespace ssmb
