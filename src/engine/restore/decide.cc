#include "engine/restore/decide.h"

#include <fmt/format.h>

namespace ssmb::engine::restore {
namespace {

constexpr std::size_t kName = field_at("Name");
constexpr std::size_t kType = field_at("Type");
constexpr std::size_t kTier = field_at("Tier");
constexpr std::size_t kTags = field_at("Tags");
constexpr std::size_t kLabels = field_at("Labels");
constexpr std::size_t kHistory = field_at("History");

void set_impossible(Step& step, const std::string& because) {
  step.action = Action::impossible;
  step.because = because;
}

void decide_absent(Step& step, const Findings& findings) {
  if (!findings.left_out.empty()) {
    step.action = Action::skipped;
    step.because = findings.left_out;
  } else if (!findings.impossible.empty()) {
    set_impossible(step, findings.impossible);
  } else if (!findings.impossible_tags.empty()) {
    set_impossible(step, findings.impossible_tags);
  } else {
    step.action = Action::create;
  }
}

// Older versions are only ever added to what this run has made itself: elsewhere they are no
// difference, for nothing could be done about it.
enum class Replay { none, labels, rest };
Replay settle_history(Step& step, const Findings& findings, Ours ours) {
  const bool differs = step.differing.test(kHistory);
  if (ours == Ours::yes) {
    if (!differs) return Replay::none;
    if (findings.live.past == LiveFindings::Past::beginning) return Replay::rest;
    if (findings.live.past == LiveFindings::Past::same) return Replay::labels;
  }
  if (differs) step.lost.push_back("the older versions: the parameter exists already");
  step.differing.reset(kHistory);
  step.wanted.captured.reset(kHistory);
  return Replay::none;
}

// The fields that no overwrite brings back.
void settle_unreachable(Step& step, const Findings& findings) {
  const auto set_aside = [&step](std::size_t field, const std::string& why) {
    if (why.empty() || !step.differing.test(field)) return;
    step.unreachable.set(field);
    step.because += step.because.empty() ? why : "; " + why;
  };
  set_aside(kTier, findings.live.tier);
  set_aside(kName, findings.live.name);
}

void decide_overwrite(Step& step, const Findings& findings, Replay replay) {
  settle_unreachable(step, findings);
  const FieldSet reachable = step.differing & ~step.unreachable;
  const bool needs_put =
      replay == Replay::rest || (reachable & ~field_set({kTags, kLabels, kHistory})).any();
  if (reachable.none()) return set_impossible(step, step.because);
  if (needs_put && !findings.impossible.empty()) return set_impossible(step, findings.impossible);
  if (needs_put && !findings.live.versions.empty())
    return set_impossible(step, findings.live.versions);
  if (reachable.test(kTags) && !findings.impossible_tags.empty())
    return set_impossible(step, findings.impossible_tags);

  Step::Shape& shape = step.shape;
  if (needs_put) {
    step.action = Action::update;
    step.replayed = replay == Replay::rest ? findings.live.live_versions : 0;
    shape.versions = replay == Replay::rest
                         ? static_cast<std::uint32_t>(findings.live.versions_wanted - step.replayed)
                         : 1;
    if (replay == Replay::none) step.wanted.captured.reset(kHistory);  // it has one version more
    // A new version begins without labels.
    if (replay == Replay::none) shape.label_calls = step.wanted.digest(kLabels) != 0 ? 1 : 0;
  } else {
    step.action = reachable.test(kTags) ? Action::tags : Action::labels;
    shape.versions = 0;
  }
}

void decide_live(Step& step, const Findings& findings, OnConflict on_conflict, Ours ours) {
  const Replay replay = settle_history(step, findings, ours);
  if (step.differing.none()) {
    step.action = Action::unchanged;
  } else if (!findings.left_out.empty()) {
    step.action = Action::skipped;
    step.because = findings.left_out;
    step.differing.reset();
  } else if (step.differing.test(kType)) {
    set_impossible(step, findings.live.type);
  } else if (ours == Ours::yes || on_conflict == OnConflict::overwrite) {
    decide_overwrite(step, findings, replay);
  } else {
    step.action = Action::skipped;
    step.because = on_conflict == OnConflict::fail ? "--on-conflict fail" : "--on-conflict skip";
  }
}

}  // namespace

std::string line_of(const rules::Violation& violation) {
  return fmt::format("{}: {} ({})", violation.code, violation.message, violation.source);
}

void decide(Step& step, const Findings& findings, OnConflict on_conflict, Ours ours) {
  if (!findings.folded.empty())
    set_impossible(step, findings.folded);
  else if (!findings.unreadable.empty())
    set_impossible(step, findings.unreadable);
  else if (!step.live_version)
    decide_absent(step, findings);
  else
    decide_live(step, findings, on_conflict, ours);

  // What the rules say of a put is nobody's matter where there is none.
  if (!puts(step.action)) {
    step.doubts.clear();
    step.shape.fires.reset();
  }
}

}  // namespace ssmb::engine::restore
