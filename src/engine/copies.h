// Copies: what a run has written, written again where the loss of the Region does not reach.
//
// A copy is a repository like any other, with the same keys, so one may serve all Regions, and
// everything that reads a repository reads it. Its pointers move by the same rules, judged by what
// lies in the copy, and go no further than those of the repository.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/client.h"
#include "engine/events.h"
#include "snapshot/address.h"
#include "snapshot/promotion.h"
#include "snapshot/repository.h"

namespace ssmb::engine {

// What became of one copy; of a dry run, what would.
struct CopyReport {
  std::string repository;
  std::vector<ObjectKey> copied;  // documents: this run's, then earlier ones
  ByteCount bytes;                // written
  std::vector<snapshot::PointerReport> pointers;
  snapshot::Shrink shrink = snapshot::Shrink::none;  // of this run's, beside what lies in the copy
  std::uint64_t lacking = 0;   // earlier complete snapshots that are not there yet
  std::optional<Error> error;  // the first, of several
};

struct CopyOptions {
  Environment env;
  snapshot::ScopeFrom scope_from = snapshot::ScopeFrom::known;
  snapshot::AcceptShrink accept_shrink = snapshot::AcceptShrink::no;
  snapshot::DefaultRegion default_region = snapshot::DefaultRegion::no;
  Region region;      // of the parameters
  AccountId account;  // the same
};

// From the words behind `flag`. usage: no repository, or a bucket whose Region is not stated.
Result<std::vector<snapshot::RepositoryAddress>> parse_copies(
    std::string_view flag, const std::vector<std::string>& words);
// Does what lies there outlive the Region, or (with another owner) the account?
bool outlives(const snapshot::RepositoryAddress& copy, const Region& region);
// Is it in that Region, and by its stated owner in that account after all?
bool lies_beside(const snapshot::RepositoryAddress& copy, const Region& region,
                 const AccountId& account);
// usage: a copy that is the repository itself, or a Region for which no copy would outlive it.
Result<void> check_copies(std::string_view flag,
                          const std::vector<snapshot::RepositoryAddress>& copies,
                          const std::map<Region, snapshot::RepositoryAddress>& repositories);

// Nothing failed, and every pointer that was due has moved.
bool is_whole(const CopyReport& report, snapshot::AcceptShrink accept_shrink);

// Copies the snapshot of `written` into each of them, and moves its pointers; then, again into
// each, every complete one of the default scope that `from` holds and the copy lacks, newest first:
// one that has fallen behind does not keep the others waiting. A pointer goes no further than that
// of `from` has gone, and only where the copy's own guard agrees. Reports in the order of `copies`;
// what fails is in them. Arguments by reference, and what `copies` point to, outlive the call.
Task<std::vector<CopyReport>> copy_backup(snapshot::Repository& from,
                                          std::vector<snapshot::Repository*> copies,
                                          const snapshot::Written& written, CopyOptions options,
                                          Events& events, CallScope scope);
// The report of one that lies beside the parameters: it was not made.
CopyReport no_copy(const snapshot::Repository& to, const CopyOptions& options, Events& events);
// Looks into the copy as copy_backup() would, and writes nothing.
Task<CopyReport> foresee_copy(snapshot::Repository& from, snapshot::Repository& to,
                              CopyOptions options, Events& events, CallScope scope);

}  // namespace ssmb::engine
