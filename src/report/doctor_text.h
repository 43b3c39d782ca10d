// What `doctor` found, for people and for programs. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "engine/doctor/finding.h"

namespace ssmb::report {

struct FindingCounts {
  std::size_t ok = 0;
  std::size_t amiss = 0;
  std::size_t unknown = 0;
  std::size_t info = 0;

  void add(engine::doctor::Finding::State state);
};

// Lines for people, as the findings come: state, Region, what it is, and below it what to do.
// Permissions, a bucket's settings, keys and pointers that are fine share a line.
class DoctorLines {
 public:
  explicit DoctorLines(std::size_t columns) : columns_(columns) {}

  // What can be said by now: a finding may be held back until it is known what follows.
  std::string add(const engine::doctor::Finding& finding);
  // The rest, and what it comes to.
  std::string end();

 private:
  std::string line(const engine::doctor::Finding& finding) const;
  std::string flush();

  std::size_t columns_;
  std::vector<engine::doctor::Finding> held_;  // of one Region and group, all ok
  FindingCounts counts_;
  std::vector<std::string> amiss_;  // "us-west-2 bucket policy"
};

// {"state", "region"?, "subject", "detail", "next"?}
boost::json::object finding_json(const engine::doctor::Finding& finding);
// {"environment", "findings": [...], "counts"}
boost::json::object doctor_json(const Environment& env,
                                const std::vector<engine::doctor::Finding>& findings);

}  // namespace ssmb::report
