// A line for each Region on a terminal; those under way are redrawn at most ten times a second.
#pragma once

#include <string>
#include <vector>

#include "report/pace.h"
#include "report/progress.h"

namespace ssmb::report {

class MovingProgress final : public Progress {
 public:
  MovingProgress(ProgressOptions options, Runtime& runtime, std::ostream& out);

  void region_started(const Region& region) override;
  void progress(const Region& region, const engine::RegionProgress& progress) override;
  void note(const Region& region, engine::Gravity gravity, const std::string& text) override;
  void region_ended(const engine::RegionOutcome& outcome) override;
  void run_ended() override;
  void notice(const std::string& text) override;

 private:
  struct Row {
    Region region;
    Pace pace = Pace();
    std::string text = "waiting";
    enum class State { waiting, begun } state = State::waiting;
  };
  Row& row_of(const Region& region);
  std::size_t room() const;  // of a row, behind its name
  // Above the rows, where it scrolls away with the terminal's text.
  void draw(const std::string& above);

  ProgressOptions options_;
  Runtime& runtime_;
  std::ostream& out_;
  std::vector<Row> rows_;
  std::size_t width_ = 0;  // of the longest Region's name
  std::size_t drawn_ = 0;  // rows on the screen
  SteadyTime last_ = SteadyTime::min();
};

}  // namespace ssmb::report
