// Quotas: how many calls of a group of operations an account may make in a Region.
//
// Token buckets, one for each (account, Region, group), refilled by the world's clock. Nothing here
// reads a clock: each call is told the time. A group may have another consumer, who draws on the
// same bucket; it is worked out, call by call, whenever the bucket is next looked at.
//
//   QuotaTable table = aws_quotas();
//   find_group(table, "DescribeParameters")->rate = 2;
//   find_group(table, "GetParameters")->others.push_back({.rate = 20, .from = 0s, .to = 600s});
//   world.quotas().set(std::move(table), world.now());
//   ...
//   world.quotas().use(Region("us-west-2"), "GetParameters", world.now()).throttled
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"
#include "sandbox/quota_bucket.h"

namespace ssmb::sandbox {

// For which setting of /ssm/parameter-store/high-throughput-enabled a group is there.
enum class Throughput { any, normal, high };

struct QuotaGroup {
  std::string name;
  std::vector<std::string> operations;  // "ssm:GetParameters"; globs are fine
  double rate = 1;                      // calls a second
  double burst = 1;                     // at least one; the bucket is full at the start
  std::vector<Region> regions = {};     // none: every Region
  Throughput throughput = Throughput::any;
  std::vector<RateChange> changes = {};
  std::vector<OtherConsumer> others = {};
};

// The first group that fits a call counts; a call that fits none has no quota.
using QuotaTable = std::vector<QuotaGroup>;

// What AWS documents, or users report, of Parameter Store and the tagging API. The groups are named
// as those of aws/limits.h.
QuotaTable aws_quotas();
// nullptr: there is none. Of two with one name the first.
QuotaGroup* find_group(QuotaTable& table, std::string_view name);
// The format is that of sandbox/README.md. Errors: configuration, naming the entry.
Result<QuotaTable> parse_quotas(std::string_view text);

struct QuotaCall {
  AccountId account;
  Region region;
  std::string_view operation;
  bool high_throughput = false;  // the setting of this account and Region
};

// What became of the calls on one group in one Region.
struct QuotaUse {
  std::uint64_t calls = 0;      // all that came, those that were throttled too
  std::uint64_t throttled = 0;  // of them
  ConsumerCount others;
};

class Quotas {
 public:
  Quotas() = default;
  Quotas(const Quotas&) = delete;
  Quotas& operator=(const Quotas&) = delete;

  // Begins anew with full buckets; an empty table is no quota at all. `now` is what the times of
  // changes and other consumers count from.
  void set(QuotaTable table, Time now);
  bool any() const { return !table_.empty(); }

  // May this call go on? It takes its token if so.
  bool admit(const QuotaCall& call, Time now);

  // By account, Region and the group's name; buckets that nobody has drawn on are not there.
  using Key = std::tuple<AccountId, Region, std::string>;
  std::map<Key, QuotaUse> uses(Time now);
  // Of all accounts together; zeros where nobody called.
  QuotaUse use(const Region& region, std::string_view group, Time now);
  void reset_counters();

 private:
  struct Bucket {
    QuotaBucket tokens;
    QuotaUse use;
  };

  double seconds_at(Time now) const;

  QuotaTable table_;
  Time start_;
  std::map<std::tuple<AccountId, Region, std::size_t>, Bucket> buckets_;  // by place in the table
};

}  // namespace ssmb::sandbox
