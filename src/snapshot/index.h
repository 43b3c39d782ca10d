// The index: where each record lies, sorted by name in blocks, so that one parameter costs the
// manifest, one block and one record. As secret as the document: it holds a hash of each record.
//
// A block is lines of JSON, one an entry:
// ["<name>",<version>,"<date>",<offset>,<length>,"<sha256>"]
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/secret.h"
#include "base/time.h"
#include "parameter/parameter.h"
#include "snapshot/document.h"

namespace ssmb::snapshot {

struct IndexEntry {
  ParameterName name;
  ParameterVersion version = 0;
  std::optional<Time> last_modified_date;
  RecordPlace place;

  bool operator==(const IndexEntry&) const = default;
};

// In pieces: what a vector holds twice while it grows, a hundred thousand entries need not.
using IndexEntries = std::deque<IndexEntry>;

// A row of the manifest's table: a block begins at a name and ends before the next one's.
struct IndexBlock {
  ParameterName first;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  Sha256Digest sha256{};

  bool operator==(const IndexBlock&) const = default;
};

// A block is closed by the entry that takes it to this size (docs/adr says why).
inline constexpr std::size_t kIndexBlockBytes = std::size_t{64} << 10;

// Gives the index block by block: sorts at construction, holds one block of text at a time.
class IndexEncoder {
 public:
  explicit IndexEncoder(IndexEntries entries, std::size_t block_bytes = kIndexBlockBytes);
  // A name that more than one entry has; nullptr: each is there once, as it must be.
  const ParameterName* name_twice() const;
  // The next block's bytes; nullopt after the last.
  std::optional<SecretBytes> next();
  const std::vector<IndexBlock>& blocks() const { return blocks_; }
  std::uint64_t size() const { return size_; }
  // Of all blocks together, once.
  Sha256Digest sha256() { return hash_.finish(); }

 private:
  IndexEntries entries_;
  std::size_t block_bytes_;
  std::size_t position_ = 0;
  std::vector<IndexBlock> blocks_;
  std::uint64_t size_ = 0;
  Sha256 hash_;
};

// Checks hash and order. corrupt otherwise.
Result<std::vector<IndexEntry>> decode_block(const IndexBlock& block, std::string_view bytes);
// The block that would hold the name; nullptr if it comes before the first.
const IndexBlock* block_of(const std::vector<IndexBlock>& blocks, const ParameterName& name);

}  // namespace ssmb::snapshot
