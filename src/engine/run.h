// A backup of several Regions, one after another or several at once.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "engine/backup.h"
#include "engine/metadata.h"
#include "engine/remaining.h"
#include "snapshot/address.h"

namespace ssmb::engine {

enum class KeepGoing { no, yes };

struct RunOptions {
  BackupOptions backup;
  std::vector<Region> regions;  // in order
  std::optional<Region> default_region;
  std::map<Region, snapshot::RepositoryAddress> repositories;  // of each of them
  std::vector<snapshot::RepositoryAddress> copies;             // as check_copies() takes them
  int jobs = 1;
  KeepGoing keep_going = KeepGoing::no;
  Duration deadline = std::chrono::minutes{10};  // each Region
};

struct RegionOutcome {
  Region region;
  Time end;
  Duration duration{0};
  Result<RegionBackup> backup;
  AccountId account = {};        // who we are there; empty: STS has not said it
  RegionProgress progress = {};  // how far it came
  std::map<std::string, aws::GroupState> quotas = {};  // by quota group: what was used
  std::optional<Remaining> remaining = {};             // where it is not the latest now
};

struct RunEnd {
  std::vector<RegionOutcome> outcomes;    // in the order of their end
  std::map<Region, Remaining> not_begun;  // what those have that never began
};

// "Backup file was not created for region <r>.": the runbook's troubleshooting table knows this
// sentence. Every failure begins with it, but for an interrupt, which is no trouble.
std::string no_file_sentence(const Region& region);

struct RunHooks {
  // Before anything is asked of a Region: what is killed leaves no other trace of having begun.
  std::function<Task<void>(const Region&)> on_begin;
  std::function<void(const RegionOutcome&)> on_end;
};

// A Region that fails stops those that have not begun, unless told to keep going. Those that were
// never begun have no outcome.
Task<RunEnd> run_backup(aws::Session& session, RunOptions options, Events& events, RunHooks hooks,
                        std::stop_token stop);

}  // namespace ssmb::engine
