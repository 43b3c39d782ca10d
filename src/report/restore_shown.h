// What the texts and the JSON of a restore are made from, and how it comes out. Pure.
#pragma once

#include <string>
#include <vector>

#include "engine/restore/restore.h"

namespace ssmb::report {

// A plan, with what it was asked for.
struct ShownPlan {
  Environment env;
  // Outlives this.
  const engine::restore::Planned* planned = nullptr;
  engine::restore::OnConflict on_conflict = engine::restore::OnConflict::skip;
  // Names that the snapshot was meant to hold and does not, each with why.
  std::vector<std::pair<ParameterName, std::string>> missing = {};
  Time now;
  std::string apply_line;  // the same command with --apply; empty: it is being applied
  std::vector<std::string> choices = {};  // engine::restore::choices_of()
};

// What became of it.
struct ShownRestore {
  ShownPlan plan;
  engine::restore::Applied applied;
  std::string again;  // the command, to be run again
};

// Why a step leaves its parameter other than the snapshot has it.
enum class Undone {
  no,
  left_out,     // --expired skip: it was not wanted
  skipped,      // it differs, and --on-conflict skip left it
  impossible,   // a rule of SSM's
  changed,      // the plan that it is held to (--as-planned) has it otherwise
  unreachable,  // the rest is written, but a field (a tier) cannot go back
};
Undone undone(const engine::restore::Step& step);

struct UndoneCounts {
  std::uint64_t left_out = 0;
  std::uint64_t skipped = 0;
  std::uint64_t impossible = 0;
  std::uint64_t changed = 0;
  std::uint64_t unreachable = 0;
  std::uint64_t wanted() const { return skipped + impossible + changed + unreachable; }
};
UndoneCounts count_undone(const engine::restore::Plan& plan);
// Those that were wanted: "3 skipped, 1 impossible"; empty: none.
std::string to_words(const UndoneCounts& counts);

// What a plan comes to if all of it goes well; the exit code of a plan is that of its execution.
enum class Foresight {
  complete,
  incomplete,  // something wanted is skipped, impossible, or not in the snapshot
  refused,     // conflicts under --on-conflict fail: nothing may be applied
};
Foresight foresee(const engine::restore::Planned& planned);
std::string_view to_string(Foresight foresight);

enum class RestoreVerdict {
  complete,    // everything wanted is there and equal
  incomplete,  // not all of it
  failed,      // nothing that was tried has succeeded
};
RestoreVerdict verdict(const ShownRestore& restore);
std::string_view to_string(RestoreVerdict verdict);

// For the lists that are printed: by --first, then by name, for steps stand as their parameters
// came (reads end in any order). A pointer each: 800 kB of 100,000 steps. `plan` outlives it.
std::vector<const engine::restore::Step*> in_reading_order(const engine::restore::Plan& plan);

using engine::restore::kActions;
std::uint64_t count_of(const engine::restore::Plan& plan, engine::restore::Action action);

std::string_view to_string(engine::restore::OnConflict policy);
std::string_view to_string(engine::restore::Failure::Stage stage);

}  // namespace ssmb::report
