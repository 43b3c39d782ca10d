#include "aws/limits.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace ssmb::aws {
namespace {

using Trust = Quota::Trust;

struct Group {
  std::string_view name;
  Quota quota;
  Quota high;  // with the high-throughput setting
};

// Rates: "AWS Systems Manager endpoints and quotas", Parameter Store. Where AWS publishes nothing
// they are what users report, kept low: the pace grows from there. Bursts are not documented: a
// second's worth for the reads, and what users met elsewhere (20 puts, 20 listings at once).
constexpr std::array kGroups{
    Group{"GetParameters",
          {.rate = 40, .burst = 40, .trust = Trust::documented},
          {.rate = 1000, .burst = 1000, .trust = Trust::documented}},
    Group{"GetParametersByPath",
          {.rate = 40, .burst = 40, .trust = Trust::documented},
          {.rate = 100, .burst = 100, .trust = Trust::documented}},
    Group{"PutParameter",
          {.rate = 3, .burst = 20, .trust = Trust::documented},
          {.rate = 10, .burst = 20, .trust = Trust::documented}},
    Group{"DescribeParameters", {.rate = 1, .burst = 20}, {.rate = 1, .burst = 20}},
    Group{"GetParameterHistory", {.rate = 10, .burst = 20}, {.rate = 10, .burst = 20}},
    Group{"ListTagsForResource", {.rate = 10, .burst = 20}, {.rate = 10, .burst = 20}},
    Group{"GetResourcePolicies", {.rate = 10, .burst = 20}, {.rate = 10, .burst = 20}},
    Group{"TagsOfResource", {.rate = 10, .burst = 20}, {.rate = 10, .burst = 20}},
    Group{"LabelParameterVersion", {.rate = 10, .burst = 20}, {.rate = 10, .burst = 20}},
    Group{"DeleteParameter", {.rate = 5, .burst = 20}, {.rate = 5, .burst = 20}},
    Group{"GetResources", {.rate = 10, .burst = 10}, {.rate = 10, .burst = 10}},
};

struct Member {
  std::string_view operation;
  std::string_view group;
};
// GetParameter, GetParameters and GetParametersByPath share one quota, unless the high-throughput
// setting gives ByPath its own.
constexpr std::array kMembers{
    Member{"ssm:GetParameter", "GetParameters"},
    Member{"ssm:GetParameters", "GetParameters"},
    Member{"ssm:GetParametersByPath", "GetParametersByPath"},
    Member{"ssm:PutParameter", "PutParameter"},
    Member{"ssm:DescribeParameters", "DescribeParameters"},
    Member{"ssm:GetParameterHistory", "GetParameterHistory"},
    Member{"ssm:ListTagsForResource", "ListTagsForResource"},
    Member{"ssm:GetResourcePolicies", "GetResourcePolicies"},
    Member{"ssm:AddTagsToResource", "TagsOfResource"},
    Member{"ssm:RemoveTagsFromResource", "TagsOfResource"},
    Member{"ssm:LabelParameterVersion", "LabelParameterVersion"},
    Member{"ssm:UnlabelParameterVersion", "LabelParameterVersion"},
    Member{"ssm:DeleteParameter", "DeleteParameter"},
    Member{"ssm:DeleteParameters", "DeleteParameter"},
    Member{"tag:GetResources", "GetResources"},
};

const Group* find_group(std::string_view name) {
  const auto found = std::ranges::find(kGroups, name, &Group::name);
  return found == kGroups.end() ? nullptr : found;
}

// A number that can be one of the group's.
std::optional<double> positive(const boost::json::object& object, std::string_view key,
                               double most) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const double number = value->to_number<double>();
  return number > 0.01 && number <= most ? std::optional(number) : std::nullopt;
}

bool is_true(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

constexpr double kIncredible = 10;  // times what AWS gives at most

double rounded(double value) { return std::round(value * 100) / 100; }

}  // namespace

std::string_view quota_group(std::string_view operation) {
  const auto member = std::ranges::find(kMembers, operation, &Member::operation);
  return member == kMembers.end() ? std::string_view() : member->group;
}

std::string Limits::group_of(std::string_view operation, const Region& region) const {
  const std::string_view group = quota_group(operation);
  const bool shared = group == "GetParametersByPath" && !is_high(region);
  return shared ? "GetParameters" : std::string(group);
}

