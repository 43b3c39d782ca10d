#include "engine/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/try.h"
#include "engine/contain.h"
#include "engine/heartbeat.h"
#include "engine/repositories.h"
#include "runtime/concurrency.h"

namespace ssmb::engine {
namespace {

Result<RegionBackup> without_file(const Region& region, Result<RegionBackup> backup) {
  if (backup || backup.error().kind == ErrorKind::cancelled) return backup;
  Error error = std::move(backup).error();
  error.what = fmt::format("{} {}", no_file_sentence(region), error.what);
  return fail(std::move(error));
}

class Run {
 public:
  Run(aws::Session& session, RunOptions options, Events& events, RunHooks hooks,
      std::stop_token stop)
      : session_(session),
        options_(std::move(options)),
        events_(events),
        hooks_(std::move(hooks)),
        stop_(std::move(stop)) {}

  Task<RunEnd> all() {
    TaskGroup group(session_.runtime.executor());
    const auto jobs = std::min(static_cast<std::size_t>(options_.jobs), options_.regions.size());
    for (std::size_t i = 0; i < jobs; ++i) group.spawn(work());
    co_await group.join();
    TaskGroup looks(session_.runtime.executor());
    if (options_.backup.mode == RunMode::real && !stop_.stop_requested()) {
      for (; next_ < options_.regions.size(); ++next_) looks.spawn(look(options_.regions[next_]));
    }
    co_await looks.join();
    co_return std::move(end_);
  }

 private:
  Task<void> work() {
    while (next_ < options_.regions.size() && going_) {
      const Region region = options_.regions[next_++];
      co_await hooks_.on_begin(region);
      events_.region_started(region);
      RegionOutcome outcome = co_await watched(region);
      if (!outcome.backup && options_.keep_going == KeepGoing::no) going_ = false;
      if (stop_.stop_requested()) going_ = false;
      const bool told = options_.backup.mode == RunMode::dry || stop_.stop_requested();
      if (!told && !(outcome.backup && is_latest(*outcome.backup)))
        outcome.remaining = co_await remaining_of(region);
      end_.outcomes.push_back(std::move(outcome));
      hooks_.on_end(end_.outcomes.back());
    }
  }

  // One Region, with a word of it every second.
  Task<RegionOutcome> watched(Region region) {
    Heartbeat heartbeat(session_, events_, region, asked_in(region));
    const SteadyTime begin = session_.runtime.steady();
    const CallScope scope{.deadline = begin + options_.deadline, .stop = stop_};
    std::stop_source ended;
    TaskGroup beats(session_.runtime.executor());
    beats.spawn(
        heartbeat.beat({.deadline = scope.deadline + kAfterwards, .stop = ended.get_token()}));
    AccountId account;
    auto backup = co_await contained(one(region, account, heartbeat, scope));
    ended.request_stop();
    co_await beats.join();
    const Duration duration = session_.runtime.steady() - begin;
    const RegionProgress progress = heartbeat.now();
    if (!backup && backup.error().kind == ErrorKind::timeout && duration >= options_.deadline)
      backup.error().what += "; " + how_far(progress, duration);
    RegionOutcome outcome{.region = region,
                          .end = session_.runtime.now(),
                          .duration = duration,
                          .backup = without_file(region, std::move(backup)),
                          .account = std::move(account),
                          .progress = progress};
    if (session_.limits) outcome.quotas = session_.limits->state(region);
    co_return outcome;
  }

  // `account`: as soon as it is known, also where the backup fails.
  ResultTask<RegionBackup> one(Region region, AccountId& account, Events& events, CallScope scope) {
    auto caller = co_await caller_account(session_, region, scope);
    if (!caller && caller.error().kind == ErrorKind::cancelled) {
      co_return fail(ErrorKind::cancelled,
                     fmt::format("interrupted; nothing of {} was kept", region), "run again");
    }
    if (!caller) co_return fail(std::move(caller).error());
    account = account_ = *std::move(caller);
    const auto repository = open_repository(session_, request_for(region));
    BackupTarget target{.region = region, .account = account, .default_region = is_default(region)};
    SSMB_CO_TRY(backup, co_await backup_region(session_, *repository, options_.backup, target,
                                               events, scope));
    // The snapshot stands by now, whatever becomes of its copies.
    backup.copies = co_await copies(*repository, backup, target, events, scope);
    co_return std::move(backup);
  }

