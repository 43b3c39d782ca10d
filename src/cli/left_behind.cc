#include "cli/left_behind.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>

#include "base/files.h"
#include "base/text.h"
#include "cli/summaries_file.h"
#include "engine/overview/drill_record.h"

namespace ssmb::cli {
namespace {

using engine::overview::Overview;
using engine::overview::RegionView;
using engine::overview::start_of;

std::string text_in(const boost::json::value* object, std::string_view name) {
  if (object == nullptr || !object->is_object()) return {};
  const auto* value = object->get_object().if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// Does the entry say what has become of that Region's last run? Not one of another environment, of
// a rehearsal, or older than the newest snapshot.
bool is_news(const boost::json::value& entry, const ssmb::Environment& env,
             const RegionView& view) {
  const auto time = parse_iso8601(text_in(&entry, "recordedAt"));
  if (!time || text_in(&entry, "environment") != env.str()) return false;
  return !view.newest || start_of(*view.newest) < *time;
}

}  // namespace

void add_last_run(Overview& overview, const std::filesystem::path& work_dir) {
  const auto summaries = read_summaries(work_dir / "region_summaries.json");
  if (!summaries || !*summaries) return;
  const auto notice = notify::make_notice(*summaries, {.env = overview.env});
  if (!notice) return;
  for (const auto& entry : notice->summaries)
    overview.last_run_known |= text_in(&entry.value(), "environment") == overview.env.str();
  bool broke_off = false;
  for (const notify::RegionNews& news : notice->regions) {
    using enum notify::RegionNews::State;
    const auto view = std::ranges::find(overview.regions, news.region, &RegionView::region);
    const auto* entry = notice->summaries.if_contains(news.region.view());
    if (view == overview.regions.end() || entry == nullptr || news.dry_run == notify::DryRun::yes ||
        (news.state != failed && news.state != unfinished && news.state != interrupted) ||
        !is_news(*entry, overview.env, *view))
      continue;
    broke_off = true;
    view->failed = engine::overview::Failed{
        .message = news.state == unfinished ? "it was begun and did not end" : news.message,
        .next = text_in(entry->get_object().if_contains("error"), "next")};
  }
  if (!broke_off) return;
  for (RegionView& view : overview.regions)
    if (!notice->summaries.contains(view.region.view()))
      view.failed = engine::overview::Failed{
          .message = "it was never begun: the run ended before it", .next = {}};
}

void add_last_drill(Overview& overview, const std::filesystem::path& work_dir) {
  const auto file = work_dir / "drill.json";
  const auto text = read_file(file);
  if (!text) return;
  boost::system::error_code bad;
  const auto json = boost::json::parse(*text, bad);
  const auto at = parse_iso8601(text_in(&json, "drilledAt"));
  if (bad || !at || text_in(&json, "environment") != overview.env.str()) return;
  const auto each_of = [&](const char* list, const auto& act) {
    const auto* entries = json.get_object().if_contains(list);
    if (entries == nullptr || !entries->is_array()) return;
    for (const auto& entry : entries->get_array()) {
      const Region region(text_in(&entry, "region"));
      const auto view = std::ranges::find(overview.regions, region, &RegionView::region);
      if (view != overview.regions.end() && (!view->drill || view->drill->at < *at))
        act(*view, entry);
    }
  };
  each_of("regions", [&](RegionView& view, const boost::json::value& entry) {
    auto drilled = engine::overview::read_drilled(
        entry, file.string(), {.env = overview.env, .region = view.region, .now = overview.now});
    // Of another repository: a copy, a directory.
    if (!drilled || !view.documents.contains(ObjectKey(drilled->snapshot))) return;
    view.drill = *std::move(drilled);
    view.drill_problem.clear();
  });
  each_of("notDrilled", [&](RegionView& view, const boost::json::value& entry) {
    view.drill_problem =
        fmt::format("{}: it could not be drilled: {}", to_iso8601_seconds(*at),
                    printable(text_in(entry.get_object().if_contains("error"), "what"), 400));
  });
}

}  // namespace ssmb::cli
