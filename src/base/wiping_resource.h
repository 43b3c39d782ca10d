// Boost.JSON storage that wipes what it frees: for every JSON document in which values pass.
#pragma once

#include <array>
#include <boost/json/memory_resource.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/storage_ptr.hpp>
#include <cstddef>

#include "base/secret.h"

namespace ssmb {

// One for the process, stateless, safe to share between threads; outlives every document.
boost::json::storage_ptr wiping_storage();

// Memory on the stack, wiped at its end.
template <std::size_t kSize>
class WipedRoom {
 public:
  WipedRoom() = default;  // whoever takes it writes it first
  ~WipedRoom() { wipe(bytes_.data(), kSize); }
  WipedRoom(const WipedRoom&) = delete;
  WipedRoom& operator=(const WipedRoom&) = delete;

  unsigned char* data() { return bytes_.data(); }
  static constexpr std::size_t size() { return kSize; }

 private:
  std::array<unsigned char, kSize> bytes_;
};

// Storage for one small document that is soon gone: on the stack, then in wiping_storage(). It is
// given back as a whole, and outlives what lies in it.
class SmallStorage {
 public:
  SmallStorage() : resource_(room_.data(), WipedRoom<4096>::size(), wiping_storage()) {}

  boost::json::storage_ptr get() { return &resource_; }

 private:
  WipedRoom<4096> room_;
  boost::json::monotonic_resource resource_;
};

}  // namespace ssmb
