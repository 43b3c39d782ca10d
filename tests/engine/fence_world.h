// A Region under another writer, and every state that it ever had.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>

#include "collect_harness.h"
#include "engine/backup.h"
#include "snapshot/reader.h"
#include "tests/support/memory_repository.h"

namespace ssmb::engine {

using namespace std::chrono_literals;
using ssmb::testing::MemoryRepository;

using State = std::map<std::string, std::string>;  // name to value; no value comes twice

// Writes into the store now and then, and remembers every state that there was. It never deletes
// what it has created: a parameter that lives between two pages of two listings is seen by none.
class OtherWriter {
 public:
  OtherWriter(SandboxSession& sandbox, std::uint64_t seed, Duration pause)
      : sandbox_(sandbox), generator_(seed), pause_(pause) {
    remember();
  }

  // Until stopped; spawned, so that it outlives no test but its own.
  Task<void> run() {
    while (!stopped_) {
      (void)co_await sandbox_.runtime.sleep(pause_ / 2 + pause_ * roll(100) / 100, {});
      if (!stopped_) write();
    }
  }
  void stop() { stopped_ = true; }

  // Was this the store's state at one moment?
  bool was(const State& state) const {
    return std::ranges::any_of(states_, [&](const auto& one) { return one.second == state; });
  }
  bool wrote_between(Time from, Time to) const {
    return std::ranges::any_of(states_, [&](const auto& one) {
      return one.first > from && one.first <= to && one.first != states_.front().first;
    });
  }

 private:
  sandbox::ssm::Store& store() { return sandbox_.world.ssm(AccountId("123456789012"), kRegion); }
  std::uint64_t roll(std::uint64_t sides) { return generator_() % sides; }

  void write() {
    const std::string name = fmt::format("/app/dev/p{:03}", roll(40));
    const std::uint64_t kind = roll(10);
    if (kind == 0) {
      seed(fmt::format("/app/dev/new{}", ++serial_));
    } else if (kind == 1) {
      store().erase(name);
    } else if (kind == 2 && store().find(name) != nullptr) {
      // Deleted and created anew: its version is 1 again.
      seed(name);
    } else if (auto* record = store().find(name)) {
      auto next = record->current();
      ++next.number;
      next.value = SecretText(fmt::format("w{}", ++serial_));
      next.modified =
          std::chrono::floor<std::chrono::milliseconds>(sandbox_.world.now()) + 1ms * serial_;
      store().append(*record, std::move(next));
    }
    remember();
  }
  void seed(const std::string& name) {
    store().erase(name);
    sandbox_.seed(kRegion.view(), {{{"Name", name}, {"Value", fmt::format("w{}", ++serial_)}}});
  }
  void remember() {
    State state;
    for (const auto& [key, record] : store().records())
      state[record.name] = record.current().value.reveal();
    states_.emplace_back(sandbox_.runtime.now(), std::move(state));
  }

  SandboxSession& sandbox_;
  std::mt19937_64 generator_;
  Duration pause_;
  bool stopped_ = false;
  int serial_ = 0;
  std::vector<std::pair<Time, State>> states_;
};

struct FenceWorld {
  explicit FenceWorld(std::uint64_t seed = 1) : sandbox(seed) {
    json::array parameters;
    for (int i = 0; i < 40; ++i)
      parameters.push_back(
          {{"Name", fmt::format("/app/dev/p{:03}", i)}, {"Value", fmt::format("v{}", i)}});
    sandbox.seed(kRegion.view(), std::move(parameters));
    sandbox.world.options().short_pages = 0.3;
  }

  ResultTask<RegionBackup> backup(CallScope scope = {}) {
    const Environment env("dev");
    return backup_region(sandbox.session, repository,
                         {.env = env,
                          .scope = snapshot::Scope::of_environment(env),
                          .fencing = fencing,
                          .concurrency = concurrency,
                          .run_id = RunId("run"),
                          .tool_version = "0"},
                         {.region = kRegion, .account = AccountId("123456789012")}, notes, scope);
  }
  Result<RegionBackup> run(CallScope scope = {}) {
    auto result = sandbox.runtime.run(backup(scope));
    if (!result) return fail(ErrorKind::internal, "deadlock");
    return std::move(*result);
  }
  State document_of(const RegionBackup& backup) {
    State state;
    const ObjectKey key = backup.written->manifest.document.key;
    const auto on_record = [&state](const snapshot::DocumentRecord& record) -> Result<void> {
      const Parameter& parameter = record.record.parameter;
      state[parameter.name.str()] = parameter.value.reveal();
      return {};
    };
    auto opened = sandbox.runtime.run(snapshot::Snapshot::open(repository, key, {}));
    EXPECT_TRUE(opened && *opened);
    if (opened && *opened) {
      const auto read = sandbox.runtime.run((*opened)->read_all(on_record, {}));
      EXPECT_TRUE(read && *read);
    }
    return state;
  }
  sandbox::ssm::Store& store() { return sandbox.world.ssm(AccountId("123456789012"), kRegion); }

  SandboxSession sandbox;
  MemoryRepository repository{sandbox.runtime};
  Notes notes;
  Fencing fencing = Fencing::yes;
  int concurrency = 4;
};

}  // namespace ssmb::engine
