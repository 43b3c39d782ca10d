// The manifest: the small object that makes a document a snapshot (docs/format.md).
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/error.h"
#include "base/secret.h"
#include "snapshot/document.h"
#include "snapshot/index.h"
#include "snapshot/region_facts.h"

namespace ssmb::snapshot {

enum class Depth { current, labels, history };
enum class TagsMode { bulk, strict };
std::string_view to_string(Depth depth);
std::string_view to_string(TagsMode mode);
Result<Depth> parse_depth(std::string_view text);         // usage
Result<TagsMode> parse_tags_mode(std::string_view text);  // usage

enum class Completeness { incomplete, complete };

struct ObjectRef {
  ObjectKey key;
  std::uint64_t size = 0;
  Sha256Digest sha256{};

  bool operator==(const ObjectRef&) const = default;
};

// The newest manifest that the run saw at its start. Two runs may share a parent.
struct ParentRef {
  ObjectKey key;
  Sha256Digest sha256{};

  bool operator==(const ParentRef&) const = default;
};

// Whether everything in the snapshot stood in the store at one moment (values and metadata; tags
// and labels have no version that would tell).
struct Fence {
  bool reached = false;
  std::uint64_t rounds = 1;  // of reading; each but the last found a change afterwards
  std::string because;       // why it was not reached

  bool operator==(const Fence&) const = default;
};

// A parameter whose record stands in the document without a part of it.
struct Lacking {
  ParameterName name;
  enum class Part { tags, history } part = Part::tags;
  KeptError error;
  Unreadable::Accepted accepted = Unreadable::Accepted::no;

  Error why() const { return error.of(name); }
  bool operator==(const Lacking& other) const {
    return name == other.name && part == other.part && accepted == other.accepted &&
           why() == other.why();
  }
};

// Records of one type, as SSM calls it: "SecureString".
struct TypeCount {
  std::string type;
  std::uint64_t count = 0;

  bool operator==(const TypeCount&) const = default;
};

struct Manifest {
  SnapshotId id;  // environment, Region, the key's time, full or partial
  AccountId account;
  RunId run_id;
  std::string tool_version;
  Time start;  // of the run in this Region; the key's time is later where keys were taken
  Time end;
  Scope scope = Scope::of_environment(Environment(""));
  Depth depth = Depth::current;
  TagsMode tags = TagsMode::bulk;
  std::optional<Fence> fence;  // nullopt: not asked for

  Completeness completeness = Completeness::incomplete;
  std::string incomplete_because;  // where no unreadable parameter says it: "the listing broke off"
  std::uint64_t listed = 0;        // names of the scope that the listing gave
  std::uint64_t parameter_count = 0;
  // By type, sorted; nullopt: of a version that did not count them.
  std::optional<std::vector<TypeCount>> types;
  std::vector<Unreadable> unreadable;
  std::vector<Lacking> lacking;  // in order of their names
  std::vector<ParameterName> vanished;

  ObjectRef document;
  ObjectRef index;
  std::vector<IndexBlock> blocks;

  RegionFacts facts;
  std::optional<ParentRef> parent;
  std::string parent_problem;  // why the newest manifest is not the parent; mostly empty
  // What the rate limiter learned, in its own words; empty: nothing. The next run begins there.
  boost::json::object limiter;

  bool operator==(const Manifest&) const = default;
};

std::string_view to_string(Lacking::Part part);  // "tags", "history"

SecretBytes encode_manifest(const Manifest& manifest);
// corrupt: not JSON, a member missing or of another type, a format that is not 1, a table of blocks
// that does not fit the index. Unknown members are passed over: a later version may add some.
Result<Manifest> decode_manifest(std::string_view text);

}  // namespace ssmb::snapshot
