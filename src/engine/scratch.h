// The drill's proof in the real store: a sample of a snapshot is restored under a scratch path,
// read back and compared as any restore does, and removed again, also where the run is interrupted.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/drill.h"
#include "engine/restore/restore.h"

namespace ssmb::engine {

// What a drill puts there carries this tag, its value the drill's id. What lacks it is somebody
// else's, and is never touched.
inline constexpr std::string_view kScratchTag = "ssm-backup:drill";

// "/drill/42": begins with "/", no slash at the end, and a name below it is one that Parameter
// Store takes. usage.
Result<void> check_scratch_path(const std::string& under);

struct ScratchOptions {
  Environment env;
  rules::Place place;                 // of the snapshot: it is restored there
  std::string under;                  // as check_scratch_path() takes it
  std::vector<ParameterName> sample;  // names of the snapshot
  std::string id;
  std::filesystem::path journal;  // of this drill alone; an earlier one's is removed
  int concurrency = 16;
};

struct Scratched {
  std::string under;
  std::uint64_t sampled = 0;
  std::uint64_t proven = 0;  // put, and read back equal, but for policies
  std::vector<DrillFinding> findings;
  std::uint64_t removed_before = 0;  // an earlier drill's, which was killed
  std::uint64_t removed = 0;
  std::optional<Error> not_removed;  // what was put lies there still
  Duration took{0};

  bool is_whole() const { return findings.empty() && !not_removed; }
};

struct ScratchEvents {
  Events& reading;
  restore::RestoreEvents& writing;
};

// Whatever comes of it, what the drill put there is removed: for that it takes time of its own
// after an interruption, a minute and a second for each. usage: something else lies under the path,
// or the credentials are of another account than the snapshot. denied: nothing could be put. An
// error that leaves something there says so.
ResultTask<Scratched> drill_in_store(aws::Session& session, snapshot::Repository& repository,
                                     snapshot::Snapshot snapshot, ScratchOptions options,
                                     ScratchEvents events, CallScope scope);

}  // namespace ssmb::engine
