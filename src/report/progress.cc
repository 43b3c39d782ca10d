#include "report/progress.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <map>

#include "base/text.h"
#include "report/moving_progress.h"
#include "report/progress_lines.h"
#include "report/summaries.h"

namespace ssmb::report {
namespace {

using engine::Gravity;
using engine::RegionOutcome;
using engine::RegionProgress;
using Level = ProgressOptions::Level;

class NoProgress final : public Progress {
  void region_started(const Region&) override {}
  void progress(const Region&, const RegionProgress&) override {}
  void note(const Region&, Gravity, const std::string&) override {}
  void region_ended(const RegionOutcome&) override {}
};

// "13:00:01Z us-west-2 ..." lines; while a Region takes long, one every half minute.
class PlainProgress final : public Progress {
 public:
  PlainProgress(ProgressOptions options, Runtime& runtime, std::ostream& out)
      : options_(std::move(options)), runtime_(runtime), out_(out) {}

  void region_started(const Region& region) override {
    begun_[region] = last_[region] = runtime_.steady();
  }
  void progress(const Region& region, const RegionProgress& progress) override {
    if (options_.level != Level::info) return;
    const SteadyTime now = runtime_.steady();
    if (now - last_[region] < std::chrono::seconds{30}) return;
    last_[region] = now;
    line(region, running_line(progress, now - begun_[region]));
  }
  void note(const Region& region, Gravity gravity, const std::string& text) override {
    if (wanted(options_.level, gravity)) line(region, text);
  }
  void region_ended(const RegionOutcome& outcome) override {
    const bool failed = state_of(outcome) != RegionState::ok;
    if (failed || options_.level == Level::info) line(outcome.region, ended_log_line(outcome));
    for (const std::string& text : pointer_lines(outcome)) line(outcome.region, text);
  }

  static bool wanted(Level level, Gravity gravity) {
    if (gravity == Gravity::warning) return level != Level::error;
    return level == Level::info;
  }

 private:
  void line(const Region& region, std::string_view text) {
    const std::string time = to_iso8601(std::chrono::floor<std::chrono::seconds>(runtime_.now()));
    out_ << fmt::format("{} {} {}\n", time.substr(time.find('T') + 1), region,
                        printable(text, 2000))
         << std::flush;
  }

  ProgressOptions options_;
  Runtime& runtime_;
  std::ostream& out_;
  std::map<Region, SteadyTime> begun_;
  std::map<Region, SteadyTime> last_;
};

// One JSON object a line.
class JsonProgress final : public Progress {
 public:
  JsonProgress(ProgressOptions options, Runtime& runtime, std::ostream& out)
      : options_(std::move(options)), runtime_(runtime), out_(out) {}

  void region_started(const Region& region) override { event("started", region, {}); }
  void progress(const Region& region, const RegionProgress& progress) override {
    const SteadyTime now = runtime_.steady();
    if (now - last_[region] < std::chrono::seconds{1}) return;
    last_[region] = now;
    event("progress", region,
          {{"listed", progress.listed},
           {"listingEnded", progress.listing == RegionProgress::Listing::ended},
           {"read", progress.read},
           {"unreadable", progress.unreadable},
           {"throttled", progress.throttled},
           {"bytes", progress.bytes.value}});
  }
  void note(const Region& region, Gravity gravity, const std::string& text) override {
    if (!PlainProgress::wanted(options_.level, gravity)) return;
    event("note", region,
          {{"level", gravity == Gravity::warning ? "warning" : "info"}, {"text", trim(text)}});
  }
  void region_ended(const RegionOutcome& outcome) override {
    event("ended", outcome.region,
          {{"state", to_string(state_of(outcome))},
           {"seconds", std::chrono::duration<double>(outcome.duration).count()}});
  }

 private:
  void event(std::string_view name, const Region& region, boost::json::object members) {
    boost::json::object object{
        {"time", to_iso8601(runtime_.now())}, {"event", name}, {"region", region.str()}};
    for (auto& [key, value] : members) object[key] = value;
    out_ << boost::json::serialize(object) << '\n' << std::flush;
  }

  ProgressOptions options_;
  Runtime& runtime_;
  std::ostream& out_;
  std::map<Region, SteadyTime> last_;
};

}  // namespace

std::unique_ptr<Progress> make_progress(ProgressOptions options, Runtime& runtime,
                                        std::ostream& out) {
  switch (options.form) {
    case ProgressOptions::Form::moving:
      return std::make_unique<MovingProgress>(std::move(options), runtime, out);
    case ProgressOptions::Form::plain:
      return std::make_unique<PlainProgress>(std::move(options), runtime, out);
    case ProgressOptions::Form::json:
      return std::make_unique<JsonProgress>(std::move(options), runtime, out);
    case ProgressOptions::Form::none: break;
  }
  return std::make_unique<NoProgress>();
}

}  // namespace ssmb::report
