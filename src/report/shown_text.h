// What `show` tells, for people and for programs: snapshots with their names, or one parameter of
// each. Pure; values only with Reveal::yes, straight to `out` and nowhere else.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <ostream>
#include <vector>

#include "parameter/record.h"
#include "report/error_text.h"
#include "snapshot/reader.h"

namespace ssmb::report {

struct Shown {
  Region region;
  snapshot::Entry entry;
  std::vector<snapshot::IndexEntry> names;  // where the snapshot is shown
  std::optional<DecodedRecord> record;      // where one parameter is
};

void write_shown(std::ostream& out, const std::vector<Shown>& shown, Reveal reveal);

// Snapshots: {"environment", "snapshots", "errors"}.
boost::json::object shown_json(const Environment& environment, const std::vector<Shown>& shown,
                               const Troubles& troubles, const AccountId& account);

// One parameter, of one Region that holds it: {"region", "key", "state", "parameter"}; of several
// Regions a list of these under "regions", with "errors" beside it.
enum class Several { no, yes };
void write_shown_json(std::ostream& out, const std::vector<Shown>& shown, const Troubles& troubles,
                      const AccountId& account, Several several, Reveal reveal);

}  // namespace ssmb::report
