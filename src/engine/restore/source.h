// The snapshot that a restore reads from: of a repository, or a file on disk; of format 1, or old.
#pragma once

#include <optional>

#include "snapshot/reader.h"

namespace ssmb::engine::restore {

// What is known of it, whatever its age.
struct SourceFacts {
  Environment env;
  Region region;      // may be empty: the oldest documents name none
  AccountId account;  // may be empty: old documents; the records' ARNs tell
  Time taken;
  snapshot::State state = snapshot::State::complete;
  ObjectKey document;
  std::uint64_t size = 0;  // of the document
  std::string where;       // its URL, for people
  snapshot::Depth depth = snapshot::Depth::current;
  std::optional<std::uint64_t> parameter_count;
  // The shrink guard keeps the pointers from it; nullopt: that cannot be told.
  std::optional<bool> shrunken;
  // Of a document without a manifest: those of its scope that it says could not be read.
  std::vector<ParameterName> unread;
};
// All but `shrunken`, which is_shrunken() tells, and `unread`, which the reading does.
SourceFacts facts_of(const snapshot::Snapshot& snapshot, const snapshot::Repository& repository);

// Not where the Region's pointer names it, whatever came before it.
Task<std::optional<bool>> is_shrunken(snapshot::Repository& repository, snapshot::Snapshot snapshot,
                                      CallScope scope);

// Reads records of one snapshot that was read through before (so that place and hash are known):
// neighbours in one ranged read of at most a mebibyte. Not for two coroutines at once.
class RecordWindow {
 public:
  static constexpr std::uint64_t kMost = std::uint64_t{1} << 20;

  // `repository` outlives it.
  RecordWindow(snapshot::Repository& repository, ObjectKey document, std::uint64_t size)
      : repository_(&repository), document_(std::move(document)), size_(size) {}
  // The record at that place, its hash checked. `until`: where the last of its neighbours ends that
  // will be asked for next. corrupt: it is not what was read before.
  ResultTask<DecodedRecord> read(snapshot::RecordPlace place, std::uint64_t until, CallScope scope);
  // Without a call.
  bool holds(const snapshot::RecordPlace& place) const;

 private:
  snapshot::Repository* repository_;
  ObjectKey document_;
  std::uint64_t size_;
  std::uint64_t begin_ = 0;
  SecretBytes window_;
};

}  // namespace ssmb::engine::restore
