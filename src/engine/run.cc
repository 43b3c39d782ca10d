#include "engine/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/try.h"
#include "engine/contain.h"
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
  Run(aws::Session& session, RunOptions options, Events& events,
      std::function<void(const RegionOutcome&)> on_end, std::stop_token stop)
      : session_(session),
        options_(std::move(options)),
        events_(events),
        on_end_(std::move(on_end)),
        stop_(std::move(stop)) {}

  Task<std::vector<RegionOutcome>> all() {
    TaskGroup group(session_.runtime.executor());
    const auto jobs = std::min(static_cast<std::size_t>(options_.jobs), options_.regions.size());
    for (std::size_t i = 0; i < jobs; ++i) group.spawn(work());
    co_await group.join();
    co_return std::move(outcomes_);
  }

 private:
  Task<void> work() {
    while (next_ < options_.regions.size() && going_) {
      const Region region = options_.regions[next_++];
      events_.region_started(region);
      const SteadyTime begin = session_.runtime.steady();
      AccountId account;
      const CallScope scope{.deadline = begin + options_.deadline, .stop = stop_};
      auto backup = without_file(region, co_await contained(one(region, account, scope)));
      if (!backup && options_.keep_going == KeepGoing::no) going_ = false;
      if (stop_.stop_requested()) going_ = false;
      outcomes_.push_back({.region = region,
                           .end = session_.runtime.now(),
                           .duration = session_.runtime.steady() - begin,
                           .backup = std::move(backup),
                           .account = std::move(account)});
      on_end_(outcomes_.back());
    }
  }

  // `account`: as soon as it is known, also where the backup fails.
  ResultTask<RegionBackup> one(Region region, AccountId& account, CallScope scope) {
    auto caller = co_await caller_account(session_, region, scope);
    if (!caller && caller.error().kind == ErrorKind::cancelled) {
      co_return fail(ErrorKind::cancelled,
                     fmt::format("interrupted; nothing of {} was kept", region), "run again");
    }
    if (!caller) co_return fail(std::move(caller).error());
    account = *std::move(caller);
    const auto repository = open_repository(session_, {.address = options_.repositories.at(region),
                                                       .region = region,
                                                       .caller = account,
                                                       .run_id = options_.backup.run_id});
    const bool is_default = region == options_.default_region;
    BackupTarget target{
        .region = region,
        .account = account,
        .default_region = is_default ? snapshot::DefaultRegion::yes : snapshot::DefaultRegion::no};
    co_return co_await backup_region(session_, *repository, options_.backup, std::move(target),
                                     events_, std::move(scope));
  }

  aws::Session& session_;
  RunOptions options_;
  Events& events_;
  std::function<void(const RegionOutcome&)> on_end_;
  std::stop_token stop_;
  std::vector<RegionOutcome> outcomes_;
  std::size_t next_ = 0;
  bool going_ = true;
};

}  // namespace

std::string no_file_sentence(const Region& region) {
  return fmt::format("Backup file was not created for region {}.", region);
}

Task<std::vector<RegionOutcome>> run_backup(aws::Session& session, RunOptions options,
                                            Events& events,
                                            std::function<void(const RegionOutcome&)> on_end,
                                            std::stop_token stop) {
  Run run(session, std::move(options), events, std::move(on_end), std::move(stop));
  co_return co_await run.all();
}

}  // namespace ssmb::engine
