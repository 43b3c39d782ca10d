// Every key of a repository, made and parsed here and nowhere else (reference: docs/format.md).
//
//   <date>/<region>/ssm-backup-<env>-<region>-<timestamp>.json   document of the default scope
//   <date>/<region>/partial-<env>-<region>-<timestamp>.json      document of another scope
//   <date>/ssm-backup-<env>-<timestamp>.json                     document of the oldest backups
//   manifests/<env>/<region>/<timestamp>.json, .index            its manifest and its index
//   drills/<env>/<region>/<timestamp>.json                       what a drill has proven
//   latest-<region>.txt, latest.txt, latest-incomplete-<region>.txt
//
// The old restore job's fallback takes whatever key holds "ssm-backup-<env>": only a document of
// the default scope may.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"

namespace ssmb::snapshot {

// Letters, digits, '.', '_' and '-', 64 at most, none of "." and "..": fit for a key. usage
// otherwise.
Result<void> check_environment(const Environment& environment);
Result<void> check_region(const Region& region);

// A key that every repository can hold: at most 1024 bytes, no control character, no segment that
// is empty or begins with a dot, no slash at its ends. internal otherwise: keys are made here.
Result<void> check_key(const ObjectKey& key);

// What one snapshot is called by: its keys follow from it.
struct SnapshotId {
  Environment environment;
  Region region;  // empty only for the oldest documents
  Time time;      // of the key, whole seconds
  enum class Extent { full, partial } extent = Extent::full;

  auto operator<=>(const SnapshotId&) const = default;
};

// Is it a snapshot of the environment and Region? The oldest, which name no Region, are everyone's.
bool belongs_to(const SnapshotId& id, const Environment& environment, const Region& region);

ObjectKey document_key(const SnapshotId& id);
ObjectKey index_key(const SnapshotId& id);
ObjectKey manifest_key(const SnapshotId& id);
// All manifests of one environment and Region begin with it.
std::string manifests_prefix(const Environment& environment, const Region& region);

// What a drill of that time leaves, and how the keys of all of them begin.
ObjectKey drill_key(const Environment& environment, const Region& region, Time time);
std::string drills_prefix(const Environment& environment, const Region& region);

ObjectKey latest_key(const Region& region);
ObjectKey latest_key();  // latest.txt, of the default Region
ObjectKey latest_incomplete_key(const Region& region);

// The reverse. A document of any age; nullopt for every other key.
std::optional<SnapshotId> parse_document_key(std::string_view key);
// The extent is not part of a manifest's key: it comes back as full.
std::optional<SnapshotId> parse_manifest_key(std::string_view key);
std::optional<SnapshotId> parse_index_key(std::string_view key);

}  // namespace ssmb::snapshot
