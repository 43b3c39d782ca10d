// What `report` says on a terminal: the verdict, what is amiss, and where the page is. Pure.
#pragma once

#include <string>

#include "engine/overview/judge.h"

namespace ssmb::report {

// `page`: the file; empty: it could not be written.
std::string report_text(const engine::overview::Judged& judged, const std::string& page);

}  // namespace ssmb::report
