// Shows a run while it goes on, on standard error: a moving line on a terminal, plain lines in a
// log, JSON lines for a program, or nothing.
#pragma once

#include <memory>
#include <optional>
#include <ostream>
#include <vector>

#include "engine/run.h"
#include "report/style.h"
#include "report/summaries.h"

namespace ssmb::report {

// What a run is, for whoever finds the log of one that was killed.
struct RunOutline {
  RunFacts run;
  std::vector<Region> regions;
  std::string repositories;        // "each Region's bucket", "the directory /srv/backup"
  std::string scope;               // "names that hold /dev/"
  std::optional<int> quota_share;  // in percent; nullopt: off
  Duration deadline{0};            // of each Region
};

class Progress : public engine::Events {
 public:
  // Before the first Region.
  virtual void run_began(const RunOutline&) {}
  virtual void region_ended(const engine::RegionOutcome& outcome) = 0;
  // No Region comes any more.
  virtual void run_ended() {}
  // A warning that belongs to no Region.
  virtual void notice(const std::string& text) = 0;
  // Does region_ended() tell a failure whole, or has somebody else to?
  virtual bool tells_failures() const { return false; }
};

struct ProgressOptions {
  enum class Form { moving, plain, json, none } form = Form::plain;
  enum class Level { error, warning, info } level = Level::info;
  Colour colour = Colour::off;
  std::size_t columns = 80;     // of the terminal
  std::vector<Region> regions;  // of the run, in order
};

// `runtime` and `out` outlive it.
std::unique_ptr<Progress> make_progress(ProgressOptions options, Runtime& runtime,
                                        std::ostream& out);

}  // namespace ssmb::report
