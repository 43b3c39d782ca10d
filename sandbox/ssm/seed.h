// A store as JSON, in and out: what /_sandbox/seed takes and /_sandbox/dump gives. No rule is
// checked: this is the way to what clients cannot write.
#pragma once

#include <boost/json/object.hpp>
#include <expected>

#include "sandbox/authenticator.h"
#include "sandbox/ssm/store.h"

namespace ssmb::sandbox::ssm {

// One parameter; sandbox/README.md has the members. Replaces one of the same name.
std::expected<void, ServiceError> seed(Store& store, const boost::json::object& parameter,
                                       Time now);

// Everything, in a fixed order; seeding another store with it gives the same dump.
boost::json::object dump(const Store& store);

}  // namespace ssmb::sandbox::ssm
