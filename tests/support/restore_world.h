// A store in the sandbox that is backed up, changed, and restored, in virtual time.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/backup.h"
#include "engine/restore/restore.h"
#include "sandbox/ssm/seed.h"
#include "sandbox/ssm/store.h"
#include "tests/support/memory_repository.h"
#include "tests/support/sandbox_session.h"

namespace ssmb::testing {

namespace json = boost::json;
namespace restore = engine::restore;

inline const Region kWest("us-west-2");
inline const AccountId kOurAccount("123456789012");

// Everything of a store by name, as sandbox::ssm::dump() gives it.
using Dump = std::map<std::string, json::object>;

inline Dump dump_of(const sandbox::ssm::Store& store) {
  Dump out;
  const json::object whole = sandbox::ssm::dump(store);
  for (const json::value& each : whole.at("parameters").as_array())
    out.emplace(std::string(each.at("Name").as_string()), each.as_object());
  return out;
}

// What a restore brings back of one version: without what SSM sets itself. Labels are a set.
inline void drop_frozen(json::object& version) {
  std::ranges::sort(version.at("Labels").as_array(), {},
                    [](const json::value& label) { return std::string(label.as_string()); });
  for (const char* member : {"Version", "LastModifiedDate", "LastModifiedUser", "ResourcePolicies"})
    version.erase(member);
  for (json::value& policy : version.at("Policies").as_array())
    policy.as_object().erase("PolicyStatus");
}

enum class Past { compared, dropped };

// Without the frozen list: version numbers, dates, users, a policy's status, `aws:` tags, shares;
// and, with Past::dropped, the older versions.
inline Dump thawed(Dump dump, Past past) {
  for (auto& [name, parameter] : dump) {
    drop_frozen(parameter);
    json::array tags;
    for (const json::value& tag : parameter.at("Tags").as_array()) {
      if (!rules::is_reserved_tag(std::string_view(tag.at("Key").as_string()))) tags.push_back(tag);
    }
    parameter["Tags"] = std::move(tags);
    if (past == Past::dropped) parameter.erase("History");
    if (past == Past::dropped) continue;
    for (json::value& version : parameter.at("History").as_array())
      drop_frozen(version.as_object());
  }
  return dump;
}

// The names of what differs, for a message: never values.
inline std::vector<std::string> differences(const Dump& a, const Dump& b) {
  std::vector<std::string> out;
  for (const auto& [name, parameter] : a) {
    const auto other = b.find(name);
    if (other == b.end()) {
      out.push_back(name + " is only in the first");
      continue;
    }
    for (const auto& member : parameter) {
      const json::value* found = other->second.if_contains(member.key());
      if (found == nullptr || *found != member.value())
        out.push_back(name + ": " + std::string(member.key()));
    }
  }
  for (const auto& [name, parameter] : b) {
    if (!a.contains(name)) out.push_back(name + " is only in the second");
  }
  return out;
}

struct QuietEvents final : engine::Events {
  void region_started(const Region&) override {}
  void progress(const Region&, const engine::RegionProgress&) override {}
  void note(const Region&, engine::Gravity, const std::string& text) override {
    lines.push_back(text);
  }
  std::vector<std::string> lines;
};

struct QuietRestore final : restore::RestoreEvents {
  void progress(const restore::RestoreProgress& progress) override { last = progress; }
  void note(engine::Gravity, const std::string& text) override { lines.push_back(text); }
  restore::RestoreProgress last;
  std::vector<std::string> lines;
};

struct RestoreWorld {
  explicit RestoreWorld(std::uint64_t seed = 1) : sandbox(seed) {
    options.plan.env = Environment("dev");
    options.plan.mapping.to = {.region = kWest, .account = kOurAccount};
    options.concurrency = 4;
    static int worlds = 0;
    // What is synced there waits for no disk.
    std::filesystem::path place = "/dev/shm";
    if (!std::filesystem::is_directory(place)) place = ::testing::TempDir();
    journal = place / fmt::format("ssmb-restore-{}-{}", ::getpid(), ++worlds) /
              "restore-journal-us-west-2.jsonl";
  }
  ~RestoreWorld() {
    std::error_code ignored;
    std::filesystem::remove_all(journal.parent_path(), ignored);
  }
  RestoreWorld(const RestoreWorld&) = delete;
  RestoreWorld& operator=(const RestoreWorld&) = delete;

  template <class T>
  Result<T> run(ResultTask<T> task) {
    auto result = sandbox.runtime.run(std::move(task));
    if (!result) return fail(ErrorKind::internal, "deadlock");
    return std::move(*result);
  }

  sandbox::ssm::Store& store(const Region& region = kWest) {
    return sandbox.world.ssm(kOurAccount, region);
  }
  Dump dump(const Region& region = kWest) { return dump_of(store(region)); }

  // Backs up the Region whole; the snapshot is what plan() restores.
  void backup(snapshot::Depth depth = snapshot::Depth::current,
              std::vector<std::string> globs = {"*"}) {
    auto backup = run(engine::backup_region(
        sandbox.session, repository,
        {.env = Environment("dev"),
         .scope = *snapshot::Scope::of_environment(Environment("dev"), std::move(globs)),
         .depth = depth,
         .run_id = RunId("run"),
         .tool_version = "0"},
        {.region = kWest, .account = kOurAccount}, notes, {}));
    ASSERT_TRUE(backup) << to_line(backup.error());
    ASSERT_TRUE(engine::is_complete(*backup));
    auto opened =
        run(snapshot::Snapshot::open(repository, backup->written->manifest.document.key, {}));
    ASSERT_TRUE(opened);
    snapshot = *opened;
  }

  // Deletes as a client does, so that tags go too.
  void remove(std::vector<std::string> names) {
    aws::ssm::Client ssm(sandbox.session, kWest);
    for (const std::string& name : names) {
      const auto removed = run(ssm.delete_parameters({ParameterName(name)}, {}));
      ASSERT_TRUE(removed && removed->invalid.empty()) << name;
    }
  }
  void destroy() {
    std::vector<std::string> names;
    for (const auto& [name, parameter] : dump()) names.push_back(name);
    remove(std::move(names));
  }

  Result<restore::Planned> plan() { return plan_with(sandbox.session); }
  Result<restore::Planned> plan_with(aws::Session& session, CallScope scope = {}) {
    return run(restore::plan_restore(session, repository, snapshot, options, journal, notes,
                                     std::move(scope)));
  }
  Result<restore::Applied> apply(const restore::Planned& planned) {
    return apply_with(sandbox.session, planned);
  }
  Result<restore::Applied> apply_with(aws::Session& session, const restore::Planned& planned,
                                      CallScope scope = {}) {
    auto opened = restore::Journal::open(journal, restore::journal_head(planned));
    if (!opened) return fail(opened.error());
    return run(restore::apply_restore(session, repository, planned, options, *opened, events,
                                      std::move(scope)));
  }
  // Both; adds a failure where one of them fails.
  restore::Applied restore() {
    auto planned = plan();
    if (!planned) {
      ADD_FAILURE() << "plan: " << to_line(planned.error());
      return {};
    }
    auto applied = apply(*planned);
    if (!applied) ADD_FAILURE() << "apply: " << to_line(applied.error());
    return applied ? std::move(*applied) : restore::Applied{};
  }

  SandboxSession sandbox;
  MemoryRepository repository{sandbox.runtime};
  snapshot::Snapshot snapshot;
  restore::RestoreOptions options;
  std::filesystem::path journal;
  QuietEvents notes;
  QuietRestore events;
};

}  // namespace ssmb::testing
