// The tags of all parameters of a Region, read in bulk and matched by ARN.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "aws/tagging/client.h"
#include "parameter/parameter.h"

namespace ssmb::engine {

class TagIndex {
 public:
  void add(const Arn& arn, const std::vector<Tag>& tags);
  // Sorted by key; empty where the index knows none.
  std::vector<Tag> find(const Arn& arn) const;
  bool contains(const Arn& arn) const { return packed_.contains(arn.str()); }
  std::size_t size() const { return packed_.size(); }

 private:
  // Key and value lengths and texts behind one another: a fifth of the memory of a vector of tags.
  std::unordered_map<std::string, std::string> packed_;
};

// GetResources for ssm:parameter to the last page. The token lives 15 minutes; one that has died
// starts anew. A page that takes over a minute ends it: kind timeout.
ResultTask<TagIndex> load_tags(Runtime& runtime, aws::tagging::Client tagging, CallScope scope);

// Bulk is an accelerator: where its endpoint refuses, is not there or keeps silent, each parameter
// is asked itself.
bool may_read_singly(const Error& error, Runtime& runtime, const CallScope& scope);

}  // namespace ssmb::engine
