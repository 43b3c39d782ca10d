#include "report/restore_progress.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text.h"
#include "engine/heartbeat.h"
#include "report/pace.h"
#include "report/progress_lines.h"

namespace ssmb::report {
namespace {

using engine::Gravity;
using engine::RegionProgress;
using engine::restore::RestoreProgress;
using Level = ProgressOptions::Level;

// A burst at the start says nothing of the rest.
constexpr Duration kWindow = std::chrono::seconds{30};
constexpr Duration kLeastPause = std::chrono::milliseconds{100};  // between two drawings
constexpr Duration kPlainPause = std::chrono::seconds{30};        // between two lines of a log
constexpr Duration kJsonPause = std::chrono::seconds{1};

std::string reading_line(const RegionProgress& progress, double rate) {
  return "live store: " + running_line(progress, rate);
}

// What all forms need: which part is going on, and how fast.
class Watch : public RestoreWatch {
 public:
  Watch(ProgressOptions options, Region target, Runtime& runtime, std::ostream& out)
      : options_(std::move(options)),
        target_(std::move(target)),
        runtime_(runtime),
        out_(out),
        last_(runtime.steady()) {}

  void region_started(const Region&) override {}
  void progress(const Region&, const RegionProgress& progress) override {
    reading_.note(runtime_.steady(), engine::names_done(progress));
    if (due(pause(), AtOnce::no)) show_reading(progress, reading_.rate());
  }
  void progress(const RestoreProgress& progress) override {
    pace_.note(runtime_.steady(), progress.done);
    const bool last = progress.done == progress.of && progress.of != 0;
    if (due(pause(), last ? AtOnce::yes : AtOnce::no)) show_writing(progress, pace_.rate());
  }
  void note(const Region&, Gravity gravity, const std::string& text) override {
    note(gravity, text);
  }
  void note(Gravity gravity, const std::string& text) override {
    if (is_told(options_.level, gravity)) show_note(gravity, text);
  }
  void notice(const std::string& text) override { note(Gravity::warning, text); }

 protected:
  virtual Duration pause() const = 0;
  virtual void show_reading(const RegionProgress& progress, double rate) = 0;
  virtual void show_writing(const RestoreProgress& progress, double rate) = 0;
  virtual void show_note(Gravity gravity, const std::string& text) = 0;

  const ProgressOptions& options() const { return options_; }
  const Region& target() const { return target_; }
  Runtime& runtime() { return runtime_; }
  std::ostream& out() { return out_; }

 private:
  enum class AtOnce { no, yes };
  bool due(Duration pause, AtOnce at_once) {
    const SteadyTime now = runtime_.steady();
    if (at_once == AtOnce::no && now - last_ < pause) return false;
    last_ = now;
    return true;
  }

  ProgressOptions options_;
  Region target_;
  Runtime& runtime_;
  std::ostream& out_;
  SteadyTime last_;
  Pace reading_;
  Pace pace_{kWindow};
};

// Warnings only.
class NoWatch final : public Watch {
 public:
  using Watch::Watch;

 private:
  Duration pause() const override { return kPlainPause; }
  void show_reading(const RegionProgress&, double) override {}
  void show_writing(const RestoreProgress&, double) override {}
  void show_note(Gravity gravity, const std::string& text) override {
    if (gravity == Gravity::warning)
      out() << "warning: " << printable(text, 2000) << '\n' << std::flush;
  }
};

// "13:00:01Z us-west-2 ..." lines.
class PlainWatch final : public Watch {
 public:
  using Watch::Watch;

 private:
  Duration pause() const override { return kPlainPause; }
  void show_reading(const RegionProgress& progress, double rate) override {
    if (options().level == Level::info) line(reading_line(progress, rate));
  }
  void show_writing(const RestoreProgress& progress, double rate) override {
    if (options().level == Level::info) line(restore_line(progress, rate));
  }
  void show_note(Gravity, const std::string& text) override { line(text); }
  void line(std::string_view text) {
    out() << log_line(runtime().now(), target().view(), text) << std::flush;
  }
};

// One line on a terminal, drawn over.
class MovingWatch final : public Watch {
 public:
  using Watch::Watch;

