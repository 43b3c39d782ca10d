#include "report/copies_text.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/error_text.h"
#include "report/places.h"

namespace ssmb::report {
namespace {

using engine::CopyReport;
using engine::RegionBackup;
using engine::RegionOutcome;
using snapshot::PointerReport;

// Is this run's own snapshot there? It is tried first.
bool holds_own(const RegionBackup& backup, const CopyReport& copy) {
  return backup.written && !copy.copied.empty() &&
         copy.copied.front() == backup.written->manifest.document.key;
}

// ", with 2 earlier snapshots"; of a dry run those that would be.
std::string with_earlier(const RegionBackup& backup, const CopyReport& copy) {
  const std::size_t own = holds_own(backup, copy) ? 1 : 0;
  const std::uint64_t earlier = backup.written ? copy.copied.size() - own : copy.lacking;
  return earlier == 0 ? "" : ", with " + counted(earlier, "earlier snapshot");
}

std::string line_of(const RegionBackup& backup, const CopyReport& copy) {
  if (!backup.written) {
    if (copy.error) return fmt::format("cannot be copied to {}", copy.repository);
    return fmt::format("would be copied to {}{}", copy.repository, with_earlier(backup, copy));
  }
  const bool own = holds_own(backup, copy);
  std::string line = fmt::format("{} to {}{}", own ? "copied" : "NOT copied", copy.repository,
                                 own ? with_earlier(backup, copy) : "");
  if (!own && !copy.copied.empty())
    line += fmt::format(", but {}", counted(copy.copied.size(), "earlier snapshot"));
  if (copy.error && copy.lacking != 0)
    line += fmt::format("; it lacks {}", counted(copy.lacking, "earlier snapshot"));
  return line;
}

}  // namespace

std::string_view copy_status(const RegionBackup& backup, const CopyReport& copy) {
  if (!is_whole(copy, backup.accept_shrink))
    return holds_own(backup, copy) ? "incomplete" : "failed";
  return backup.written ? "copied" : "foreseen";
}

boost::json::array copies_json(const RegionBackup& backup) {
  boost::json::array out;
  for (const CopyReport& copy : backup.copies) {
    boost::json::array keys;
    for (const ObjectKey& key : copy.copied) keys.emplace_back(key.view());
    boost::json::array pointers;
    for (const PointerReport& pointer : copy.pointers) pointers.push_back(pointer_json(pointer));
    boost::json::object entry{
        {"repository", copy.repository}, {"status", copy_status(backup, copy)},
        {"copied", std::move(keys)},     {"lackingCount", copy.lacking},
        {"bytes", copy.bytes.value},     {"pointers", std::move(pointers)}};
    if (copy.error) entry["error"] = error_json(*copy.error);
    out.push_back(std::move(entry));
  }
  return out;
}

std::string copy_lines(const std::vector<RegionOutcome>& outcomes) {
  std::string text;
  const auto add = [&text](const Region& region, std::string_view what) {
    text += fmt::format("{}: {}\n", region, printable(what, 2000));
  };
  for (const RegionOutcome& outcome : outcomes) {
    if (!outcome.backup) continue;
    for (const CopyReport& copy : outcome.backup->copies) {
      std::string line = line_of(*outcome.backup, copy);
      if (copy.error) line += ": " + to_line(*copy.error);
      add(outcome.region, line);
      for (const PointerReport& pointer : copy.pointers)
        if (stays(pointer))
          add(outcome.region,
              fmt::format("{} in {}: {}", stays_words(pointer, pointer.target.view()),
                          copy.repository, pointer.why));
    }
  }
  return text;
}

std::string copy_step(const RegionBackup& backup) {
  for (const CopyReport& copy : backup.copies) {
    if (is_whole(copy, backup.accept_shrink)) continue;
    if (!copy.error && copy.shrink != snapshot::Shrink::none)
      return "if the parameters were meant to go, run again with --accept-shrink";
    const auto failed =
        std::ranges::find(copy.pointers, PointerReport::Outcome::failed, &PointerReport::outcome);
    const std::string& next = copy.error                      ? copy.error->next
                              : failed != copy.pointers.end() ? failed->next
                                                              : std::string();
    if (next.empty()) return "mend what the copy's line above names; the next run catches up";
    return backup.written ? next + "; the next run catches up" : next;
  }
  return {};
}

}  // namespace ssmb::report
