// The document: one JSON object with each record on a line of its own (docs/format.md).
//
// Both directions stream: memory is bounded by one record, whatever the document's size.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/error.h"
#include "base/secret.h"
#include "parameter/record.h"
#include "snapshot/kept_error.h"
#include "snapshot/layout.h"
#include "snapshot/scope.h"

namespace ssmb::snapshot {

inline constexpr int kFormat = 1;

// A parameter of the scope that could not be read, and why. Those that --accept-unreadable matches
// leave the snapshot complete.
struct Unreadable {
  ParameterName name;
  KeptError error;
  enum class Accepted { no, yes } accepted = Accepted::no;

  Error why() const { return error.of(name); }
  bool operator==(const Unreadable& other) const {
    return name == other.name && accepted == other.accepted && why() == other.why();
  }
};

// What stands before the records. Old documents know only environment and time.
struct DocumentHeader {
  std::optional<int> format;  // nullopt: an old document
  SnapshotId id;
  AccountId account;
  RunId run_id;
  std::optional<Scope> scope;
};

// Where a record lies in its document, without the line feed and the comma behind it.
struct RecordPlace {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  Sha256Digest sha256{};

  bool operator==(const RecordPlace&) const = default;
};

// Pure: bytes are taken out with take() and go wherever the caller sends them, in that order.
class DocumentEncoder {
 public:
  explicit DocumentEncoder(const DocumentHeader& header);

  RecordPlace add(const Parameter& parameter);
  // After the last record, in this order: parameter_count, each error, the end.
  void begin_errors();
  void add_error(const Unreadable& unreadable);
  void finish();

  // Bytes that wait to be taken.
  std::size_t pending() const { return pending_.size(); }
  SecretBytes take();

  std::uint64_t parameter_count() const { return count_; }
  std::uint64_t size() const { return size_; }
  // After finish(), once.
  Sha256Digest sha256() { return hash_.finish(); }

 private:
  void append(std::string_view text);

  SecretBytes pending_;
  Sha256 hash_;
  std::uint64_t size_ = 0;
  std::uint64_t count_ = 0;
  std::uint64_t errors_ = 0;
};

// One record as it stands in the document.
struct DocumentRecord {
  RecordPlace place;
  DecodedRecord record;
};

// Reads format 1 and old documents from chunks of any size. Every complaint is of kind corrupt and
// names the byte offset: not JSON, invalid UTF-8, nested too deep, a record or member too large, a
// name twice, parameter_count or format wrong, the end missing, bytes behind the end.
class DocumentDecoder {
 public:
  // Called for each record in order; its error ends the reading and is handed on.
  using OnRecord = std::function<Result<void>(DocumentRecord)>;

  explicit DocumentDecoder(OnRecord on_record);
  ~DocumentDecoder();
  DocumentDecoder(DocumentDecoder&&) noexcept;
  DocumentDecoder& operator=(DocumentDecoder&&) noexcept;

  Result<void> feed(std::string_view chunk);
  // As far as it has been read: whole when the first record is there.
  const DocumentHeader& header() const;
  struct Summary {
    DocumentHeader header;
    std::uint64_t parameter_count = 0;
    std::uint64_t size = 0;
    Sha256Digest sha256{};
    std::vector<ParameterName> errors;  // the names under "errors"
  };
  // Once, when all bytes have been fed.
  Result<Summary> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ssmb::snapshot
