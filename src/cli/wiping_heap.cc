// The program's operator new and delete: whatever is given back is wiped. Values and bodies live in
// SecretText and SecretBytes, which wipe themselves; here goes what passes through plain types on
// its way: headers that carry a session token, the environment, texts of libraries.
//
// Linked into the program only: a library must not change its user's heap.

#include <malloc.h>

#include <cstddef>
#include <cstdlib>
#include <new>

#include "base/secret.h"

namespace {

void* acquire(std::size_t size, std::size_t alignment) {
  if (size == 0) size = 1;
  while (true) {
    void* memory = nullptr;
    if (alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__)
      memory = std::malloc(size);
    else if (::posix_memalign(&memory, alignment, size) != 0)
      memory = nullptr;
    if (memory != nullptr) return memory;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

void release(void* memory) noexcept {
  if (memory == nullptr) return;
  // All of the block, not only what was asked for: it may have been made smaller.
  ssmb::wipe(memory, ::malloc_usable_size(memory));
  std::free(memory);
}

}  // namespace

// The other forms (arrays, nothrow) come down to these.
void* operator new(std::size_t size) { return acquire(size, 1); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return acquire(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept { release(memory); }
void operator delete(void* memory, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  release(memory);
}
