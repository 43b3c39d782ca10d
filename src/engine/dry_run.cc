#include "engine/dry_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/tagging/client.h"
#include "base/try.h"
#include "engine/listing.h"
#include "engine/tag_index.h"
#include "snapshot/pointer.h"

namespace ssmb::engine {
namespace {

using snapshot::Unreadable;

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
      if (!options.scope.matches(metadata.name)) {
        ++out.totals.left_out;
        continue;
      }
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

// One call for tags, as the real run would make it: of the index, else of the parameter itself.
ResultTask<Found> probe_tags(aws::ssm::Client ssm, BackupOptions options, Read read,
                             CallScope scope) {
  if (options.tags == snapshot::TagsMode::bulk) {
    aws::tagging::Client tagging(ssm.session(), ssm.region());
    auto page = co_await tagging.get_parameter_tags({}, scope);
    if (page) co_return std::move(read);
    if (!may_read_singly(page.error(), ssm.session().runtime, scope))
      co_return fail(std::move(page).error());
  }
  co_return co_await read_tags(std::move(ssm), std::move(read), std::move(scope));
}

void judge(Found& found, const Region& region, const BackupOptions& options, RegionBackup& backup,
           Events& events) {
  if (std::holds_alternative<Vanished>(found)) ++backup.totals.vanished;
  if (const auto* read = std::get_if<Read>(&found)) {
    ++backup.totals.read;
    if (is_accepted(options, read->parameter.name)) return;
    for (const auto& lack : {read->no_tags, read->no_history}) {
      if (!lack) continue;
      backup.prediction->incomplete_because = to_line(*lack);
      events.note(region, Gravity::warning, to_line(*lack));
    }
  }
  auto* unreadable = std::get_if<Unreadable>(&found);
  if (unreadable == nullptr) return;
  ++backup.totals.unreadable;
  const bool accepted = is_accepted(options, unreadable->name);
  unreadable->accepted = accepted ? Unreadable::Accepted::yes : Unreadable::Accepted::no;
  events.note(region, accepted ? Gravity::info : Gravity::warning,
              fmt::format("  {}: {}", unreadable->name, to_line(unreadable->error)));
  backup.prediction->unreadable.push_back(std::move(*unreadable));
}

// Reads the first batch as deep as the real run, with the tags of one of it.
ResultTask<void> try_sample(aws::ssm::Client ssm, std::vector<aws::ssm::Metadata> sample,
                            const BackupOptions& options, RegionBackup& backup, Events& events,
                            CallScope scope) {
  SSMB_CO_TRY(found, co_await read_batch(ssm, std::move(sample), scope));
  bool tagged = false;
  for (Found& each : found) {
    if (auto* read = std::get_if<Read>(&each)) {
      SSMB_CO_TRY(deep, co_await read_depth(ssm, std::move(*read), options.depth, scope));
      each = std::move(deep);
    }
    if (auto* read = std::get_if<Read>(&each); read != nullptr && !tagged) {
      SSMB_CO_TRY(with_tags, co_await probe_tags(ssm, options, std::move(*read), scope));
      each = std::move(with_tags);
      tagged = true;
    }
    judge(each, ssm.region(), options, backup, events);
    each = Vanished{};  // values are not held longer than needed
  }
  co_return Result<void>{};
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
  backup.prediction.emplace();
  if (!rehearsal.sample.empty()) {
    SSMB_CO_TRY_VOID(
        co_await try_sample(ssm, std::move(rehearsal.sample), options, backup, events, scope));
  } else if (!options.scope.is_default()) {
    backup.prediction->incomplete_because = kNothingSelected;
  }
  backup.prediction->parameters = backup.totals.listed;
  backup.prediction->duration =
      predict(listed - begin, runtime.steady() - listed, backup.totals.listed, options.concurrency);
  // The fence lists once more at least.
  if (options.fencing == Fencing::yes) backup.prediction->duration += listed - begin;
  co_return backup;
}

}  // namespace ssmb::engine
