// A name, known again without being held: sets of 100,000 names stay small.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/digest.h"
#include "base/ids.h"

namespace ssmb::engine {

// Half a SHA-256.
struct NameKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool operator==(const NameKey&) const = default;
};
struct NameKeyHash {
  std::size_t operator()(const NameKey& key) const { return static_cast<std::size_t>(key.low); }
};

inline NameKey key_of(const ParameterName& name) {
  const Sha256Digest digest = sha256(name.view());
  NameKey key;
  std::memcpy(&key, digest.data(), sizeof key);
  return key;
}

}  // namespace ssmb::engine
