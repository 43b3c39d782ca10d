#include "engine/tag_index.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "aws/paging.h"
#include "base/try.h"
#include "engine/reading.h"

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

ResultTask<TagIndex> load_tags(Runtime& runtime, aws::tagging::Client tagging, CallScope scope) {
  constexpr Duration kPageLimit = std::chrono::minutes{1};
  TagIndex index;
  const auto fetch = [&](std::string token) {
    return tagging.get_parameter_tags(std::move(token), scope.until(runtime.steady() + kPageLimit));
  };
  const auto take = [&index](aws::tagging::ResourcePage page) -> ResultTask<void> {
    for (const auto& resource : page.resources) index.add(resource.arn, resource.tags);
    co_return Result<void>{};
  };
  const auto restarted = [&index] { index = {}; };
  SSMB_CO_TRY_VOID(co_await aws::for_each_page(fetch, take, restarted));
  co_return index;
}

bool may_read_singly(const Error& error, Runtime& runtime, const CallScope& scope) {
  if (error.kind == ErrorKind::unreachable || costs_one_parameter(error.kind)) return true;
  return error.kind == ErrorKind::timeout && check(runtime, scope).has_value();
}

}  // namespace ssmb::engine
