// Is everything in place for backups and restores? Looks at all there is to look at, and changes
// nothing: what would have to be written to be known is tried in a way that no service can carry
// out (permissions.h), or not at all, and told as unknown.
#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <vector>

#include "aws/client.h"
#include "aws/http/proxy.h"
#include "engine/doctor/finding.h"
#include "snapshot/address.h"

namespace ssmb::engine::doctor {

// Whose permissions are tried.
enum class Purpose { backup, restore, drill, all };

struct Options {
  Environment env;
  Purpose purpose = Purpose::backup;
  Result<Region> home;                                    // the error: why none is known
  std::vector<Region> only;                               // --region; empty: all of the list
  std::optional<snapshot::RepositoryAddress> repository;  // nullopt: each Region's bucket
  std::vector<snapshot::RepositoryAddress> copies;
  Duration max_age = std::chrono::hours{48};
  Duration deadline = std::chrono::minutes{10};  // each Region
  aws::ProxySettings proxies;
};

// One thing amiss hides no other: whatever is wrong is told. An error is an interrupt.
ResultTask<void> examine(aws::Session& session, Options options, Tell tell, std::stop_token stop);

}  // namespace ssmb::engine::doctor
