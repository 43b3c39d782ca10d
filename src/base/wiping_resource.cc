#include "base/wiping_resource.h"

#include <new>

#include "base/secret.h"

namespace ssmb {
namespace {

class WipingResource final : public boost::json::memory_resource {
  void* do_allocate(std::size_t size, std::size_t alignment) override {
    return ::operator new(size, std::align_val_t{alignment});
  }
  void do_deallocate(void* memory, std::size_t size, std::size_t alignment) override {
    wipe(memory, size);
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
