// Finds snapshots in a repository and reads them: whole, one parameter, or to prove them sound.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "snapshot/manifest.h"
#include "snapshot/pointer.h"
#include "snapshot/repository.h"

namespace ssmb::snapshot {

enum class State {
  complete,
  incomplete,  // some parameters of its scope are missing; the manifest names them
  unfinished,  // a document of format 1 without a manifest: a run that did not end
  alone,       // a document of format 1 in a file of its own, where no manifest can be
  old,         // made by the pipeline before this one: no manifest, no index
  broken,      // its manifest is damaged, or does not fit its document
  unread,      // its manifest may not be read, or not from here: what it is nobody knows
};
std::string_view to_string(State state);

struct Entry {
  SnapshotId id;
  State state = State::unfinished;
  ObjectKey document;
  std::uint64_t size = 0;            // of the document
  std::optional<Manifest> manifest;  // not of an old, unfinished or broken one
  Sha256Digest manifest_sha256{};    // of the manifest's bytes, where there is one
  std::uint64_t manifest_size = 0;   // the same
  std::string problem;               // why it is broken, unread or passed over
  std::optional<Error> unread;       // the same, with what to do, where it is unread
};

// Every snapshot of the environment and Region, newest first. Reads each manifest, and the first
// bytes of each document that has none. The oldest documents name no Region: they are in every
// list.
ResultTask<std::vector<Entry>> list_snapshots(Repository& repository, Environment environment,
                                              Region region, CallScope scope);

// What verify() found.
struct Finding {
  ObjectKey key;
  std::string what;

  bool operator==(const Finding&) const = default;
};
// An object that could not be read: nothing is known of it.
struct UnreadObject {
  ObjectKey key;
  Error error;
};
enum class Chain {
  unknown,           // no manifest says so, or a parent could not be read, now or then
  first,             // names no parent
  sound,             // the parent is there, with the hash that was recorded
  beyond_retention,  // the parent is gone
  altered,           // the parent is there, with another hash
};
std::string_view to_string(Chain chain);
struct Verification {
  std::uint64_t parameter_count = 0;
  std::uint64_t bytes = 0;  // of the document; of the records read, where it breaks off
  Chain chain = Chain::unknown;
  std::vector<Finding> findings;     // what is not as it was written
  std::vector<UnreadObject> unread;  // what could not be looked at
  // Nothing was found, and nothing was left out.
  bool sound() const { return findings.empty() && unread.empty(); }
};

// One record, and how it was found.
struct FoundRecord {
  DecodedRecord record;
  RecordPlace place;                   // in the document
  std::optional<Error> index_trouble;  // why the document was read through in place of the index
};

// One snapshot, opened. Copyable; `repository` outlives it. Calls may run at once.
class Snapshot {
 public:
  // Of nothing, to be assigned to: Asio wants results that can be made empty.
  Snapshot() = default;

  // not_found: no such document.
  static ResultTask<Snapshot> open(Repository& repository, ObjectKey document, CallScope scope);
  // One that was found already: by list_snapshots(), say. Makes no call.
  static Snapshot of(Repository& repository, Entry entry) { return {repository, std::move(entry)}; }
  // By latest-<region>.txt. not_found: no such pointer; corrupt: it names no snapshot that is
  // there. Both name the newest complete snapshot, if there is one.
  static ResultTask<Snapshot> open_latest(Repository& repository, Environment environment,
                                          Region region, CallScope scope);

  const Entry& entry() const { return *entry_; }

  // By the index: manifest, one block, one record. Without an index, or with one that is missing or
  // damaged, the document is read through. not_found: the snapshot does not hold it. corrupt: the
  // document is missing, or hash, name or place do not fit.
  ResultTask<FoundRecord> read(ParameterName name, CallScope scope) const;
  // Every record in the document's order, in pieces of a few megabytes; an error of `on_record`
  // ends the reading. The document's hash and count are checked against the manifest at the end:
  // nothing may be believed before this has returned.
  ResultTask<DocumentDecoder::Summary> read_all(DocumentDecoder::OnRecord on_record,
                                                CallScope scope) const;
  // All names with their versions and dates, from the index alone. Empty without one.
  ResultTask<std::vector<IndexEntry>> read_index(CallScope scope) const;
  // Re-reads, re-hashes and re-parses everything, and follows the chain one step. What one object
  // is like or hides is in the result; errors are those of the way to the repository.
  ResultTask<Verification> verify(CallScope scope) const;

 private:
  ResultTask<std::optional<IndexEntry>> find_line(ParameterName name, CallScope scope) const;
  ResultTask<DecodedRecord> read_line(IndexEntry line, CallScope scope) const;
  ResultTask<DocumentRecord> read_through(ParameterName name, CallScope scope) const;
  Error damaged(Error error) const;

  Snapshot(Repository& repository, Entry entry)
      : repository_(&repository), entry_(std::make_shared<const Entry>(std::move(entry))) {}

  Repository* repository_ = nullptr;
  std::shared_ptr<const Entry> entry_ = std::make_shared<const Entry>();
};

}  // namespace ssmb::snapshot
