#include "report/restore_sections.h"

#include <fmt/format.h>

#include <map>

#include "base/text.h"
#include "report/places.h"
#include "report/wrap.h"

namespace ssmb::report {
namespace {

using engine::restore::Action;
using engine::restore::Failure;
using engine::restore::Step;

// Steps with the same word about them.
struct Group {
  std::string about;
  std::uint64_t count = 0;
  std::vector<const Step*> steps;  // those that are shown
};

class Section {
 public:
  Section(std::string title, Detail detail) : title_(std::move(title)), detail_(detail) {}

  void add(const std::string& about, const Step& step) {
    ++count_;
    const auto [place, is_new] = places_.try_emplace(about, groups_.size());
    if (is_new) groups_.push_back({.about = about});
    Group& group = groups_[place->second];
    ++group.count;
    if (detail_ == Detail::whole || group.steps.size() < kBriefLines) group.steps.push_back(&step);
  }

  void write(std::ostream& out, std::size_t columns) const {
    if (count_ == 0) return;
    out << fmt::format("\n{} ({})\n", title_, count_);
    std::size_t written = 0;
    for (const Group& group : groups_) {
      if (detail_ == Detail::brief && written == kBriefLines) {
        out << fmt::format("  and {}: --verbose shows all\n",
                           counted(groups_.size() - written, "more reason"));
        return;
      }
      ++written;
      write_group(out, group, columns);
    }
  }

 private:
  static void write_group(std::ostream& out, const Group& group, std::size_t columns) {
    std::string margin = "  ";
    if (!group.about.empty()) {
      out << labelled(margin, group.about, columns);
      margin = "    ";
    }
    for (const Step* step : group.steps) {
      out << margin << printable(step->name.view(), 4096);
      if (!step->source.empty()) out << "  (from " << printable(step->source.view(), 4096) << ')';
      out << '\n';
    }
    if (group.count > group.steps.size())
      out << fmt::format("{}and {} more: --verbose shows all\n", margin,
                         group.count - group.steps.size());
  }

  std::string title_;
  Detail detail_;
  std::uint64_t count_ = 0;
  std::vector<Group> groups_;
  std::map<std::string, std::size_t> places_;
};

// What differs; of what is skipped or impossible, why.
std::string about_of(const Step& step) {
  std::string text;
  switch (step.action) {
    case Action::create:
    case Action::remove:
    case Action::extra:
    case Action::unchanged: break;
    case Action::update:
    case Action::tags:
    case Action::labels: text = field_words(step.differing); break;
    case Action::skipped:
      text = undone(step) == Undone::left_out ? step.because
                                              : "differs: " + field_words(step.differing);
      break;
    case Action::impossible:
    case Action::changed: text = step.because; break;
  }
  if (step.unreachable.any() && step.action != Action::impossible) {
    if (!text.empty()) text += "; ";
    text += field_words(step.unreachable) + " stays as it is: it cannot go back";
  }
  return text;
}

// The same for all that failed alike: without the request's id.
std::string about_of(const Failure& failure) {
  Error error = failure.error;
  if (error.fault) error.fault->request_id.clear();
  std::string text = fmt::format("{}: {}", to_string(failure.stage), to_line(error));
  if (failure.differing.any()) text += " (differs: " + field_words(failure.differing) + ")";
  return text;
}

std::string title_of(Action action) {
  switch (action) {
    case Action::labels: return "labels only";
    case Action::tags: return "tags only";
    case Action::remove: return "DELETE, live and not in the snapshot";
    case Action::changed: return "changed since the plan, left alone";
    case Action::extra: return "extra, left alone";
    case Action::create:
    case Action::update:
    case Action::unchanged:
    case Action::skipped:
    case Action::impossible: break;
  }
  return std::string(to_string(action));
}

bool has_section(const Step& step, Detail detail) {
  if (step.action == Action::unchanged) return step.unreachable.any() || detail == Detail::whole;
  return true;
}

}  // namespace

void write_sections(std::ostream& out, const ShownPlan& shown, Detail detail, std::size_t columns) {
  const std::vector<const Step*> steps = in_reading_order(shown.planned->plan);
  for (const Action action : kActions) {
    Section section(title_of(action), detail);
    for (const Step* step : steps)
      if (step->action == action && has_section(*step, detail)) section.add(about_of(*step), *step);
    section.write(out, columns);
  }
  Section doubtful("doubtful: tried, with a warning", detail);
  Section lost("what nobody can restore", detail);
  for (const Step* step : steps) {
    for (const std::string& doubt : step->doubts) doubtful.add(doubt, *step);
    for (const std::string& what : step->lost) lost.add(what, *step);
  }
  doubtful.write(out, columns);
  lost.write(out, columns);
}

void write_failures(std::ostream& out, const ShownRestore& shown, Detail detail,
                    std::size_t columns) {
  std::vector<std::string> abouts;
  std::map<std::string, std::vector<const Failure*>> alike;
  for (const Failure& failure : shown.applied.failures) {
    std::string about = about_of(failure);
    auto& failures = alike[about];
    if (failures.empty()) abouts.push_back(std::move(about));
    failures.push_back(&failure);
  }
  for (const std::string& about : abouts) {
    const auto& failures = alike[about];
    out << labelled("    ", about, columns);
    const std::string& next = failures.front()->error.next;
    if (!next.empty()) out << labelled("    next: ", next, columns);
    std::size_t written = 0;
    for (const Failure* failure : failures) {
      if (detail == Detail::brief && written++ == kBriefLines) {
        out << fmt::format("      and {} more: in restore_result.json\n",
                           failures.size() - kBriefLines);
        break;
      }
      out << "      " << printable(failure->name.view(), 4096) << '\n';
    }
  }
}

void write_missing(std::ostream& out, const ShownPlan& shown, Detail detail, std::size_t columns) {
  if (shown.missing.empty()) return;
  out << fmt::format("\nnot in the snapshot, so not restored ({})\n", shown.missing.size());
  std::size_t written = 0;
  for (const auto& [name, why] : shown.missing) {
    if (detail == Detail::brief && written++ == kBriefLines) {
      out << fmt::format("  and {} more: --verbose shows all\n",
                         shown.missing.size() - kBriefLines);
      return;
    }
    out << "  " << printable(name.view(), 4096) << '\n' << labelled("    ", why, columns);
  }
}

}  // namespace ssmb::report
