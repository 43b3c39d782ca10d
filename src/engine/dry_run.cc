#include "engine/dry_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/try.h"
#include "engine/listing.h"
#include "snapshot/pointer.h"

namespace ssmb::engine {
namespace {

struct Rehearsal {
  RegionProgress totals;
  std::vector<aws::ssm::Metadata> sample;  // the first batch of the scope
};

ResultTask<Rehearsal> list_all(aws::ssm::Client ssm, BackupOptions options, Events& events,
                               CallScope scope) {
  Rehearsal out;
  const Region& region = ssm.region();
  const auto on_page = [&](ListingPage page) -> ResultTask<void> {
    out.totals.pages = page.pages;
    for (auto& metadata : page.fresh) {
      if (!options.scope.matches(metadata.name)) continue;
      ++out.totals.listed;
      if (out.sample.size() < kBatchSize) out.sample.push_back(std::move(metadata));
    }
    events.progress(region, out.totals);
    co_return Result<void>{};
  };
  SSMB_CO_TRY_VOID(co_await list_parameters(ssm, on_page, scope));
  out.totals.listing = RegionProgress::Listing::ended;
  co_return out;
}

void count(const std::vector<Found>& found, const Region& region, RegionProgress& totals,
           Events& events) {
  for (const Found& each : found) {
    if (std::holds_alternative<Parameter>(each)) ++totals.read;
    if (std::holds_alternative<Vanished>(each)) ++totals.vanished;
    const auto* unreadable = std::get_if<snapshot::Unreadable>(&each);
    if (unreadable == nullptr) continue;
    ++totals.unreadable;
    events.note(region, Gravity::warning,
                fmt::format("  {}: {}", unreadable->name, to_line(unreadable->error)));
  }
}

}  // namespace

Duration predict(Duration listing, Duration batch, std::uint64_t parameters, int concurrency) {
  const std::uint64_t batches = (parameters + kBatchSize - 1) / kBatchSize;
  const auto width = static_cast<std::uint64_t>(concurrency);
  const std::uint64_t rounds = (batches + width - 1) / width;
  return std::max(listing, batch * static_cast<std::int64_t>(rounds)) + batch;
}

ResultTask<RegionBackup> dry_run(aws::Session& session, snapshot::Repository& repository,
                                 BackupOptions options, BackupTarget target, Events& events,
                                 CallScope scope) {
  Runtime& runtime = session.runtime;
  // What the real run would meet first: a repository that is not there, or not ours.
  SSMB_CO_TRY_VOID(
      co_await snapshot::read_pointer(repository, snapshot::latest_key(target.region), scope));
  aws::ssm::Client ssm(session, target.region);
  const SteadyTime begin = runtime.steady();
  SSMB_CO_TRY(rehearsal, co_await list_all(ssm, options, events, scope));
  const SteadyTime listed = runtime.steady();
  RegionBackup backup;
  backup.totals = rehearsal.totals;
  if (!rehearsal.sample.empty()) {
    SSMB_CO_TRY(found, co_await read_batch(ssm, std::move(rehearsal.sample), scope));
    count(found, target.region, backup.totals, events);
  }
  backup.prediction = {.parameters = backup.totals.listed,
                       .duration = predict(listed - begin, runtime.steady() - listed,
                                           backup.totals.listed, options.concurrency)};
  co_return backup;
}

}  // namespace ssmb::engine
