// What comparing copies found, for people and for programs. Pure.
#pragma once

#include <boost/json/array.hpp>
#include <string>
#include <vector>

#include "engine/compare_copies.h"

namespace ssmb::report {

// Nothing differs, as far as it could be read.
bool is_same(const engine::ComparedCopy& copy);
// Why something was not read; nullptr: everything was.
const Error* first_unread(const std::vector<engine::ComparedCopy>& copies);

// A row for each, then each difference, then what to do.
std::string compared_text(const std::vector<engine::ComparedCopy>& copies);
boost::json::array compared_json(const std::vector<engine::ComparedCopy>& copies);

}  // namespace ssmb::report
