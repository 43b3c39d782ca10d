// Hex, Base64 and percent-encoding.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace ssmb {

std::string to_hex(std::span<const std::byte> bytes);  // lower case
Result<std::string> from_hex(std::string_view text);
std::string to_base64(std::span<const std::byte> bytes);     // RFC 4648 with padding
std::string to_base64url(std::span<const std::byte> bytes);  // its URL alphabet, without padding
Result<std::string> from_base64(std::string_view text);

enum class Slash { encode, keep };
// RFC 3986 as SigV4 asks: all but A-Z a-z 0-9 - _ . ~ becomes %XX in upper case.
std::string percent_encode(std::string_view text, Slash slash);
Result<std::string> percent_decode(std::string_view text);

// Well-formed UTF-8 as Unicode 15 defines it (no surrogates, no overlong forms)?
bool is_utf8(std::string_view text);
// The number of code points; of bytes where the text is not UTF-8.
std::size_t utf8_length(std::string_view text);

}  // namespace ssmb
