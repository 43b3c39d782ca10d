// How old something is, and when it was, for people.
#pragma once

#include <string>

#include "base/time.h"

namespace ssmb {

// "49.5 h": in hours as long as days would hide by how much a limit was passed; else as to_human().
std::string in_hours(Duration duration);
// "2026-11-22 13:00 UTC"
std::string to_minute(Time time);

}  // namespace ssmb
