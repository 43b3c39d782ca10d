#include "report/infra_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <set>

#include "base/text.h"

namespace ssmb::report {
namespace {

using engine::Change;
using Action = Change::Action;

char sign(Action action) {
  switch (action) {
    case Action::none: return ' ';
    case Action::create: return '+';
    case Action::update: return '~';
    case Action::replace: return '!';
    case Action::remove: return '-';
    case Action::keep: return '=';
  }
  return ' ';
}

std::string shown(const std::optional<std::string>& value) {
  constexpr std::size_t kMost = 160;
  return value ? printable(*value, kMost) : std::string("(none)");
}

// "lifecycle of bucket x", "bucket x in us-west-2".
std::string what(const Change& change) {
  if (change.kind == "bucket" || change.kind == "parameter")
    return fmt::format("{} {} in {}", change.kind, printable(change.name), change.region);
  return fmt::format("{} of bucket {}", change.kind, change.name);
}

std::string remarks(const Change& change) {
  std::string out;
  if (!change.managed_by.empty())
    out += fmt::format(" ({} {})", engine::kManagedBy, printable(change.managed_by, 80));
  if (change.kind == "object-lock" && change.action != Action::none)
    out += " (S3 takes it off no bucket again)";
  if (change.action == Action::replace) out += " (deleted, and made anew: SSM changes no type)";
  return out;
}

void write_change(std::ostream& out, const Change& change) {
  out << fmt::format("  {} {}{}\n", sign(change.action), what(change), remarks(change));
  if (!change.why.empty()) out << fmt::format("      {}\n", change.why);
  if (change.kind == "parameter" && change.action == Action::create)
    out << fmt::format("      {}\n", shown(change.desired.at("Value")));
  const bool document = change.kind != "bucket" && change.kind != "parameter";
  const bool fields = change.action == Action::update || change.action == Action::replace ||
                      (change.action == Action::create && document);
  if (!fields) return;
  for (const engine::FieldDifference& difference : change.differences)
    out << fmt::format("      {}: {} -> {}\n", difference.field, shown(difference.from),
                       shown(difference.to));
}

// A new bucket's documents stand behind its name, and are no line of their own.
std::set<std::string> new_buckets(const engine::Plan& plan) {
  std::set<std::string> names;
  for (const Change& change : plan) {
    if (change.kind == "bucket" && change.action == Action::create) names.insert(change.name);
  }
  return names;
}

std::vector<const Change*> lines_of(const engine::Plan& plan) {
  const std::set<std::string> fresh = new_buckets(plan);
  std::vector<const Change*> lines;
  for (const Change& change : plan) {
    const bool inside = change.kind != "bucket" && fresh.contains(change.name);
    if (change.action != Action::none && !inside) lines.push_back(&change);
  }
  return lines;
}

std::string documents_of(const engine::Plan& plan, const std::string& bucket) {
  std::vector<std::string> kinds;
  for (const Change& change : plan) {
    if (change.name == bucket && change.kind != "bucket" && change.kind != "parameter")
      kinds.push_back(change.kind);
  }
  return join(kinds, ", ");
}

boost::json::value text_or_null(const std::optional<std::string>& value) {
  return value ? boost::json::value(*value) : boost::json::value(nullptr);
}

boost::json::object change_json(const Change& change) {
  boost::json::object desired;
  for (const auto& [field, value] : change.desired) desired[field] = value;
  boost::json::array differences;
  for (const engine::FieldDifference& difference : change.differences)
    differences.push_back({{"field", difference.field},
                           {"from", text_or_null(difference.from)},
                           {"to", text_or_null(difference.to)}});
  boost::json::object entry{{"action", engine::to_string(change.action)},
                            {"kind", change.kind},
                            {"region", change.region.str()},
                            {"name", change.name},
                            {"desired", desired},
                            {"differences", differences}};
  if (!change.managed_by.empty()) entry["managedBy"] = change.managed_by;
  if (!change.why.empty()) entry["why"] = change.why;
  return entry;
}

std::size_t count_of(const std::vector<const Change*>& lines,
                     std::initializer_list<Action> actions) {
  return static_cast<std::size_t>(std::ranges::count_if(lines, [&actions](const Change* change) {
    return std::ranges::find(actions, change->action) != actions.end();
  }));
}

}  // namespace

void write_infra_plan(std::ostream& out, const engine::Plan& plan) {
  for (const Change* change : lines_of(plan)) {
    write_change(out, *change);
    if (change->kind == "bucket" && change->action == Action::create)
      out << fmt::format("      with {}\n", documents_of(plan, change->name));
  }
}

boost::json::array infra_plan_json(const engine::Plan& plan) {
  boost::json::array out;
  for (const Change& change : plan) out.push_back(change_json(change));
  return out;
}

std::string infra_warning_lines(const std::vector<engine::PlanWarning>& warnings) {
  std::string lines;
  for (const engine::PlanWarning& warning : warnings)
    lines += fmt::format("warning: {}\nnext: {}\n\n", warning.what, warning.next);
  return lines;
}

boost::json::array infra_warnings_json(const std::vector<engine::PlanWarning>& warnings) {
  boost::json::array out;
  for (const engine::PlanWarning& warning : warnings)
    out.push_back({{"what", warning.what}, {"next", warning.next}});
  return out;
}

std::size_t infra_changes(const engine::Plan& plan) {
  return static_cast<std::size_t>(std::ranges::count_if(
      lines_of(plan), [](const Change* change) { return change->action != Action::keep; }));
}

std::string infra_counts(const engine::Plan& plan) {
  const auto lines = lines_of(plan);
  std::vector<std::string> parts;
  const auto add = [&](std::initializer_list<Action> actions, std::string_view words) {
    if (const std::size_t count = count_of(lines, actions); count != 0)
      parts.push_back(fmt::format("{} {}", count, words));
  };
  add({Action::create}, "to create");
  add({Action::update, Action::replace}, "to change");
  add({Action::remove}, "to delete");
  add({Action::keep}, "kept");
  return parts.empty() ? "nothing differs" : join(parts, ", ");
}

}  // namespace ssmb::report
