// What a Region has beside its parameters, and loses with them: Parameter Store's two service
// settings, and who else may use which parameter. A manifest tells of them; no restore sets them.
// Facts: AWS Systems Manager API reference, GetServiceSetting and GetResourcePolicies; Systems
// Manager User Guide, "Working with shared parameters": only Advanced ones can be shared.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aws/ssm/types.h"
#include "base/ids.h"

namespace ssmb::snapshot {

inline constexpr const char* kHighThroughputSetting =
    "/ssm/parameter-store/high-throughput-enabled";
inline constexpr const char* kDefaultTierSetting = "/ssm/parameter-store/default-parameter-tier";
inline constexpr std::array kServiceSettings{kHighThroughputSetting, kDefaultTierSetting};

// A parameter that has resource policies.
struct Share {
  ParameterName name;
  std::vector<aws::ssm::ResourcePolicy> policies;

  bool operator==(const Share&) const = default;
};

struct Shares {
  std::uint64_t advanced = 0;  // parameters in the document that could be shared
  std::uint64_t known = 0;     // those that were asked, and answered
  std::vector<Share> list;     // of these, in order of their names
  std::string why;             // why not all are known; empty: all are

  // Then a name that is not in the list is not shared.
  bool all_known() const { return known >= advanced; }
  bool operator==(const Shares&) const = default;
};

struct RegionFacts {
  struct Unknown {
    std::string id;
    std::string why;

    bool operator==(const Unknown&) const = default;
  };

  std::vector<aws::ssm::ServiceSetting> settings;
  std::vector<Unknown> unknown_settings;  // those that could not be read
  std::optional<Shares> shares;           // nullopt: not recorded, as in manifests of old

  bool operator==(const RegionFacts&) const = default;
};

}  // namespace ssmb::snapshot
