#include "engine/tag_index.h"

#include <algorithm>

#include "aws/paging.h"
#include "base/planted.h"
#include "base/try.h"
#include "engine/reading.h"

namespace ssmb::engine {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{256} << 10;

void pack(std::string& out, std::size_t number) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(0x80 | (number & 0x7F));
  out += static_cast<char>(number);
}

std::size_t unpack(std::string_view& in) {
  std::size_t number = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
    number |= static_cast<std::size_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return number;
  }
}

// Did the minute pass in waiting for our turn, or was the last answer a throttle? Nobody kept
// silent then.
bool is_held_up(const Error& error) {
  return error.kind == ErrorKind::timeout && (!error.fault || aws::is_throttle(*error.fault));
}

}  // namespace

std::uint32_t TagIndex::number_of(const std::string& key) {
  const auto known = key_numbers_.find(key);
  if (known != key_numbers_.end()) return known->second;
  const auto number = static_cast<std::uint32_t>(keys_.size());
  key_numbers_.emplace(keys_.emplace_back(key), number);
  return number;
}

void TagIndex::add(const Arn& arn, const std::vector<Tag>& tags) {
  std::string packed;
  pack(packed, tags.size());
  for (const Tag& tag : tags) {
    pack(packed, number_of(tag.key));
    pack(packed, tag.value.size());
    packed += tag.value;
  }
  if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < packed.size())
    blocks_.emplace_back().reserve(std::max(kBlockBytes, packed.size()));
  std::string& block = blocks_.back();
  *places_.insert(text_key(arn.view())).first = {
      .block = static_cast<std::uint32_t>(blocks_.size() - 1),
      .offset = static_cast<std::uint32_t>(block.size())};
  block += packed;
}

std::vector<Tag> TagIndex::find(const Arn& arn) const {
  const Place* found = places_.find(text_key(arn.view()));
  if (found == nullptr) return {};
  const Place place = *found;
  std::string_view rest = std::string_view(blocks_[place.block]).substr(place.offset);
  std::vector<Tag> tags(unpack(rest));
  for (Tag& tag : tags) {
    tag.key = keys_[unpack(rest)];
    const std::size_t size = unpack(rest);
    tag.value = rest.substr(0, size);
    rest.remove_prefix(size);
  }
  std::ranges::sort(tags);
  return tags;
}

ResultTask<aws::tagging::ResourcePage> load_tag_page(Runtime& runtime, aws::tagging::Client tagging,
                                                     std::string token, CallScope scope) {
  constexpr Duration kPageLimit = std::chrono::minutes{1};
  auto page =
      co_await tagging.get_parameter_tags(token, scope.until(runtime.steady() + kPageLimit));
  if (!page && is_held_up(page.error())) {
    // The other half is for reading singly after all.
    const SteadyTime now = runtime.steady();
    const CallScope half = scope.until(now + (scope.deadline - now) / 2);
    page = co_await tagging.get_parameter_tags(std::move(token), half);
  }
  if (planted(Defect::tags_of_first_page) && page) page->next_token.clear();
  co_return page;
}

ResultTask<LoadedTags> load_tags(Runtime& runtime, aws::tagging::Client tagging, CallScope scope) {
  LoadedTags tags;
  const SteadyTime begin = runtime.steady();
  const auto fetch = [&](std::string token) {
    return load_tag_page(runtime, tagging, std::move(token), scope);
  };
  const auto take = [&](aws::tagging::ResourcePage page) -> ResultTask<void> {
    if (!tags.begun && page.answered) tags.begun = *page.answered - (runtime.steady() - begin);
    for (const auto& resource : page.resources) tags.index.add(resource.arn, resource.tags);
    co_return Result<void>{};
  };
  const auto restarted = [&tags] { tags.index = {}; };
  SSMB_CO_TRY_VOID(co_await aws::for_each_page(fetch, take, restarted));
  co_return tags;
}

bool may_read_singly(const Error& error, Runtime& runtime, const CallScope& scope) {
  if (error.kind == ErrorKind::unreachable || costs_one_parameter(error.kind)) return true;
  return error.kind == ErrorKind::timeout && check(runtime, scope).has_value();
}

}  // namespace ssmb::engine
