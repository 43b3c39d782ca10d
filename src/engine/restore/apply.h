// Executes a plan: writes what it shows and nothing else, and reads back every parameter it wrote.
#pragma once

#include <vector>

#include "aws/client.h"
#include "engine/events.h"
#include "engine/restore/journal.h"
#include "engine/restore/plan.h"
#include "engine/restore/source.h"

namespace ssmb::engine::restore {

struct Failure {
  ParameterName name;
  Error error;
  enum class Stage {
    reading,   // its record in the snapshot
    writing,   // the put, its tags or labels
    verifying  // it was written, and what came back differs (`differing`) or could not be read
  } stage = Stage::writing;
  FieldSet differing;
};

struct RestoreProgress {
  std::uint64_t done = 0;  // steps ended, well or not
  std::uint64_t of = 0;    // steps that write
  std::uint64_t failed = 0;
  std::uint64_t throttled = 0;
};
class RestoreEvents {
 public:
  virtual ~RestoreEvents() = default;
  virtual void progress(const RestoreProgress& progress) = 0;
  virtual void note(Gravity gravity, const std::string& text) = 0;
};

struct Applied {
  std::uint64_t created = 0;
  std::uint64_t updated = 0;  // put, tags or labels
  std::uint64_t removed = 0;
  std::uint64_t verified = 0;  // read back and equal
  std::vector<Failure> failures;
  // Met at the write otherwise than the plan saw it: changed, made or removed by somebody else
  // meanwhile. Left alone.
  std::vector<ParameterName> changed_meanwhile;
  Duration duration{0};
  bool whole() const { return failures.empty() && changed_meanwhile.empty(); }
};

struct ApplyOptions {
  Mapping mapping;
  WithHistory with_history = WithHistory::no;
  int concurrency = 16;
};

// Settles TooManyUpdates, ParameterAlreadyExists and lost answers by reading back. Before an
// overwrite the live version is compared with the plan's. Errors of one parameter are its own
// (Failure); an error of the whole (interrupted, no credentials, no connection, a journal that
// cannot be written) ends the run, and the next one resumes.
ResultTask<Applied> apply(aws::Session& session, const Plan& plan, const PrintKey& key,
                          RecordWindow records, ApplyOptions options, Journal& journal,
                          RestoreEvents& events, CallScope scope);

}  // namespace ssmb::engine::restore
