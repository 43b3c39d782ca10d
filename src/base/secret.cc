#include "base/secret.h"

#include <algorithm>
#include <cstring>

namespace ssmb {

void wipe(void* memory, std::size_t size) noexcept {
  if (memory != nullptr && size != 0) explicit_bzero(memory, size);
}

void SecretBytes::reserve(std::size_t size) {
  if (size <= capacity_) return;
  SecretBytes larger;
  larger.block_ = std::make_unique_for_overwrite<char[]>(size);
  larger.capacity_ = size;
  larger.size_ = size_;
  if (size_ != 0) std::memcpy(larger.data(), data(), size_);
  swap(larger);  // and the old block goes, wiped
}

void SecretBytes::append(std::string_view text) {
  if (text.empty()) return;
  if (text.size() <= capacity_ - size_) {
    std::memmove(data() + size_, text.data(), text.size());
    size_ += text.size();
    return;
  }
  SecretBytes larger;
  larger.reserve(std::max(size_ + text.size(), 2 * capacity_));
  larger.append(view());
  larger.append(text);  // the old block is still there
  swap(larger);
}

void SecretBytes::resize(std::size_t size) {
  if (size <= size_) {
    wipe(data() + size, size_ - size);
  } else {
    if (size > capacity_) reserve(std::max(size, 2 * capacity_));
    std::memset(data() + size_, 0, size - size_);
  }
  size_ = size;
}

}  // namespace ssmb
