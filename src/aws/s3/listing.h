// What listings of objects and of versions share.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "base/error.h"

namespace ssmb::aws::s3 {

// encoding-type=url is that of forms: a space is "+", a plus "%2B".
inline Result<std::string> decode_key(std::string_view text, bool encoded) {
  if (!encoded) return std::string(text);
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return percent_decode(spaced);
}

inline void add_query(std::string& query, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  query +=
      fmt::format("{}{}={}", query.empty() ? "" : "&", name, percent_encode(value, Slash::encode));
}

}  // namespace ssmb::aws::s3
