#include "base/wiping_resource.h"

#include <cstddef>
#include <cstdlib>
#include <new>

#include "base/secret.h"

namespace ssmb {
namespace {

// Boost.JSON 1.81 frees the key of a half parsed object with another alignment than it asked for:
// up to malloc()'s own all of them mean the same block. (Not of operator new, which in the program
// wipes once more.)
constexpr bool is_default(std::size_t alignment) { return alignment <= alignof(std::max_align_t); }

class WipingResource final : public boost::json::memory_resource {
  void* do_allocate(std::size_t size, std::size_t alignment) override {
    if (is_default(alignment)) {
      void* memory = std::malloc(size);
      if (memory == nullptr) throw std::bad_alloc();
      return memory;
    }
    return ::operator new(size, std::align_val_t{alignment});
  }
  void do_deallocate(void* memory, std::size_t size, std::size_t alignment) override {
    wipe(memory, size);
    if (is_default(alignment)) return std::free(memory);
    ::operator delete(memory, size, std::align_val_t{alignment});
  }
  bool do_is_equal(const boost::json::memory_resource& other) const noexcept override {
    return dynamic_cast<const WipingResource*>(&other) != nullptr;
  }
};

}  // namespace

boost::json::storage_ptr wiping_storage() {
  static WipingResource resource;
  return boost::json::storage_ptr(&resource);
}

}  // namespace ssmb
