// The tags of all parameters of a Region, read in bulk and matched by ARN.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "aws/tagging/client.h"
#include "engine/text_key.h"
#include "parameter/parameter.h"

namespace ssmb::engine {

// So long after a change the tagging API may not tell of it yet [U].
inline constexpr Duration kTagIndexLag = std::chrono::minutes{1};

// Holds hardly more than the bytes of the tags' values: 30 to 60 bytes a parameter and 4 a tag
// besides.
class TagIndex {
 public:
  TagIndex() = default;
  // Moved, never copied: it holds views into itself.
  TagIndex(TagIndex&&) = default;
  TagIndex& operator=(TagIndex&&) = default;

  // What was added for the same ARN before is forgotten.
  void add(const Arn& arn, const std::vector<Tag>& tags);
  // Sorted by key; empty where the index knows none.
  std::vector<Tag> find(const Arn& arn) const;
  bool contains(const Arn& arn) const { return places_.find(text_key(arn.view())) != nullptr; }
  std::size_t size() const { return places_.size(); }

 private:
  struct Place {
    std::uint32_t block = 0;
    std::uint32_t offset = 0;
  };
  std::uint32_t number_of(const std::string& key);

  // Parameters by their ARN, each with where its tags stand: their count, then for each the number
  // of its key, and its value with its size in front. Numbers take a byte for each seven bits.
  TextTable<Place> places_;
  std::vector<std::string> blocks_;  // filled one after another, never grown
  // Keys are few, and repeat.
  std::unordered_map<std::string_view, std::uint32_t> key_numbers_;
  std::deque<std::string> keys_;
};

// One page of it. A service that keeps silent for over a minute ends as kind timeout; one that
// throttles is waited for, with the same token, for half of the time that the scope has left.
ResultTask<aws::tagging::ResourcePage> load_tag_page(Runtime& runtime, aws::tagging::Client tagging,
                                                     std::string token, CallScope scope);

// GetResources for ssm:parameter to the last page. The token lives 15 minutes; one that has died
// starts anew.
struct LoadedTags {
  TagIndex index;
  // What has changed since may not be in it: a time by AWS's clock, not after the first call began;
  // nullopt: AWS did not say.
  std::optional<Time> begun = {};
};
ResultTask<LoadedTags> load_tags(Runtime& runtime, aws::tagging::Client tagging, CallScope scope);

// Bulk is an accelerator: where its endpoint refuses, is not there or keeps silent, each parameter
// is asked itself.
bool may_read_singly(const Error& error, Runtime& runtime, const CallScope& scope);

}  // namespace ssmb::engine
