#include "engine/restore/estimate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "aws/limits.h"

namespace ssmb::engine::restore {
namespace {

using namespace std::chrono_literals;

constexpr double kDollarsOfAdvanced = 0.05;  // a month: AWS Systems Manager pricing
constexpr double kHighThroughput = 10;       // puts a second, with the setting
constexpr std::string_view kPut = "PutParameter";

class Sum {
 public:
  explicit Sum(Estimate& out) : out_(out) {}

  void add(const Step& step) {
    const Step::Shape& shape = step.shape;
    switch (step.action) {
      case Action::create:
      case Action::update:
        call(kPut, shape.versions);
        out_.events += shape.versions;
        break;
      case Action::tags:
      case Action::labels: break;
      case Action::remove: ++removed_; return;
      default: return;
    }
    call("AddTagsToResource", std::min<std::uint64_t>(shape.tag_calls, 1));
    call("RemoveTagsFromResource", shape.tag_calls > 1 ? 1 : 0);
    call("LabelParameterVersion", shape.label_calls);
    out_.events += shape.label_calls;
    // Looked at before, unless it is new, and read back whole.
    const std::uint64_t looks = step.action == Action::create ? 1 : 2;
    call("GetParameterHistory", looks);
    call("ListTagsForResource", looks);
    count_advanced(step);
  }

  void finish() {
    call("DeleteParameters", (removed_ + kNamesOfDelete - 1) / kNamesOfDelete);
    out_.events += removed_;
    out_.dollars_a_month = kDollarsOfAdvanced * static_cast<double>(out_.advanced);
  }

 private:
  void call(std::string_view operation, std::uint64_t times) {
    if (times > 0) out_.calls[std::string(operation)] += times;
  }
  void count_advanced(const Step& step) {
    const bool raised = step.action == Action::update && step.differing.test(field_at("Tier"));
    if (step.shape.tier == rules::Tier::advanced && (step.action == Action::create || raised))
      ++out_.advanced;
  }

  Estimate& out_;
  std::uint64_t removed_ = 0;
};

void find_time(const std::map<std::string, CallRate>& rates, Estimate& out) {
  std::map<std::string, std::uint64_t> by_group;
  for (const auto& [operation, count] : out.calls)
    by_group[std::string(aws::quota_group("ssm:" + operation))] += count;
  for (const auto& [group, count] : by_group) {
    const auto rate = rates.find(group);
    if (rate == rates.end() || rate->second.rate <= 0) continue;
    const double queued = std::max(0.0, static_cast<double>(count) - rate->second.burst);
    const Duration time{std::llround(queued / rate->second.rate * 1e6)};
    // Puts are what can be made faster: they are named where another group takes as long.
    const bool as_long = time == out.duration && group == kPut;
    if (!out.bounded_by.empty() && time <= out.duration && !as_long) continue;
    out.duration = time;
    out.bounded_by = group;
  }
}

std::string advice_for(const std::map<std::string, CallRate>& rates, const Estimate& out) {
  if (out.duration <= 1h || out.bounded_by != kPut) return {};
  const double rate = rates.at(out.bounded_by).rate;
  const auto puts = static_cast<double>(out.calls.at(std::string(kPut)));
  if (rate >= kHighThroughput)
    return fmt::format(
        "{:.0f} puts at {:.4g} a second take {}: ask AWS Support for a higher quota of "
        "PutParameter "
        "first",
        puts, rate, to_human(out.duration));
  return fmt::format(
      "{:.0f} puts at {:.4g} a second take {}: raise the throughput first, to {:.0f} a second and "
      "{} "
      "(calls are then charged): aws ssm update-service-setting --setting-id "
      "/ssm/parameter-store/high-throughput-enabled --setting-value true",
      puts, rate, to_human(out.duration), kHighThroughput,
      to_human(Duration{std::llround(puts / kHighThroughput * 1e6)}));
}

}  // namespace

Estimate estimate(const Plan& plan, const std::map<std::string, CallRate>& rates, Time now) {
  Estimate out;
  Sum sum(out);
  for (const Step& step : plan.steps) {
    sum.add(step);
    if (puts(step.action) && step.shape.fires && *step.shape.fires <= now + 24h)
      out.firing.push_back({.name = step.name, .when = *step.shape.fires});
  }
  sum.finish();
  std::ranges::sort(out.firing, {}, [](const Estimate::Firing& firing) {
    return std::tie(firing.when, firing.name);
  });
  find_time(rates, out);
  out.advice = advice_for(rates, out);
  return out;
}

}  // namespace ssmb::engine::restore
