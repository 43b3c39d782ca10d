#include "base/wiping_resource.h"

#include <new>

#include "base/secret.h"

namespace ssmb {
namespace {

// Boost.JSON 1.81 frees the key of a half parsed object with another alignment than it asked for.
// Below the default one all of them mean the same block: the plain operators serve those.
constexpr bool is_default(std::size_t alignment) {
  return alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__;
}

class WipingResource final : public boost::json::memory_resource {
  void* do_allocate(std::size_t size, std::size_t alignment) override {
    if (is_default(alignment)) return ::operator new(size);
    return ::operator new(size, std::align_val_t{alignment});
  }
  void do_deallocate(void* memory, std::size_t size, std::size_t alignment) override {
    wipe(memory, size);
    if (is_default(alignment)) return ::operator delete(memory, size);
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
