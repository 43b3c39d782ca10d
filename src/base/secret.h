// Memory that is wiped before it is given back, and text that cannot be formatted.
//
// Values of parameters, credentials and every body that may carry them live in these types.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace ssmb {

// Overwrites memory so that the compiler may not leave it out.
void wipe(void* memory, std::size_t size) noexcept;

// Overwrites what calls that have returned left on the calling thread's stack (128 KiB of it) and
// in its vector registers, through which memcpy() moves texts, and which the dynamic linker and a
// core file save. For the end of a thread.
void wipe_leftovers() noexcept;
// That at the end of the calling thread, for a thread of a library's.
void wipe_leftovers_at_thread_end() noexcept;

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

// Bytes on the heap (never in the object itself, as a short std::string would be), wiped when they
// are freed, moved to a larger block, or cut off. Message bodies are SecretBytes.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::string_view text) { append(text); }
  SecretBytes(const SecretBytes& other) : SecretBytes(other.view()) {}
  SecretBytes(SecretBytes&& other) noexcept { swap(other); }
  SecretBytes& operator=(SecretBytes other) noexcept {
    swap(other);
    return *this;
  }
  ~SecretBytes() { wipe(data(), size_); }

  std::string_view view() const { return {data(), size_}; }
  std::span<const std::byte> bytes() const { return std::as_bytes(std::span(data(), size_)); }
  const char* data() const { return block_.get(); }
  char* data() { return block_.get(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // `text` may be a part of these bytes.
  void append(std::string_view text);
  void push_back(char c) { append({&c, 1}); }
  void resize(std::size_t size);  // what is new is zero
  // Memory that is reserved and not used is not touched.
  void reserve(std::size_t size);
  // Wipes and empties; the capacity stays.
  void clear() { resize(0); }

  // Not of constant time: never for checking a password.
  bool operator==(const SecretBytes& other) const { return view() == other.view(); }

 private:
  void swap(SecretBytes& other) noexcept {
    std::swap(block_, other.block_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }
  struct Free {
    void operator()(char* block) const noexcept { std::free(block); }
  };

  // Behind size_ nothing is ever secret. Of malloc(): the program's operator delete wipes whole
  // blocks, and so would touch what was only reserved.
  std::unique_ptr<char[], Free> block_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
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
