#include "engine/dry_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/tagging/client.h"
#include "base/try.h"
#include "engine/listing.h"
#include "engine/region_facts.h"
#include "engine/tag_index.h"
#include "snapshot/last_good.h"

namespace ssmb::engine {
namespace {

using snapshot::Lacking;
using snapshot::Unreadable;
using Accepted = Unreadable::Accepted;

constexpr std::uint64_t kTagPage = 100;  // GetResources' limit

std::uint64_t pages_of(std::uint64_t items, std::uint64_t page) {
  return (items + page - 1) / page;
}

Accepted accepted_by(const BackupOptions& options, const ParameterName& name) {
  return is_accepted(options, name) ? Accepted::yes : Accepted::no;
}

Gravity gravity_of(Accepted accepted) {
  return accepted == Accepted::yes ? Gravity::info : Gravity::warning;
}

// One Region's rehearsal, step by step.
class Rehearsal {
 public:
  Rehearsal(aws::Session& session, snapshot::Repository& repository, const BackupOptions& options,
            const BackupTarget& target, Events& events, const CallScope& scope)
      : session_(session),
        repository_(repository),
        options_(options),
        target_(target),
        events_(events),
        scope_(scope),
        ssm_(session, target.region) {
    backup_.prediction.emplace();
  }

  ResultTask<RegionBackup> run();

 private:
  using Sample = std::vector<aws::ssm::Metadata>;  // the first batch of the scope

  ResultTask<void> look_at_repository();
  ResultTask<Sample> list_all();
  ResultTask<void> try_sample(Sample sample);
  ResultTask<Found> probe_tags(Read read);
  void judge(Found& found);
  void judge(const ParameterName& name, const Error& why, Lacking::Part part);
  Duration quota_of(std::string_view operation, std::uint64_t calls);
  void count_calls();
  Task<void> foresee_pointer();
  void foresee_deadline(SteadyTime begin);
  void hinder(std::string what, std::string next);

  template <class T>
  ResultTask<T> timed(ResultTask<T> task, Duration& taken) {
    const SteadyTime begin = session_.runtime.steady();
    auto outcome = co_await std::move(task);
    taken += session_.runtime.steady() - begin;
    co_return outcome;
  }

