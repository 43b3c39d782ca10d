// Shows a restore while it goes on, on standard error: first how the live store is read for the
// plan, then the writes, with their pace and the time left. The forms are those of
// report/progress.h.
#pragma once

#include <memory>
#include <ostream>
#include <string>

#include "engine/events.h"
#include "engine/restore/apply.h"
#include "report/progress.h"

namespace ssmb::report {

// "[#########---------]  148/297   3.0/s   50 s left   throttled 2   failed 1"
std::string restore_line(const engine::restore::RestoreProgress& progress, double rate);

class RestoreWatch : public engine::Events, public engine::restore::RestoreEvents {
 public:
  using engine::Events::note;
  using engine::Events::progress;
  using engine::restore::RestoreEvents::note;
  using engine::restore::RestoreEvents::progress;
  // A warning that belongs to no step: of the session.
  virtual void notice(const std::string& text) = 0;
  // Nothing comes any more: the moving line ends.
  virtual void ended() {}
};

// `options.regions` is not used: the target alone is shown.
std::unique_ptr<RestoreWatch> make_restore_watch(ProgressOptions options, Region target,
                                                 Runtime& runtime, std::ostream& out);

}  // namespace ssmb::report