Quota Limits::quota_of(const Region& region, const std::string& group) const {
  const auto learned = learned_.find({region, group});
  const Group& known = *find_group(group);
  const auto setting = high_throughput_.find(region);
  const bool high = setting != high_throughput_.end() && setting->second == HighThroughput::on;
  const bool low = setting != high_throughput_.end() && setting->second == HighThroughput::off;
  Quota quota = high ? known.high : known.quota;
  quota.sure = quota.rate;
  if (learned == learned_.end()) return quota;
  // A setting that has been switched since outdoes what was measured before.
  const double rate = learned->second.rate;
  const bool has_setting = known.high.rate > known.quota.rate;
  if ((high && known.high.rate > 2 * rate) || (low && has_setting && rate > 2 * known.quota.rate))
    return quota;
  const double sure = quota.rate;
  quota = learned->second;
  quota.sure = sure;
  return quota;
}

bool Limits::is_high(const Region& region) const {
  const auto setting = high_throughput_.find(region);
  return setting != high_throughput_.end() && setting->second == HighThroughput::on;
}

RateLimiter& Limits::limiter(const Region& region, const std::string& group) {
  auto& limiter = limiters_[{region, group}];
  if (!limiter) limiter = std::make_unique<RateLimiter>(runtime_, quota_of(region, group), share_);
  return *limiter;
}

RateLimiter* Limits::find(std::string_view operation, const Region& region) {
  const std::string group = group_of(operation, region);
  return group.empty() ? nullptr : &limiter(region, group);
}

void Limits::set_high_throughput(const Region& region, HighThroughput setting) {
  if (!high_throughput_.emplace(region, setting).second) return;
  for (auto& [key, limiter] : limiters_) {
    if (key.first != region) continue;
    // What a group has met so far stays, unless its quota is another than was thought.
    const Quota quota = quota_of(region, key.second);
    if (quota != limiter->control().quota()) limiter->control().assume(quota, runtime_.steady());
  }
}

void Limits::begin_from(const Region& region, const boost::json::object& learned) {
  for (const Group& group : kGroups) {
    const auto* entry = learned.if_contains(group.name);
    if (entry == nullptr || !entry->is_object()) continue;
    const double most = kIncredible * group.high.rate;
    const auto rate = positive(entry->get_object(), "rate", most);
    const auto burst = positive(entry->get_object(), "burst", kIncredible * group.high.burst);
    if (!rate || !burst) continue;
    const Quota quota{
        .rate = *rate,
        .burst = *burst,
        .trust = is_true(entry->get_object(), "measured") ? Trust::measured : Trust::reported};
    learned_.insert_or_assign(Key(region, group.name), quota);
    const auto running = limiters_.find({region, std::string(group.name)});
    if (running != limiters_.end() && running->second->control().throttles() == 0)
      running->second->control().assume(quota_of(region, running->first.second), runtime_.steady());
  }
}

boost::json::object Limits::learned(const Region& region) const {
  boost::json::object out;
  for (const Group& group : kGroups) {
    const Key key(region, group.name);
    const auto running = limiters_.find(key);
    const auto before = learned_.find(key);
    std::optional<Quota> quota;
    // What throttled us is not handed on.
    const bool refuted = running != limiters_.end() && running->second->control().throttles() != 0;
    if (before != learned_.end() && !refuted) quota = before->second;
    if (running != limiters_.end()) {
      if (const auto now = running->second->control().learned()) quota = now;
    }
    if (!quota) continue;
    out[group.name] = {{"rate", rounded(quota->rate)},
                       {"burst", rounded(quota->burst)},
                       {"measured", quota->trust == Trust::measured}};
  }
  return out;
}

std::map<std::string, Quota> Limits::quotas(const Region& region) const {
  std::map<std::string, Quota> out;
  for (const Group& group : kGroups) {
    const std::string name(group.name);
    const auto running = limiters_.find({region, name});
    const auto met =
        running == limiters_.end() ? std::nullopt : running->second->control().learned();
    out[name] = met ? *met : quota_of(region, name);
  }
  return out;
}

std::map<std::string, GroupState> Limits::state(const Region& region) const {
  std::map<std::string, GroupState> out;
  for (const auto& [key, limiter] : limiters_) {
    if (key.first != region) continue;
    const RateControl& control = limiter->control();
    out[key.second] = {
        .rate = control.rate(), .calls = control.calls(), .throttles = control.throttles()};
  }
  return out;
}

std::uint64_t Limits::throttles(const Region& region) const {
  std::uint64_t sum = 0;
  for (const auto& [group, state] : state(region)) sum += state.throttles;
  return sum;
}

Duration Limits::time_for(std::string_view operation, const Region& region,
                          std::uint64_t calls) const {
  const std::string group = group_of(operation, region);
  if (group.empty()) return Duration{0};
  const SteadyTime now = runtime_.steady();
  const auto running = limiters_.find({region, group});
  // A copy: whoever asks must not change when the calls go.
  RateControl control = running == limiters_.end()
                            ? RateControl(quota_of(region, group), share_, now)
                            : running->second->control();
  return control.time_for(calls, now);
}

}  // namespace ssmb::aws
