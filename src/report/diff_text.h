// What `diff` tells, for people and for programs: names and fields, and of a value only a tag that
// says "same or not" within this run. Pure; written straight to `out`, for it may be long.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "engine/diff.h"
#include "report/error_text.h"

namespace ssmb::report {

// One end, for people; nullopt: the live store.
struct ComparedEnd {
  Region region;
  std::optional<snapshot::Entry> entry;
  std::string name;  // of the snapshot, as --snapshot takes it
};

struct Compared {
  ComparedEnd from;
  ComparedEnd to;
  engine::Diff diff;
};

struct DiffReport {
  Environment environment;
  Comparison comparison = Comparison::after_restore;
  Time now;  // when live was read
  std::vector<Compared> compared;
  Troubles failed;         // why a Region has not been compared
  AccountId account = {};  // once it is known
  // What the caller's command line says of where to ask, as a shell reads it: " --repository R".
  std::string place = {};
};

enum class DiffVerdict { same, differs, unknown };
// unknown: nothing differs, but not all could be looked at.
DiffVerdict verdict(const engine::Diff& diff);

void write_diff(std::ostream& out, const DiffReport& report);
// {"environment", "comparison", "comparisons": [...], "errors"}.
void write_diff_json(std::ostream& out, const DiffReport& report);

}  // namespace ssmb::report
