// One step of a plan, when both sides are known: what is to be done, and why. Pure.
#pragma once

#include <string>

#include "engine/restore/plan.h"

namespace ssmb::engine::restore {

// What the live parameter says against what is wanted, where they differ.
struct LiveFindings {
  std::string type;      // the rule against a change of its type
  std::string tier;      // the rule against the way back from its tier
  std::string versions;  // the rule against one version more
  std::string name;      // "X" where "/X" is wanted: the same parameter
  // Its versions beside the snapshot's, where the histories differ.
  enum class Past : std::uint8_t {
    other,
    beginning,  // the first `live_versions` of them: a replay that ended early
    same,       // all of them; their labels differ
  } past = Past::other;
  std::uint16_t live_versions = 0;
  std::uint16_t versions_wanted = 1;

  bool operator==(const LiveFindings&) const = default;
};

// What is known of few steps only, and so does not stand in each.
struct Findings {
  std::string impossible;       // the put: a rule that is certain, or a word that is missing
  std::string impossible_tags;  // its tags
  std::string left_out;         // why it is not wanted here
  std::string folded;           // another source has the same name in the target
  std::string unreadable;       // it is there, and cannot be read
  LiveFindings live;
};
// "code: message (source)"
std::string line_of(const rules::Violation& violation);

enum class Ours { no, yes };  // this run's journal has begun it

// Expects in `step` what want() and live() have left there: differing, live_version (where it is
// live), doubts, lost and shape of a creation. Sets action, because and the rest.
void decide(Step& step, const Findings& findings, OnConflict on_conflict, Ours ours);

}  // namespace ssmb::engine::restore
