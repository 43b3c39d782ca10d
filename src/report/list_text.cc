#include "report/list_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/snapshot_text.h"

namespace ssmb::report {
namespace {

using snapshot::Entry;
using snapshot::FollowedPointer;
using snapshot::State;

Latest latest_of(const ListedRegion& listed, const Entry& entry) {
  const FollowedPointer& latest = listed.latest;
  const bool unknown = latest.end == FollowedPointer::End::unread && latest.target.empty();
  if (unknown) return Latest::unknown;
  return entry.document == latest.target ? Latest::yes : Latest::no;
}

// Empty: nothing is wrong. An empty Region needs no pointer.
std::string pointer_trouble(const ListedRegion& listed) {
  const FollowedPointer& latest = listed.latest;
  if (latest.unread) return "could not be read: " + to_line(*latest.unread);
  const bool none = listed.entries.empty() && latest.end == FollowedPointer::End::nothing;
  return none ? std::string() : latest.wrong;
}

std::string notes(const ListedRegion& listed) {
  std::string text;
  const auto add = [&text](const auto& of, std::string_view what) {
    text += fmt::format("{}: {}\n", of, printable(what, 1000));
  };
  for (const Entry& entry : listed.entries)
    if (const std::string why = why_not_complete(entry); !why.empty())
      add(entry.document, fmt::format("{}: {}", to_string(entry.state), why));
  if (listed.entries.empty()) add(listed.region, "no snapshots");
  if (const std::string wrong = pointer_trouble(listed); !wrong.empty())
    add(fmt::format("{}: {}", listed.region, listed.latest.pointer), wrong);
  return text;
}

std::string next_line(const ListedRegion& listed, Time now) {
  const bool damaged = std::ranges::any_of(listed.entries, [](const Entry& entry) {
    return entry.state == State::broken || entry.state == State::unread;
  });
  if (!damaged && pointer_trouble(listed).empty()) return {};
  const auto newest = std::ranges::find_if(listed.entries, [](const Entry& entry) {
    return entry.state == State::complete && entry.id.extent == snapshot::SnapshotId::Extent::full;
  });
  if (newest == listed.entries.end())
    return fmt::format("next: {}: run a backup: no complete snapshot is there\n", listed.region);
  return fmt::format(
      "next: {}: `ssm-backup verify --all` tells what is sound; the newest complete snapshot is "
      "{}: --snapshot {}\n",
      listed.region, age(*newest, now), newest->document);
}

}  // namespace

std::string list_text(const std::vector<ListedRegion>& regions, Time now) {
  using enum Table::Align;
  Table table({{.title = "REGION"},
               {.title = "TIME (UTC)"},
               {.title = "STATE"},
               {.title = "PARAMETERS", .align = right},
               {.title = "SIZE", .align = right},
               {.title = "KEY", .place = Table::Column::Place::below}});
  std::string told;
  std::string next;
  for (const ListedRegion& listed : regions) {
    for (const Entry& entry : listed.entries)
      table.add(entry_cells(listed.region, entry, latest_of(listed, entry)));
    told += notes(listed);
    next += next_line(listed, now);
  }
  std::string text = table.empty() ? "" : table.render();
  if (!told.empty() && !text.empty()) text += '\n';
  return text + told + next;
}

boost::json::object list_json(const std::vector<ListedRegion>& regions, const Troubles& troubles,
                              const AccountId& account) {
  boost::json::array snapshots;
  boost::json::array pointers;
  for (const ListedRegion& listed : regions) {
    for (const Entry& entry : listed.entries) {
      boost::json::object object = entry_json(listed.region, entry);
      const Latest latest = latest_of(listed, entry);
      if (latest != Latest::unknown) object["latest"] = latest == Latest::yes;
      snapshots.push_back(std::move(object));
    }
    boost::json::object pointer{{"region", listed.region.str()},
                                {"key", listed.latest.pointer.str()},
                                {"target", listed.latest.target.str()}};
    if (const std::string wrong = pointer_trouble(listed); !wrong.empty())
      pointer["problem"] = wrong;
    pointers.push_back(std::move(pointer));
  }
  return {{"snapshots", std::move(snapshots)},
          {"pointers", std::move(pointers)},
          {"errors", errors_json(troubles, account)}};
}

}  // namespace ssmb::report
