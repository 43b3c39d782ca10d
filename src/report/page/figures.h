// The page's figures: each for people, and beside it, in attributes, the number itself and where
// the report's JSON has it (an RFC 6901 pointer), so that a test can hold one against the other.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "base/units.h"
#include "report/page/html.h"

namespace ssmb::report {

Html count_figure(std::uint64_t count, const std::string& pointer);
Html bytes_figure(ByteCount bytes, const std::string& pointer);
Html ms_figure(Duration duration, const std::string& pointer);       // the JSON's milliseconds
Html seconds_figure(Duration duration, const std::string& pointer);  // the JSON's seconds
Html age_figure(Duration age, const std::string& pointer);           // the same, in hours
// "2026-11-22 13:00 UTC"
Html time_figure(Time time, const std::string& pointer);
Html instant_figure(Time time, const std::string& pointer);  // "2026-11-22T13:00:01Z"
Html day_figure(Time time, const std::string& pointer);      // "2026-11-22"

}  // namespace ssmb::report
