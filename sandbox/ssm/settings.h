// Parameter Store's service settings.
#pragma once

#include <string>
#include <string_view>

#include "sandbox/ssm/store.h"

namespace ssmb::sandbox::ssm {

inline constexpr std::string_view kDefaultTierSetting =
    "/ssm/parameter-store/default-parameter-tier";
inline constexpr std::string_view kHighThroughputSetting =
    "/ssm/parameter-store/high-throughput-enabled";

// The changed value, or the default ("Standard", "false"). `id` is one of the two.
std::string setting_value(const Store& store, std::string_view id);

}  // namespace ssmb::sandbox::ssm
