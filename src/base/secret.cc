#include "base/secret.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

namespace ssmb {
namespace {

// Deeper than calls go, with the libraries' own.
constexpr std::size_t kStack = std::size_t{128} * 1024;

#if defined(__x86_64__)
// NOLINTBEGIN(hicpp-no-assembler): no other language knows these registers
[[gnu::target("avx512f")]] void wipe_upper_registers() noexcept {
  __asm__ volatile(
      "vpxorq %%zmm16, %%zmm16, %%zmm16\n vpxorq %%zmm17, %%zmm17, %%zmm17\n"
      "vpxorq %%zmm18, %%zmm18, %%zmm18\n vpxorq %%zmm19, %%zmm19, %%zmm19\n"
      "vpxorq %%zmm20, %%zmm20, %%zmm20\n vpxorq %%zmm21, %%zmm21, %%zmm21\n"
      "vpxorq %%zmm22, %%zmm22, %%zmm22\n vpxorq %%zmm23, %%zmm23, %%zmm23\n"
      "vpxorq %%zmm24, %%zmm24, %%zmm24\n vpxorq %%zmm25, %%zmm25, %%zmm25\n"
      "vpxorq %%zmm26, %%zmm26, %%zmm26\n vpxorq %%zmm27, %%zmm27, %%zmm27\n"
      "vpxorq %%zmm28, %%zmm28, %%zmm28\n vpxorq %%zmm29, %%zmm29, %%zmm29\n"
      "vpxorq %%zmm30, %%zmm30, %%zmm30\n vpxorq %%zmm31, %%zmm31, %%zmm31\n" ::
          : "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24",
            "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31");
}
[[gnu::target("avx")]] void wipe_wide_registers() noexcept {
  __asm__ volatile("vzeroall" ::
                       : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
                         "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}
// NOLINTEND(hicpp-no-assembler)

void wipe_registers() noexcept {
  if (__builtin_cpu_supports("avx512f")) wipe_upper_registers();
  if (__builtin_cpu_supports("avx")) wipe_wide_registers();
}
#else
// Other processors' memcpy() uses general registers or a few vector ones, soon overwritten.
void wipe_registers() noexcept {}
#endif

[[gnu::noinline]] void wipe_stack() noexcept {
  std::array<char, kStack> old;  // NOLINT(cppcoreguidelines-pro-type-member-init): to be wiped
  wipe(old.data(), old.size());
}

class ThreadEnd {
 public:
  ThreadEnd() = default;
  ~ThreadEnd() {
    if (awaited_) wipe_leftovers();
  }
  ThreadEnd(const ThreadEnd&) = delete;
  ThreadEnd& operator=(const ThreadEnd&) = delete;

  void await() { awaited_ = true; }

 private:
  bool awaited_ = false;
};

}  // namespace

void wipe(void* memory, std::size_t size) noexcept {
  if (memory != nullptr && size != 0) explicit_bzero(memory, size);
}

void SecretBytes::reserve(std::size_t size) {
  if (size <= capacity_) return;
  SecretBytes larger;
  larger.block_.reset(static_cast<char*>(std::malloc(size)));
  if (!larger.block_) throw std::bad_alloc();
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

void wipe_leftovers() noexcept {
  wipe_stack();
  wipe_registers();
}

void wipe_leftovers_at_thread_end() noexcept {
  thread_local ThreadEnd end;
  end.await();
}

}  // namespace ssmb
