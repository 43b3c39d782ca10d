// Texts that need not be held to be known again: names that were listed, ARNs that have tags.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ssmb::engine {

// Half a SHA-256 of the text.
struct TextKey {
  std::uint64_t high;
  std::uint64_t low;
  bool operator==(const TextKey&) const = default;
};
struct TextKeyHash {
  std::size_t operator()(const TextKey& key) const noexcept {
    return static_cast<std::size_t>(key.low);
  }
};

TextKey text_key(std::string_view text);

}  // namespace ssmb::engine
