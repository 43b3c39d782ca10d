// Memory that is wiped before it is given back, and text that cannot be formatted.
//
// Values of parameters, credentials and every body that may carry them live in these types.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace ssmb {

// Overwrites memory so that the compiler may not leave it out.
void wipe(void* memory, std::size_t size) noexcept;

template <class T>
struct WipingAllocator {
  using value_type = T;
  using is_always_equal = std::true_type;

  WipingAllocator() = default;
  template <class U>
  // NOLINTNEXTLINE(google-explicit-constructor): the allocator requirements ask for a conversion
  WipingAllocator(const WipingAllocator<U>&) noexcept {}

  T* allocate(std::size_t count) { return std::allocator<T>{}.allocate(count); }
  void deallocate(T* memory, std::size_t count) noexcept {
    wipe(memory, count * sizeof(T));
    std::allocator<T>{}.deallocate(memory, count);
  }
  bool operator==(const WipingAllocator&) const = default;
};

// Bytes on the heap (never in the object itself, as a short std::string would be), wiped when
// freed or moved to a larger block. Message bodies are SecretBytes.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::string_view text) : bytes_(text.begin(), text.end()) {}

  std::string_view view() const { return {bytes_.data(), bytes_.size()}; }
  std::span<const std::byte> bytes() const { return std::as_bytes(std::span(bytes_)); }
  const char* data() const { return bytes_.data(); }
  char* data() { return bytes_.data(); }
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }

  void append(std::string_view text) { bytes_.insert(bytes_.end(), text.begin(), text.end()); }
  void push_back(char c) { bytes_.push_back(c); }
  void resize(std::size_t size) { bytes_.resize(size); }
  void reserve(std::size_t size) { bytes_.reserve(size); }
  // Wipes and empties; the capacity stays.
  void clear() {
    wipe(bytes_.data(), bytes_.size());
    bytes_.clear();
  }

  // Not of constant time: never for checking a password.
  bool operator==(const SecretBytes&) const = default;

 private:
  std::vector<char, WipingAllocator<char>> bytes_;
};

// A secret text: a parameter's value, a secret key, a session token. No stream operator, no
// formatter, no conversion: the only way to its characters is reveal(), easy to search for.
class SecretText {
 public:
  SecretText() = default;
  explicit SecretText(std::string_view text) : bytes_(text) {}

  std::string_view reveal() const { return bytes_.view(); }
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }

  bool operator==(const SecretText&) const = default;

 private:
  SecretBytes bytes_;
};

}  // namespace ssmb
