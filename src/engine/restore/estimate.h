// What a plan costs: calls, time at the quota, events, money, policies that fire. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "engine/restore/plan.h"

namespace ssmb::engine::restore {

// Of a quota group of aws/limits.h: "PutParameter", "TagsOfResource".
struct CallRate {
  double rate = 0;  // a second, at our share
  double burst = 0;
};
struct Estimate {
  std::map<std::string, std::uint64_t> calls;  // by operation: "PutParameter"; at most
  Duration duration{0};                        // the slowest quota group bounds it
  std::string bounded_by;                      // that group
  std::uint64_t events = 0;                    // EventBridge "Parameter Store Change"
  std::uint64_t advanced = 0;                  // Advanced parameters that are made or raised
  double dollars_a_month = 0;                  // 0.05 each (AWS Systems Manager pricing)
  struct Firing {
    ParameterName name;
    Time when;
  };
  std::vector<Firing> firing;  // within 24 hours, soonest first
  // What to do first where it takes over an hour: raise the throughput setting.
  std::string advice;
};
// `rates` by quota group; a group that it lacks takes no time.
Estimate estimate(const Plan& plan, const std::map<std::string, CallRate>& rates, Time now);

}  // namespace ssmb::engine::restore