  void ended() override {
    if (!drawn_) return;
    drawn_ = false;
    out() << '\n' << std::flush;
  }

 private:
  Duration pause() const override { return kLeastPause; }
  void show_reading(const RegionProgress& progress, double rate) override {
    draw(reading_line(progress, rate));
  }
  void show_writing(const RestoreProgress& progress, double rate) override {
    draw(restore_line(progress, rate));
  }
  // Above the line, where it scrolls away with the terminal's text.
  void show_note(Gravity gravity, const std::string& text) override {
    if (gravity == Gravity::info) return;  // the line tells the rest
    out() << (drawn_ ? "\r\x1b[K" : "") << printable(text, 2000) << '\n' << std::flush;
    drawn_ = false;
  }
  void draw(const std::string& text) {
    // A line that wraps could not be drawn over.
    const std::string line = fit(fmt::format("{}  {}", target(), text), options().columns - 1);
    out() << "\r\x1b[K" << line << std::flush;
    drawn_ = true;
  }

  bool drawn_ = false;
};

// One JSON object a line.
class JsonWatch final : public Watch {
 public:
  using Watch::Watch;

 private:
  Duration pause() const override { return kJsonPause; }
  void show_reading(const RegionProgress& progress, double) override {
    event("reading", {{"listed", progress.listed},
                      {"listingEnded", progress.listing == RegionProgress::Listing::ended},
                      {"read", progress.read}});
  }
  void show_writing(const RestoreProgress& progress, double rate) override {
    event("writing", {{"done", progress.done},
                      {"of", progress.of},
                      {"failed", progress.failed},
                      {"throttled", progress.throttled},
                      {"perSecond", rate}});
  }
  void show_note(Gravity gravity, const std::string& text) override {
    event("note",
          {{"level", gravity == Gravity::warning ? "warning" : "info"}, {"text", trim(text)}});
  }
  void event(std::string_view name, boost::json::object members) {
    boost::json::object object{{"region", target().str()}};
    for (auto& [key, value] : members) object[key] = std::move(value);
    out() << event_line(runtime().now(), name, std::move(object)) << std::flush;
  }
};

}  // namespace

std::string restore_line(const RestoreProgress& progress, double rate) {
  constexpr double kFast = 10;
  std::string text = fmt::format("{}  {}/{}", progress_bar(progress.done, progress.of),
                                 progress.done, progress.of);
  if (rate > 0)
    text += rate < kFast ? fmt::format("   {:.1f}/s", rate) : fmt::format("   {:.0f}/s", rate);
  if (rate > 0 && progress.done < progress.of) {
    const auto left = std::ceil(static_cast<double>(progress.of - progress.done) / rate);
    text +=
        fmt::format("   {} left", to_human(std::chrono::seconds{static_cast<std::int64_t>(left)}));
  }
  if (progress.throttled != 0) text += fmt::format("   throttled {}", progress.throttled);
  if (progress.failed != 0) text += fmt::format("   failed {}", progress.failed);
  return text;
}

std::unique_ptr<RestoreWatch> make_restore_watch(ProgressOptions options, Region target,
                                                 Runtime& runtime, std::ostream& out) {
  switch (options.form) {
    case ProgressOptions::Form::moving:
      return std::make_unique<MovingWatch>(std::move(options), std::move(target), runtime, out);
    case ProgressOptions::Form::plain:
      return std::make_unique<PlainWatch>(std::move(options), std::move(target), runtime, out);
    case ProgressOptions::Form::json:
      return std::make_unique<JsonWatch>(std::move(options), std::move(target), runtime, out);
    case ProgressOptions::Form::none: break;
  }
  return std::make_unique<NoWatch>(std::move(options), std::move(target), runtime, out);
}

}  // namespace ssmb::report
