// What is wanted beside what is live: by prints, so that neither need stay. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/restore/decide.h"

namespace ssmb::engine::restore {

// A live parameter, as far as it is compared.
struct LivePrint {
  Print print;
  std::vector<std::uint64_t> versions;  // only with history
  ParameterName name;
  ParameterVersion version = 0;
  std::optional<Time> date;
  rules::Existing existing;
};
LivePrint print_live(const Parameter& parameter, const PrintKey& key, WithHistory with_history);

// Of a parameter that is to be created.
Step::Shape shape_of(const Parameter& wanted, Time now);

// Sets what differs, the live version, its date, and the calls that tags and labels take.
// `wanted_versions`: version_digests() of what is wanted; none without history.
LiveFindings compare(Step& step, const LivePrint& live,
                     const std::vector<std::uint64_t>& wanted_versions, const rules::Store& store);

// The rules' word against a put into that tier, whatever its value. Empty: they have none.
std::string refusal_by_tier(const ParameterName& name, rules::Tier tier,
                            const rules::Existing* existing, const rules::Store& store);

}  // namespace ssmb::engine::restore
