// The restore of one Region's snapshot: read it through, look at the live store, plan; then apply.
#pragma once

#include <filesystem>

#include "engine/restore/apply.h"
#include "engine/restore/estimate.h"
#include "engine/restore/facts_left.h"
#include "engine/restore/live.h"

namespace ssmb::engine::restore {

enum class AcceptIncomplete { no, yes };
enum class FromOtherAccount { no, yes };
enum class ToOtherRegion { no, yes };

struct RestoreOptions {
  PlanOptions plan;  // mapping.from is filled in from the snapshot where it is empty
  AcceptIncomplete accept_incomplete = AcceptIncomplete::no;
  FromOtherAccount from_other_account = FromOtherAccount::no;
  // --to-region was given: else a document whose records are of another Region is a mistake.
  ToOtherRegion to_other_region = ToOtherRegion::no;
  snapshot::TagsMode tags = snapshot::TagsMode::bulk;  // how those of the live store are read
  int concurrency = 16;
};

// May it be restored at all, into that place? Pure. usage, with the flag that says otherwise: an
// incomplete, unfinished or broken one; another environment; another account; --delete-extra of a
// shrunken or incomplete one, or without --path.
Result<void> check_source(const SourceFacts& facts, const RestoreOptions& options);

// May it lack what was there? Then nothing that comes of it is complete.
bool may_lack(const SourceFacts& facts);

struct Planned {
  Plan plan;
  Estimate estimate;
  SourceFacts source;
  LiveStore live;
  FactsLeft facts;  // to be set by hand
  Sha256Digest document_sha256{};
  PrintKey key{SecretBytes{}};
  Mapping mapping;  // as used
};
// What each quota group lets through there, at that share of it (1.0: all).
std::map<std::string, CallRate> rates_of(aws::Session& session, const Region& region, double share);

// Of the journal that goes with this plan.
JournalHead journal_head(const Planned& planned);

// Reads the snapshot through (with names only: by its index, record by record), then the live
// store. Nothing is written. `journal`: what an earlier run has begun stands there, if it is this
// plan's; it need not be there.
// not_found: the snapshot holds no parameter of a name that is asked for.
ResultTask<Planned> plan_restore(aws::Session& session, snapshot::Repository& repository,
                                 snapshot::Snapshot snapshot, RestoreOptions options,
                                 std::filesystem::path journal, Events& events, CallScope scope);
// The journal is removed where all ends well.
ResultTask<Applied> apply_restore(aws::Session& session, snapshot::Repository& repository,
                                  const Planned& planned, RestoreOptions options, Journal& journal,
                                  RestoreEvents& events, CallScope scope);

}  // namespace ssmb::engine::restore
