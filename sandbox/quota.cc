#include "sandbox/quota.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace ssmb::sandbox {
namespace {

bool fits(const QuotaGroup& group, const QuotaCall& call) {
  const Throughput throughput = call.high_throughput ? Throughput::high : Throughput::normal;
  if (group.throughput != Throughput::any && group.throughput != throughput) return false;
  if (!group.regions.empty() &&
      std::ranges::find(group.regions, call.region) == group.regions.end())
    return false;
  return std::ranges::any_of(group.operations, [&](const std::string& operation) {
    return glob_match(operation, call.operation);
  });
}

QuotaGroup group(std::string name, std::vector<std::string> operations, double rate, double burst,
                 Throughput throughput = Throughput::any) {
  return {.name = std::move(name),
          .operations = std::move(operations),
          .rate = rate,
          .burst = burst,
          .throughput = throughput};
}

void add(QuotaUse& sum, const QuotaUse& use) {
  sum.calls += use.calls;
  sum.throttled += use.throttled;
  sum.others.wanted += use.others.wanted;
  sum.others.got += use.others.got;
}

}  // namespace

// Rates of Get and Put: "AWS Systems Manager endpoints and quotas", Parameter Store, default and
// higher throughput. The rest is what users met: 20 puts of a burst, Describe throttled after some
// 20 calls and then at one a second.
QuotaTable aws_quotas() {
  using enum Throughput;
  return {
      group("GetParameters", {"ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"},
            40, 40, normal),
      group("GetParameters", {"ssm:GetParameter", "ssm:GetParameters"}, 1000, 1000, high),
      group("GetParametersByPath", {"ssm:GetParametersByPath"}, 100, 100, high),
      group("PutParameter", {"ssm:PutParameter"}, 3, 20, normal),
      group("PutParameter", {"ssm:PutParameter"}, 10, 20, high),
      group("DescribeParameters", {"ssm:DescribeParameters"}, 1, 20),
      group("GetParameterHistory", {"ssm:GetParameterHistory"}, 10, 20),
      group("ListTagsForResource", {"ssm:ListTagsForResource"}, 10, 20),
      group("TagsOfResource", {"ssm:AddTagsToResource", "ssm:RemoveTagsFromResource"}, 10, 20),
      group("LabelParameterVersion", {"ssm:LabelParameterVersion", "ssm:UnlabelParameterVersion"},
            10, 20),
      group("GetResources", {"tag:GetResources"}, 10, 10),
  };
}

QuotaGroup* find_group(QuotaTable& table, std::string_view name) {
  const auto found = std::ranges::find(table, name, &QuotaGroup::name);
  return found == table.end() ? nullptr : &*found;
}

void Quotas::set(QuotaTable table, Time now) {
  buckets_.clear();
  table_ = std::move(table);
  start_ = now;
}

double Quotas::seconds_at(Time now) const {
  return static_cast<double>((now - start_).count()) / 1e6;
}

bool Quotas::admit(const QuotaCall& call, Time now) {
  const auto found =
      std::ranges::find_if(table_, [&](const QuotaGroup& each) { return fits(each, call); });
  if (found == table_.end()) return true;
  const auto place = static_cast<std::size_t>(found - table_.begin());
  const auto [entry, fresh] = buckets_.try_emplace(
      {call.account, call.region, place},
      Bucket{.tokens = QuotaBucket(found->rate, found->burst, found->changes, found->others),
             .use = {}});
  Bucket& bucket = entry->second;
  ++bucket.use.calls;
  const bool taken = bucket.tokens.take(seconds_at(now));
  if (!taken) ++bucket.use.throttled;
  return taken;
}

std::map<Quotas::Key, QuotaUse> Quotas::uses(Time now) {
  std::map<Key, QuotaUse> all;
  for (auto& [key, bucket] : buckets_) {
    const auto& [account, region, place] = key;
    bucket.tokens.advance(seconds_at(now));
    bucket.use.others = bucket.tokens.others();
    add(all[{account, region, table_[place].name}], bucket.use);
  }
  return all;
}

QuotaUse Quotas::use(const Region& region, std::string_view group, Time now) {
  QuotaUse sum;
  for (const auto& [key, use] : uses(now)) {
    if (std::get<Region>(key) == region && std::get<std::string>(key) == group) add(sum, use);
  }
  return sum;
}

void Quotas::reset_counters() {
  for (auto& [key, bucket] : buckets_) {
    bucket.use = {};
    bucket.tokens.reset_count();
  }
}

}  // namespace ssmb::sandbox
