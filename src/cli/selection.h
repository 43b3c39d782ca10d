// Which Regions a command works on, and where their snapshots lie.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "cli/context.h"
#include "engine/metadata.h"
#include "snapshot/address.h"
#include "snapshot/layout.h"
#include "snapshot/repository.h"
#include "snapshot/scope.h"

namespace ssmb::cli {

struct Selection {
  ssmb::Environment env;
  std::vector<Region> regions;
  std::optional<Region> default_region;  // nullopt: the metadata was not read
  std::vector<std::string> include;      // the default scope's globs, from the metadata
  std::map<Region, snapshot::RepositoryAddress> repositories;
};

// From the flags, and from the metadata parameters for what they leave open. With --region and
// --repository no metadata is read: a restore must be possible when the home Region is gone.
// The Region that the key of a `snapshot` names is as good as --region; usage where --region or
// --env say otherwise.
ResultTask<Selection> select_regions(Context& context, ObjectKey snapshot = {});

// What --repository says. usage: neither a bucket nor something that looks like a directory.
Result<snapshot::RepositoryAddress> parse_repository_flag(const std::string& text);

enum class Repositories { wanted, not_wanted };
// The same where what is `named` (keys, files) is of these Regions; empty: the flags' alone.
ResultTask<Selection> select_named_regions(Context& context, std::vector<Region> named,
                                           Repositories repositories);
// What the user has named, and where: for messages.
struct NamedSnapshot {
  std::string said_by;  // "--snapshot"
  std::string word;
};
// usage, unless the snapshot is of --env, and of a Region that --region names (or names none).
Result<void> check_named(Context& context, const NamedSnapshot& named,
                         const snapshot::SnapshotId& id);
Error no_such_key(const NamedSnapshot& named, const ssmb::Environment& env);

// The Region's repository, to be read; asks STS for the caller's account where the address names
// no owner.
// configuration: a directory that is not there (a backup would make it).
ResultTask<std::unique_ptr<snapshot::Repository>> repository_of(Context& context,
                                                                const Selection& selection,
                                                                Region region, CallScope scope);

// The scope that the flags ask for: --include, else the environment's default one.
Result<snapshot::Scope> scope_of(const Selection& selection,
                                 const std::vector<std::string>& include);

// --run-id, else BUILD_TAG, else a new one; the same at each call.
RunId run_id(Context& context);
// usage, unless it can go into S3's object metadata as it is. Empty is fine: none was given.
Result<void> check_run_id(const std::string& id);
// A Jenkins job may be called anything: what does not fit is percent-encoded.
RunId run_id_of_build(std::string_view tag);

}  // namespace ssmb::cli
