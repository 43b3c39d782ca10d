// Texts that need not be held to be known again: names that were listed, ARNs that have tags.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace ssmb::engine {

// Half a SHA-256 of the text.
struct TextKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool operator==(const TextKey&) const = default;
};
// Never zero throughout.
TextKey text_key(std::string_view text);

// A value for each key. Memory is what the slots take, at most 8/7 to 16/7 of the entries: nodes of
// their own would take three times that. Keys are digests, so their low bits find the slot.
template <class Value>
class TextTable {
 public:
  // The key's value, made if it was not there; and whether it was made.
  std::pair<Value*, bool> insert(TextKey key) {
    if ((size_ + 1) * 8 > slots_.size() * 7) grow();
    Slot& slot = slots_[index_of(key)];
    const bool is_new = slot.key == TextKey{};
    slot.key = key;
    size_ += is_new ? 1 : 0;
    return {&slot.value, is_new};
  }
  // nullptr: not there. Good until the next insert().
  const Value* find(TextKey key) const {
    if (slots_.empty()) return nullptr;
    const Slot& slot = slots_[index_of(key)];
    return slot.key == key ? &slot.value : nullptr;
  }
  std::size_t size() const { return size_; }

 private:
  struct Slot {
    TextKey key{};  // zero: free
    [[no_unique_address]] Value value{};
  };

  // Of the key's slot, or of the free one where it belongs.
  std::size_t index_of(TextKey key) const {
    std::size_t index = key.low & (slots_.size() - 1);
    while (slots_[index].key != key && slots_[index].key != TextKey{})
      index = (index + 1) & (slots_.size() - 1);
    return index;
  }
  void grow() {
    std::vector<Slot> old(std::max<std::size_t>(2 * slots_.size(), 64));
    old.swap(slots_);
    for (Slot& slot : old) {
      if (slot.key != TextKey{}) slots_[index_of(slot.key)] = std::move(slot);
    }
  }

  std::vector<Slot> slots_;  // a power of two, never full
  std::size_t size_ = 0;
};

// A TextTable<Nothing> is a set.
struct Nothing {};

}  // namespace ssmb::engine
