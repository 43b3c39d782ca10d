#include "aws/crt/allocator.h"

#include <aws/common/allocator.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "base/secret.h"

namespace ssmb::aws::crt {
namespace {

// Before each block stands its size; the block keeps malloc's alignment.
struct alignas(std::max_align_t) Header {
  std::size_t size;
};

// The runtime has no way to go on without memory: neither have we.
void* finish(void* raw, std::size_t size) {
  if (raw == nullptr) std::abort();
  auto* header = new (raw) Header{size};
  return header + 1;
}

void* acquire(aws_allocator* /*allocator*/, std::size_t size) {
  if (size > SIZE_MAX - sizeof(Header)) std::abort();
  return finish(std::malloc(sizeof(Header) + size), size);
}

void* acquire_zeroed(aws_allocator* /*allocator*/, std::size_t count, std::size_t size) {
  if (size != 0 && count > (SIZE_MAX - sizeof(Header)) / size) std::abort();
  return finish(std::calloc(1, sizeof(Header) + count * size), count * size);
}

void release(aws_allocator* /*allocator*/, void* block) {
  if (block == nullptr) return;
  Header* header = static_cast<Header*>(block) - 1;
  wipe(block, header->size);
  std::free(header);
}

}  // namespace

aws_allocator* wiping_allocator() {
  // No mem_realloc: the runtime then takes a new block, copies, and releases the old one, wiped.
  static aws_allocator allocator{.mem_acquire = acquire,
                                 .mem_release = release,
                                 .mem_realloc = nullptr,
                                 .mem_calloc = acquire_zeroed,
                                 .impl = nullptr};
  return &allocator;
}

}  // namespace ssmb::aws::crt
