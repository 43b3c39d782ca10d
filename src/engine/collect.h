// Collects the parameters of one Region: lists, reads and tags at once, and hands each on in order
// of arrival. Memory is bounded by what is in flight, not by the Region.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "aws/client.h"
#include "engine/events.h"
#include "engine/reading.h"
#include "snapshot/manifest.h"
#include "snapshot/scope.h"

namespace ssmb::engine {

// Whose resource policies are asked for: one call for each Advanced parameter.
enum class AskShares { no, yes };

struct CollectOptions {
  Region region;
  snapshot::Scope scope = snapshot::Scope::of_environment(Environment(""));
  // In place of the scope, where set. Asked of each listed parameter once.
  std::function<bool(const aws::ssm::Metadata&)> selects = {};
  snapshot::TagsMode tags = snapshot::TagsMode::bulk;
  snapshot::Depth depth = snapshot::Depth::current;
  AskShares shares = AskShares::no;
  int concurrency = 16;                        // requests in flight
  std::optional<std::uint64_t> expected = {};  // names, for the progress
};

struct Collected {
  RegionProgress totals;
  snapshot::RegionFacts facts;
  snapshot::TagsMode tags = snapshot::TagsMode::bulk;  // strict, where bulk was denied
};

// Where parameters go. take() is called one at a time, and its error ends the collecting.
class Collector {
 public:
  virtual ~Collector() = default;
  virtual ResultTask<void> take(Found found, CallScope scope) = 0;
  virtual ByteCount bytes() const = 0;
};

ResultTask<Collected> collect(aws::Session& session, CollectOptions options, Collector& collector,
                              Events& events, CallScope scope);

}  // namespace ssmb::engine
