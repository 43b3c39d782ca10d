// The bucket's policy: no access without TLS, no object without encryption. Pure.
#pragma once

#include <optional>
#include <string>

#include "base/ids.h"

namespace ssmb::engine {

std::string desired_policy(const BucketName& bucket, const Region& region);

// nullopt where `observed` holds our statements already, as JSON compares and whatever else it
// holds. Else ours (known by their Sid) with the others' statements behind them.
std::optional<std::string> policy_to_put(const std::string& desired, const std::string& observed);

}  // namespace ssmb::engine
