#include "engine/tag_index.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/try.h"

namespace ssmb::engine {
namespace {

void pack(std::string& out, const std::string& text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out += text;
}

std::string unpack(std::string_view& in) {
  std::uint32_t size = 0;
  std::memcpy(&size, in.data(), sizeof size);
  std::string text(in.substr(sizeof size, size));
  in.remove_prefix(sizeof size + size);
  return text;
}

}  // namespace

void TagIndex::add(const Arn& arn, const std::vector<Tag>& tags) {
  std::string text;
  for (const Tag& tag : tags) {
    pack(text, tag.key);
    pack(text, tag.value);
  }
  packed_[arn.str()] = std::move(text);
}

std::vector<Tag> TagIndex::find(const Arn& arn) const {
  const auto found = packed_.find(arn.str());
  if (found == packed_.end()) return {};
  std::vector<Tag> tags;
  for (std::string_view rest = found->second; !rest.empty();) {
    std::string key = unpack(rest);
    tags.push_back({std::move(key), unpack(rest)});
  }
  std::ranges::sort(tags);
  return tags;
}

ResultTask<TagIndex> load_tags(aws::tagging::Client tagging, CallScope scope) {
  constexpr int kRestarts = 3;
  TagIndex index;
  std::string token;
  for (int restarts = 0;;) {
    auto page = co_await tagging.get_parameter_tags(token, scope);
    const bool expired = !page && page.error().fault &&
                         page.error().fault->code == "PaginationTokenExpiredException";
    if (expired && restarts++ < kRestarts) {
      token.clear();
      continue;
    }
    if (!page) co_return fail(std::move(page).error());
    for (const auto& resource : page->resources) index.add(resource.arn, resource.tags);
    token = std::move(page->next_token);
    if (token.empty()) co_return index;
  }
}

}  // namespace ssmb::engine
