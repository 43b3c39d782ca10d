// Snapshots and parameters for people and for programs. Pure; values only with Reveal::yes.
#pragma once

#include <boost/json/object.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "parameter/record.h"
#include "report/table.h"
#include "snapshot/reader.h"

namespace ssmb::report {

// Is it the one that latest-<region>.txt names?
enum class Latest { unknown, no, yes };
// "complete, latest", "complete, not latest", "complete, partial", "incomplete": the same words
// wherever a row tells of a snapshot.
std::string state_words(snapshot::State state, snapshot::SnapshotId::Extent extent, Latest latest);

// "reached in 2 rounds", "not reached in 3 rounds: /app/x has changed"
std::string fence_words(const snapshot::Fence& fence);

// "2026-11-22 13:00:00", where the column's title says UTC.
std::string table_time(Time time);

// "9.0 h old"
std::string age(const snapshot::Entry& entry, Time now);

// Why it is broken, unread or incomplete; empty: it is none of these.
std::string why_not_complete(const snapshot::Entry& entry);

// Cells for a table of: Region, time, state, parameters, size, key.
std::vector<std::string> entry_cells(const Region& region, const snapshot::Entry& entry,
                                     Latest latest);
boost::json::object entry_json(const Region& region, const snapshot::Entry& entry);

// What a snapshot holds: a paragraph of facts, and what it lacks.
std::string snapshot_facts(const Region& region, const snapshot::Entry& entry);

// A parameter's fields, one a line and aligned, written straight to `out`: with Reveal::yes the
// value passes through here and nowhere else.
void write_parameter(std::ostream& out, const Parameter& parameter, Reveal reveal);

}  // namespace ssmb::report