  Task<std::vector<CopyReport>> copies(snapshot::Repository& from, const RegionBackup& backup,
                                       BackupTarget target, Events& events, CallScope scope) {
    const CopyOptions options{.env = options_.backup.env,
                              .scope_from = options_.backup.scope_from,
                              .accept_shrink = options_.backup.accept_shrink,
                              .default_region = target.default_region,
                              .region = target.region,
                              .account = target.account};
    std::vector<std::unique_ptr<snapshot::Repository>> open;
    std::vector<snapshot::Repository*> to;
    std::vector<std::size_t> place;  // of the reports of `to`
    std::vector<CopyReport> reports;
    for (const snapshot::RepositoryAddress& address : options_.copies) {
      if (!outlives(address, target.region)) continue;
      open.push_back(open_repository(session_, {.address = address,
                                                .region = target.region,
                                                .caller = target.account,
                                                .run_id = options_.backup.run_id}));
      snapshot::Repository& copy = *open.back();
      reports.emplace_back();
      if (lies_beside(address, target.region, target.account)) {
        reports.back() = no_copy(copy, options, events);
      } else if (!backup.written) {
        reports.back() = co_await foresee_copy(from, copy, options, events, scope);
      } else {
        to.push_back(&copy);
        place.push_back(reports.size() - 1);
      }
    }
    if (to.empty()) co_return reports;
    auto copied = co_await copy_backup(from, to, *backup.written, options, events, scope);
    for (std::size_t i = 0; i < copied.size(); ++i) reports[place[i]] = std::move(copied[i]);
    co_return reports;
  }

  // The caller is the same in every Region; empty: no Region has said yet.
  RepositoryRequest request_for(const Region& region) const {
    return {.address = options_.repositories.at(region),
            .region = region,
            .caller = account_,
            .run_id = options_.backup.run_id};
  }
  snapshot::DefaultRegion is_default(const Region& region) const {
    return region == options_.default_region ? snapshot::DefaultRegion::yes
                                             : snapshot::DefaultRegion::no;
  }
  // Where the calls of a Region's backup go.
  std::vector<Region> asked_in(const Region& region) const {
    std::vector<Region> regions{region};
    const auto* s3 = std::get_if<snapshot::S3Address>(&options_.repositories.at(region));
    if (s3 != nullptr && s3->region && *s3->region != region) regions.push_back(*s3->region);
    return regions;
  }
  Task<Remaining> remaining_of(Region region) {
    return find_remaining(session_, request_for(region), options_.backup.env, is_default(region),
                          stop_);
  }
  Task<void> look(Region region) {
    Remaining remaining = co_await remaining_of(region);
    end_.not_begun.insert_or_assign(region, std::move(remaining));
  }

  // After the deadline something may still be tidied up; nothing of that takes longer.
  static constexpr Duration kAfterwards = std::chrono::minutes{1};

  aws::Session& session_;
  RunOptions options_;
  Events& events_;
  RunHooks hooks_;
  std::stop_token stop_;
  AccountId account_;
  RunEnd end_;
  std::size_t next_ = 0;
  bool going_ = true;
};

}  // namespace

std::string no_file_sentence(const Region& region) {
  return fmt::format("Backup file was not created for region {}.", region);
}

Task<RunEnd> run_backup(aws::Session& session, RunOptions options, Events& events, RunHooks hooks,
                        std::stop_token stop) {
  Run run(session, std::move(options), events, std::move(hooks), std::move(stop));
  co_return co_await run.all();
}

}  // namespace ssmb::engine
