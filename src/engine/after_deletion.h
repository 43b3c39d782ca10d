// What SSM asks of whoever makes anew what was just deleted.
#pragma once

#include "base/time.h"

namespace ssmb::engine {

// "You must wait for 30 seconds before you create a parameter with the same name"
// (DeleteParameter).
inline constexpr Duration kAfterDeletion = std::chrono::seconds{30};

}  // namespace ssmb::engine
