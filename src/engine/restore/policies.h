// A parameter's policies, as a restore meets them: their text for a put, those whose time is over,
// and when the first will do something. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "parameter/parameter.h"

namespace ssmb::engine::restore {

// PutParameter's Policies: the texts as DescribeParameters gave them, in one array.
std::string policies_text(const std::vector<Policy>& policies);

// When the Expiration among them was, if it is over.
std::optional<Time> past_expiration(const std::vector<Policy>& policies, Time now);
// All but Expiration and the ExpirationNotification that needs one.
std::vector<Policy> without_expiration(const std::vector<Policy>& policies);

// When the first of them deletes the parameter or sends an event, if they are put now: an
// Expiration, its notice (at once, where that lies in the past), a NoChangeNotification.
std::optional<Time> first_firing(const std::vector<Policy>& policies, Time now);

}  // namespace ssmb::engine::restore