  aws::Session& session_;
  snapshot::Repository& repository_;
  const BackupOptions& options_;
  const BackupTarget& target_;
  Events& events_;
  const CallScope& scope_;
  aws::ssm::Client ssm_;
  snapshot::Outset outset_;
  RegionBackup backup_;
  Seen seen_;
  std::uint64_t tag_pages_ = 0;    // of the index
  std::uint64_t tag_singles_ = 0;  // calls for the tags of one
};

// What the real run would meet first, and begin from.
ResultTask<void> Rehearsal::look_at_repository() {
  SSMB_CO_TRY(outset,
              co_await snapshot::find_outset(
                  repository_, run_info(options_, target_, session_.runtime.now()), scope_));
  outset_ = std::move(outset);
  backup_.totals.expected = outset_.expected;
  if (!session_.limits) co_return Result<void>{};
  session_.limits->begin_from(target_.region, outset_.learned);
  const auto setting = co_await ssm_.get_service_setting(
      snapshot::kHighThroughputSetting, scope_.limited(kSettingsLimit, session_.runtime.steady()));
  using enum aws::Limits::HighThroughput;
  if (setting)
    session_.limits->set_high_throughput(target_.region, setting->value == "true" ? on : off);
  co_return Result<void>{};
}

ResultTask<Rehearsal::Sample> Rehearsal::list_all() {
  Sample sample;
  const auto on_page = [&](ListingPage page) -> ResultTask<void> {
    backup_.totals.pages = page.pages;
    for (auto& metadata : page.fresh) {
      if (!options_.scope.matches(metadata.name)) {
        ++backup_.totals.left_out;
        continue;
      }
      ++backup_.totals.listed;
      if (sample.size() < kBatchSize) sample.push_back(std::move(metadata));
    }
    events_.progress(target_.region, backup_.totals);
    co_return Result<void>{};
  };
  SSMB_CO_TRY_VOID(co_await list_parameters(ssm_, on_page, scope_));
  backup_.totals.listing = RegionProgress::Listing::ended;
  co_return sample;
}

// One call for tags, as the real run would make it: of the index, else of the parameter itself.
// Its time is no part of a batch's.
ResultTask<Found> Rehearsal::probe_tags(Read read) {
  Runtime& runtime = session_.runtime;
  const std::uint64_t all = backup_.totals.listed + backup_.totals.left_out;
  if (options_.tags == snapshot::TagsMode::bulk) {
    Duration taken{0};
    auto page = co_await timed(
        load_tag_page(runtime, aws::tagging::Client(session_, target_.region), {}, scope_), taken);
    if (page) {
      // How many have tags is known only where one page holds them all.
      tag_pages_ = page->next_token.empty() ? 1 : pages_of(all, kTagPage);
      seen_.tag_pages = taken * static_cast<std::int64_t>(tag_pages_);
      co_return std::move(read);
    }
    if (!may_read_singly(page.error(), runtime, scope_)) co_return fail(std::move(page).error());
  }
  Duration taken{0};
  SSMB_CO_TRY(found, co_await timed(read_tags(ssm_, std::move(read), scope_), taken));
  tag_singles_ = backup_.totals.listed;
  seen_.batch +=
      taken * static_cast<std::int64_t>(std::min<std::uint64_t>(kBatchSize, tag_singles_));
  co_return std::move(found);
}

void Rehearsal::judge(const ParameterName& name, const Error& why, Lacking::Part part) {
  const Accepted accepted = accepted_by(options_, name);
  events_.note(target_.region, gravity_of(accepted), fmt::format("  {}: {}", name, to_line(why)));
  if (accepted == Accepted::no) {
    backup_.prediction->incomplete_because =
        fmt::format("the {} of {} could not be read", to_string(part), name);
  }
  backup_.prediction->lacking.push_back(
      {.name = name, .part = part, .error = snapshot::KeptError(why), .accepted = accepted});
}

void Rehearsal::judge(Found& found) {
  if (std::holds_alternative<Vanished>(found)) ++backup_.totals.vanished;
  if (const auto* read = std::get_if<Read>(&found)) {
    ++backup_.totals.read;
    const ParameterName& name = read->parameter.name;
    if (read->no_tags) judge(name, *read->no_tags, Lacking::Part::tags);
    if (read->no_history) judge(name, *read->no_history, Lacking::Part::history);
  }
  auto* unreadable = std::get_if<Unreadable>(&found);
  if (unreadable == nullptr) return;
  ++backup_.totals.unreadable;
  unreadable->accepted = accepted_by(options_, unreadable->name);
  events_.note(target_.region, gravity_of(unreadable->accepted),
               fmt::format("  {}: {}", unreadable->name, to_line(unreadable->why())));
  backup_.prediction->unreadable.push_back(std::move(*unreadable));
}

// Reads the first batch as deep as the real run, with the tags of one of it.
ResultTask<void> Rehearsal::try_sample(Sample sample) {
  SSMB_CO_TRY(found, co_await timed(read_batch(ssm_, std::move(sample), scope_), seen_.batch));
  bool tagged = false;
  for (Found& each : found) {
    if (auto* read = std::get_if<Read>(&each)) {
      SSMB_CO_TRY(deep, co_await timed(read_depth(ssm_, std::move(*read), options_.depth, scope_),
                                       seen_.batch));
      each = std::move(deep);
    }
    if (auto* read = std::get_if<Read>(&each); read != nullptr && !tagged) {
      SSMB_CO_TRY(with_tags, co_await probe_tags(std::move(*read)));
      each = std::move(with_tags);
      tagged = true;
    }
    judge(each);
    each = Vanished{};  // values are not held longer than needed
  }
  co_return Result<void>{};
}

Duration Rehearsal::quota_of(std::string_view operation, std::uint64_t calls) {
  if (!session_.limits || calls == 0) return Duration{0};
  return session_.limits->time_for(operation, target_.region, calls);
}

// How long the quotas would hold the whole run back.
void Rehearsal::count_calls() {
  const std::uint64_t listed = backup_.totals.listed;
  const auto add = [this](std::string_view operation, std::uint64_t calls) {
    seen_.quotas.push_back(quota_of(operation, calls));
  };
  add("ssm:GetParameters", pages_of(listed, kBatchSize));
  add("tag:GetResources", tag_pages_);
  add("ssm:ListTagsForResource", tag_singles_);
  if (options_.depth != snapshot::Depth::current) add("ssm:GetParameterHistory", listed);
}

void Rehearsal::hinder(std::string what, std::string next) {
  events_.note(target_.region, Gravity::warning, what);
  if (!backup_.prediction->obstacle.what.empty()) return;
  backup_.prediction->obstacle = {.what = std::move(what), .next = std::move(next)};
}

// Would the pointers move? As SnapshotWriter::finish() will judge it.
Task<void> Rehearsal::foresee_pointer() {
  Prediction& prediction = *backup_.prediction;
  if (!options_.scope.is_default()) co_return;
  const snapshot::LastGood last =
      co_await snapshot::find_last_good(repository_, outset_.id, target_.default_region, scope_);
  prediction.last_good_count = last.parameter_count;
  prediction.shrink = snapshot::judge_shrink(last.parameter_count, prediction.parameters);
  const auto held = snapshot::held_back(last,
                                        {.region = target_.region,
                                         .scope = options_.scope,
                                         .scope_from = options_.scope_from,
                                         .parameter_count = prediction.parameters},
                                        options_.accept_shrink);
  if (!held) co_return;
  hinder(fmt::format("{} would not move: {}", held->pointer, held->why),
         held->next.empty() ? advice_for_shrink({.env = options_.env,
                                                 .region = target_.region,
                                                 .last_good = last.parameter_count,
                                                 .now = prediction.parameters,
                                                 .unreadable = prediction.unreadable})
                            : held->next);
}

void Rehearsal::foresee_deadline(SteadyTime begin) {
  if (scope_.deadline == SteadyTime::max()) return;
  const Duration allowed = scope_.deadline - begin;
  const Duration needed = backup_.prediction->duration;
  if (needed <= allowed) return;
  hinder(fmt::format("it would take about {}, and --deadline ends it after {}", to_human(needed),
                     to_human(allowed)),
         "allow more time with --deadline, or more of the quota with --quota-share");
}

ResultTask<RegionBackup> Rehearsal::run() {
  const SteadyTime begin = session_.runtime.steady();
  SSMB_CO_TRY_VOID(co_await look_at_repository());
  SSMB_CO_TRY(sample, co_await timed(list_all(), seen_.listing));
  Prediction& prediction = *backup_.prediction;
  if (!sample.empty()) {
    SSMB_CO_TRY_VOID(co_await try_sample(std::move(sample)));
  } else if (!options_.scope.is_default()) {
    prediction.incomplete_because = kNothingSelected;
  }
  const RegionProgress& totals = backup_.totals;
  prediction.parameters = totals.listed - totals.unreadable - totals.vanished;
  count_calls();
  prediction.duration = predict(seen_, totals.listed, options_.concurrency);
  // The fence lists once more at least, with what the first listing left of the quota.
  if (options_.fencing == Fencing::yes) {
    prediction.duration +=
        std::max(seen_.listing, quota_of("ssm:DescribeParameters", totals.pages));
  }
  co_await foresee_pointer();
  foresee_deadline(begin);
  co_return std::move(backup_);
}

}  // namespace

Duration predict(const Seen& seen, std::uint64_t parameters, int concurrency) {
  const std::uint64_t rounds =
      pages_of(pages_of(parameters, kBatchSize), static_cast<std::uint64_t>(concurrency));
  Duration longest =
      std::max({seen.listing, seen.tag_pages,
                seen.batch * static_cast<std::int64_t>(std::max<std::uint64_t>(rounds, 1) - 1)});
  for (const Duration quota : seen.quotas) longest = std::max(longest, quota);
  // Whatever was the slowest, a batch is read after it.
  return longest + seen.batch;
}

ResultTask<RegionBackup> dry_run(aws::Session& session, snapshot::Repository& repository,
                                 BackupOptions options, BackupTarget target, Events& events,
                                 CallScope scope) {
  Rehearsal rehearsal(session, repository, options, target, events, scope);
  co_return co_await rehearsal.run();
}

}  // namespace ssmb::engine
