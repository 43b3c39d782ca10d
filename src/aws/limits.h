// The quotas of an account's Regions: one limiter for each group of operations that share one.
//
// Every application of the account draws on the same quotas, so a share of them is all we take. A
// group begins with what is known: the documented defaults, then what the last run measured (it
// stands in the manifest), then the Region's high-throughput setting.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/ids.h"
#include "runtime/rate_limiter.h"

namespace ssmb::aws {

// A quota group's state, for progress and summaries.
struct GroupState {
  double rate = 0;  // calls a second, now
  std::uint64_t calls = 0;
  std::uint64_t throttles = 0;
};

// The group that "ssm:PutParameter" draws on; "" if none is known. (Without the high-throughput
// setting GetParametersByPath draws on GetParameters' group, not on its own.)
std::string_view quota_group(std::string_view operation);

// One for a session: the account is its identity's.
class Limits {
 public:
  // `share` in (0, 1]. `runtime` outlives it.
  Limits(Runtime& runtime, double share) : runtime_(runtime), share_(share) {}
  Limits(const Limits&) = delete;
  Limits& operator=(const Limits&) = delete;

  // The limiter that "ssm:GetParameters" in that Region waits for; nullptr: it has no known quota.
  // Good for the life of this object.
  RateLimiter* find(std::string_view operation, const Region& region);

  // What /ssm/parameter-store/high-throughput-enabled says there. Off: what an earlier run has
  // measured far above the documented rates was measured with it on, and is forgotten.
  enum class HighThroughput { off, on };
  void set_high_throughput(const Region& region, HighThroughput setting);
  // What an earlier run has learned there, as learned() gave it. Anything else in it is passed
  // over, and so is a rate ten times what AWS gives at most: a manifest is not to be trusted.
  void begin_from(const Region& region, const boost::json::object& learned);
  // {"GetParameters": {"rate": 39.8, "burst": 41, "measured": true}, ...}: groups of whose quota
  // more is known than at first; not measured is a rate that was reached without a throttle.
  boost::json::object learned(const Region& region) const;

  // What is known of each group's quota there, used or not: of everybody together.
  std::map<std::string, Quota> quotas(const Region& region) const;
  double share() const { return share_; }

  // The groups that were used there.
  std::map<std::string, GroupState> state(const Region& region) const;
  std::uint64_t throttles(const Region& region) const;
  // How long so many calls of an operation take at today's pace; zero without a limiter. Asking
  // changes nothing.
  Duration time_for(std::string_view operation, const Region& region, std::uint64_t calls) const;

 private:
  using Key = std::pair<Region, std::string>;

  std::string group_of(std::string_view operation, const Region& region) const;
  RateLimiter& limiter(const Region& region, const std::string& group);
  Quota quota_of(const Region& region, const std::string& group) const;
  bool is_high(const Region& region) const;

  Runtime& runtime_;
  double share_;
  std::map<Region, HighThroughput> high_throughput_;  // where it is known
  std::map<Key, Quota> learned_;                      // by earlier runs
  std::map<Key, std::unique_ptr<RateLimiter>> limiters_;
};

}  // namespace ssmb::aws
