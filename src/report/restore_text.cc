#include "report/restore_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "report/facts_left_text.h"
#include "report/places.h"
#include "report/restore_sections.h"
#include "report/snapshot_text.h"
#include "report/wrap.h"
#include "snapshot/reader.h"

namespace ssmb::report {
namespace {

using engine::restore::Action;
using engine::restore::Estimate;
using engine::restore::may_lack;
using engine::restore::OnConflict;
using engine::restore::Plan;
using engine::restore::SourceFacts;
using engine::restore::Step;

std::string second(Time time) { return table_time(time) + " UTC"; }

// What the snapshot is, and how far it vouches for itself.
std::string state_of(const SourceFacts& source) {
  switch (source.state) {
    case snapshot::State::complete: return "complete, hashes verified";
    case snapshot::State::incomplete: return "incomplete, hashes verified";
    case snapshot::State::old: return "made by the old pipeline, no hashes to verify";
    case snapshot::State::alone: return "a file by itself, no hashes to verify";
    case snapshot::State::unfinished:
    case snapshot::State::broken:
    case snapshot::State::unread: break;
  }
  return fmt::format("{}, no hashes to verify", to_string(source.state));
}

void write_head(std::ostream& out, const ShownPlan& shown, std::size_t columns) {
  const auto& planned = *shown.planned;
  const SourceFacts& source = planned.source;
  const auto& to = planned.mapping.to;
  const Region& from = source.region.empty() ? planned.mapping.from.region : source.region;
  out << fmt::format("restore  {}  {}  into {}, account {}\n", shown.env, from, to.region,
                     to.account);
  out << labelled("  from ",
                  fmt::format("{} ({} old, {})", second(source.taken),
                              to_human(shown.now - source.taken), state_of(source)),
                  columns);
  out << "  " << printable(source.where, 2000) << "\n\n";
}

// What the steps of one action have in common.
struct Tally {
  std::uint64_t count = 0;
  std::map<std::size_t, std::uint64_t> fields;
  std::uint64_t tagged = 0;
  std::uint64_t labelled = 0;
  std::uint64_t advanced = 0;
  std::uint64_t left_out = 0;
  const std::string* first_name = nullptr;
  std::size_t common = 0;  // so much of all names is the same
};

void add(Tally& tally, const Step& step) {
  ++tally.count;
  for (std::size_t field = 0; field < kFieldCount; ++field)
    if (step.differing.test(field)) ++tally.fields[field];
  if (step.shape.tags != 0) ++tally.tagged;
  if (step.shape.labels != 0) ++tally.labelled;
  if (step.shape.tier == rules::Tier::advanced) ++tally.advanced;
  if (undone(step) == Undone::left_out) ++tally.left_out;
  const std::string& name = step.name.str();
  if (tally.first_name == nullptr) {
    tally.first_name = &name;
    tally.common = name.size();
    return;
  }
  const auto end =
      std::ranges::mismatch(name, std::string_view(*tally.first_name).substr(0, tally.common));
  tally.common = static_cast<std::size_t>(end.in1 - name.begin());
}

// "/app/dev/...", or the name where there is only one.
std::string where_of(const Tally& tally) {
  if (tally.count == 1) return *tally.first_name;
  const std::string_view common = std::string_view(*tally.first_name).substr(0, tally.common);
  const auto slash = common.rfind('/');
  if (slash == std::string_view::npos || slash == 0) return {};
  return std::string(common.substr(0, slash + 1)) + "...";
}

// "value 2, tags 1"
std::string fields_of(const Tally& tally) {
  std::vector<std::string> words;
  for (const auto& [field, count] : tally.fields) {
    FieldSet one;
    one.set(field);
    words.push_back(fmt::format("{} {}", field_words(one), count));
  }
  return join(words, ", ");
}

std::string create_words(const Tally& tally, const ShownPlan& shown) {
  std::vector<std::string> with;
  const auto add = [&with](std::string_view what, std::uint64_t count) {
    if (count != 0) with.push_back(fmt::format("{} {}", what, count));
  };
  add("tags", tally.tagged);
  add("labels", tally.labelled);
  add("Advanced", tally.advanced);
  std::vector<std::string> words;
  if (std::string where = where_of(tally); !where.empty()) words.push_back(std::move(where));
  if (!with.empty()) words.push_back("with " + join(with, ", "));
  if (shown.planned->source.depth == snapshot::Depth::current)
    words.emplace_back("labels not captured");
  return join(words, "; ");
}

std::string skipped_words(const Tally& tally, const ShownPlan& shown) {
  std::vector<std::string> words;
  if (const std::string fields = fields_of(tally); !fields.empty())
    words.push_back("differ: " + fields);
  if (tally.count > tally.left_out && shown.on_conflict == OnConflict::skip)
    words.emplace_back("--on-conflict overwrite would write them");
  if (tally.left_out != 0) words.push_back(fmt::format("{} left out, see below", tally.left_out));
  return join(words, "; ");
}

std::string words_of(Action action, const Tally& tally, const ShownPlan& shown) {
  switch (action) {
    case Action::create: return create_words(tally, shown);
    case Action::update:
    case Action::tags:
    case Action::labels: return "differ: " + fields_of(tally);
    case Action::unchanged:
      return shown.planned->live.tags == snapshot::TagsMode::strict
                 ? "equal in all that was captured"
                 : "equal in all that was captured, tags as the tag index has them";
    case Action::skipped: return skipped_words(tally, shown);
    case Action::impossible: return "see below";
    case Action::extra: return "live, not in the snapshot: left alone";
    case Action::remove: return "live, not in the snapshot: DELETED (a backup first keeps them)";
    case Action::changed: return "not so in the plan of --as-planned: left alone, see below";
  }
  return {};
}

std::string row(std::string_view word, std::uint64_t count, std::string_view text,
                std::size_t columns) {
  return labelled(fmt::format("  {:<10} {:>7}   ", word, count), text, columns);
}

void write_counts(std::ostream& out, const ShownPlan& shown, std::size_t columns) {
  const Plan& plan = shown.planned->plan;
  std::map<Action, Tally> tallies;
  for (const Step& step : plan.steps) add(tallies[step.action], step);
  for (const Action action : kActions) {
    const auto found = tallies.find(action);
    if (found == tallies.end()) continue;
    out << row(to_string(action), found->second.count, words_of(action, found->second, shown),
               columns);
  }
  if (plan.steps.empty()) out << "  nothing in the snapshot is selected\n";
  if (plan.doubtful != 0)
    out << row("doubtful", plan.doubtful, "of these: tried, with a warning; see below", columns);
}

std::string calls_words(const Estimate& estimate) {
  std::uint64_t all = 0;
  std::vector<std::string> each;
  for (const auto& [operation, count] : estimate.calls) {
    all += count;
    if (count != 0) each.push_back(fmt::format("{} {}", operation, count));
  }
  std::string text = counted(all, "call");
  if (each.size() > 1) text += " (" + join(each, ", ") + ")";
  text += ", " + roughly(estimate.duration);
  if (!estimate.bounded_by.empty()) text += ": the quota of " + estimate.bounded_by + " bounds it";
  return text;
}

void write_cost(std::ostream& out, const ShownPlan& shown, Detail detail, std::size_t columns) {
  const Estimate& estimate = shown.planned->estimate;
  const auto line = [&](std::string_view label, const std::string& text) {
    out << labelled(fmt::format("  {:<10} ", label), text, columns);
  };
  out << '\n';
  line("takes", calls_words(estimate));
  if (!estimate.advice.empty()) line("faster", estimate.advice);
  if (estimate.events != 0)
    line("events", fmt::format("{} \"Parameter Store Change\"", estimate.events));
  if (estimate.advanced != 0) {
    line("costs",
         fmt::format("{}: ${:.2f} a month", counted(estimate.advanced, "Advanced parameter"),
                     estimate.dollars_a_month));
  }
  if (estimate.firing.empty()) return;
  line("fires", fmt::format("{} within 24 hours:",
                            estimate.firing.size() == 1
                                ? std::string("1 policy fires")
                                : fmt::format("{} policies fire", estimate.firing.size())));
  std::size_t shown_lines = 0;
  for (const Estimate::Firing& firing : estimate.firing) {
    if (detail == Detail::brief && shown_lines++ == kBriefLines) {
      line("", fmt::format("and {} more", estimate.firing.size() - kBriefLines));
      return;
    }
    line("", fmt::format("{}  {}", second(firing.when), firing.name));
  }
}

std::string_view lacking_state(const SourceFacts& source) {
  if (source.shrunken.value_or(false)) return "shrunken";
  return source.unread.empty() ? to_string(source.state) : "incomplete";
}

// "3 skipped, 1 impossible; the snapshot is incomplete"; empty: all that is wanted will be there.
std::string lacking_words(const ShownPlan& shown) {
  const UndoneCounts left = count_undone(shown.planned->plan);
  std::vector<std::string> words;
  if (left.wanted() != 0) words.push_back(to_words(left));
  if (const SourceFacts& source = shown.planned->source; may_lack(source))
    words.push_back(fmt::format("the snapshot is {}", lacking_state(source)));
  return join(words, "; ");
}

// What to do about what the plan leaves.
std::string_view decision(const ShownPlan& shown) {
  const UndoneCounts left = count_undone(shown.planned->plan);
  if (left.changed != 0)
    return "look at what has changed since the plan, and plan anew: the same command without "
           "--apply and --as-planned";
  if (left.skipped != 0 && shown.on_conflict == OnConflict::skip)
    return "if the snapshot is right, the same command with --on-conflict overwrite";
  if (left.wanted() != 0) return "decide what becomes of what is named above: its reason says how";
  return "find out what the snapshot lacks, in an older one: ssm-backup list";
}

// The conflicts of --on-conflict fail are told as the error that they are.
void write_next(std::ostream& out, const ShownPlan& shown, std::size_t columns) {
  const Plan& plan = shown.planned->plan;
  if (!plan.conflicts.empty()) return;
  out << '\n';
  const std::string lacking = lacking_words(shown);
  if (!lacking.empty()) out << labelled("", "incomplete: " + lacking + " (exit 3)", columns);
  if (plan.writes() != 0) {
    out << "nothing was written yet\nnext: " << shown.apply_line << '\n';
  } else if (lacking.empty()) {
    out << "nothing to do: all that was wanted is there and equal\n";
  } else {
    out << "nothing to write\nnext: " << decision(shown) << '\n';
  }
}

void write_changed(std::ostream& out, const ShownRestore& shown, Detail detail) {
  std::size_t lines = 0;
  for (const ParameterName& name : shown.applied.changed_meanwhile) {
    if (detail == Detail::brief && lines++ == kBriefLines) {
      out << fmt::format("    and {} more: in restore_result.json\n",
                         shown.applied.changed_meanwhile.size() - kBriefLines);
      return;
    }
    out << "    " << printable(name.view(), 2000) << '\n';
  }
}

std::string end_sentence(const ShownRestore& shown) {
  const auto& applied = shown.applied;
  const Plan& plan = shown.plan.planned->plan;
  const bool whole = verdict(shown) == RestoreVerdict::complete;
  if (plan.writes() == 0)
    return whole ? "done and complete: all that was wanted was there and equal"
                 : "incomplete: there was nothing to write (exit 3)";
  std::string done =
      fmt::format("{} written and read back in {}", counted(applied.verified, "parameter"),
                  to_human(applied.duration));
  if (applied.removed != 0) done = fmt::format("{} deleted, {}", applied.removed, done);
  if (!whole) return fmt::format("done, incomplete: {} (exit 3)", done);
  return fmt::format("done and complete: {}, {} equal already", done,
                     count_of(plan, Action::unchanged));
}

std::string next_step(const ShownRestore& shown) {
  const auto& applied = shown.applied;
  if (!applied.failures.empty())
    return "correct what is named above, then run it again: what is equal is left as it is:\n  " +
           shown.again;
  if (!applied.changed_meanwhile.empty())
    return "look at what somebody else changed, then run it again:\n  " + shown.again;
  return std::string(decision(shown.plan));
}

}  // namespace

void write_plan(std::ostream& out, const ShownPlan& shown, Detail detail, std::size_t columns) {
  write_head(out, shown, columns);
  write_counts(out, shown, columns);
  write_sections(out, shown, detail, columns);
  write_missing(out, shown, detail, columns);
  write_facts_left(out, shown, detail, columns);
  if (shown.planned->plan.writes() != 0) write_cost(out, shown, detail, columns);
  if (!shown.apply_line.empty()) write_next(out, shown, columns);
}

void write_restored(std::ostream& out, const ShownRestore& shown, Detail detail,
                    std::size_t columns) {
  const auto& applied = shown.applied;
  out << '\n';
  const auto line = [&](std::string_view word, std::uint64_t count, std::string_view text) {
    if (count != 0) out << row(word, count, text, columns);
  };
  line("created", applied.created, "");
  line("updated", applied.updated, "");
  line("removed", applied.removed, "");
  line("read back", applied.verified, "and equal in all that was captured");
  line("failed", applied.failures.size(), "");
  write_failures(out, shown, detail, columns);
  line("left alone", applied.changed_meanwhile.size(), "somebody else changed them since the plan");
  write_changed(out, shown, detail);
  const UndoneCounts left = count_undone(shown.plan.planned->plan);
  line("not done", left.wanted(), to_words(left) + ": named in the plan");
  line("missing", shown.plan.missing.size(), "not in the snapshot: named in the plan");
  if (const std::string left_by_hand = facts_left_words(shown.plan.planned->facts);
      !left_by_hand.empty())
    out << labelled("  ", "not restored: " + left_by_hand + ": the plan has the commands", columns);
  // Where nothing has succeeded the error says so, and what to do.
  if (verdict(shown) == RestoreVerdict::failed) return;
  out << '\n' << end_sentence(shown) << '\n';
  if (verdict(shown) != RestoreVerdict::complete) out << "next: " << next_step(shown) << '\n';
}

}  // namespace ssmb::report
