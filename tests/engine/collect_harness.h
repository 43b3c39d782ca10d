// A collecting of one Region against the sandbox: what was kept, and what was noted.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/collect.h"
#include "sandbox/ssm/store.h"
#include "tests/support/sandbox_session.h"

namespace ssmb::engine {

namespace json = boost::json;
using ssmb::testing::SandboxSession;
using ssmb::testing::target_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

inline const Region kRegion("us-west-2");

class Kept final : public Collector {
 public:
  ResultTask<void> take(Found found, CallScope scope) override {
    if (auto* read = std::get_if<Read>(&found)) {
      // A record that lacks its tags counts as untagged alone.
      const std::string& name = read->parameter.name.str();
      if (read->no_tags) untagged[name] = *read->no_tags;
      if (read->no_history) without_history[name] = *read->no_history;
      if (!read->no_tags) parameters.insert_or_assign(name, read->parameter);
      ++taken[name];
    }
    if (auto* missing = std::get_if<snapshot::Unreadable>(&found))
      unreadable[missing->name.str()] = missing->why();
    if (broken) throw std::runtime_error("broken");
    if (auto* gone = std::get_if<Vanished>(&found)) vanished.push_back(gone->name.str());
    if (full) co_return fail(ErrorKind::denied, "no room");
    co_return check(*runtime, scope);
  }
  ByteCount bytes() const override { return {}; }

  Runtime* runtime = nullptr;
  bool full = false;
  bool broken = false;
  std::map<std::string, Parameter> parameters;
  std::map<std::string, Error> unreadable;
  std::map<std::string, Error> untagged;
  std::map<std::string, Error> without_history;
  std::map<std::string, int> taken;
  std::vector<std::string> vanished;
};

struct Notes final : Events {
  void region_started(const Region&) override {}
  void progress(const Region&, const RegionProgress& progress) override { last = progress; }
  void note(const Region&, Gravity, const std::string& text) override { lines.push_back(text); }
  RegionProgress last;
  std::vector<std::string> lines;
};

struct CollectTest : ::testing::Test {
  CollectTest() { kept.runtime = &sandbox.runtime; }

  void seed(int count) {
    json::array parameters;
    for (int i = 0; i < count; ++i) {
      parameters.push_back({{"Name", fmt::format("/app/dev/p{:03}", i)},
                            {"Value", fmt::format("v{}", i)},
                            {"Tags", {{{"Key", "Owner"}, {"Value", fmt::format("t{}", i)}}}}});
    }
    sandbox.seed(kRegion.view(), std::move(parameters));
  }
  Result<Collected> collect(snapshot::TagsMode tags = snapshot::TagsMode::bulk,
                            CallScope scope = {},
                            snapshot::Depth depth = snapshot::Depth::current) {
    auto task = engine::collect(sandbox.session,
                                {.region = kRegion,
                                 .scope = snapshot::Scope::of_environment(Environment("dev")),
                                 .tags = tags,
                                 .depth = depth,
                                 .shares = shares,
                                 .concurrency = 4},
                                kept, notes, scope);
    auto result = sandbox.runtime.run(std::move(task));
    if (!result) return fail(ErrorKind::internal, "deadlock");
    return std::move(*result);
  }

  SandboxSession sandbox;
  Kept kept;
  Notes notes;
  AskShares shares = AskShares::no;
};

inline aws::HttpResponse refuse(std::string_view code, int status = 400) {
  return {.status = status,
          .headers = {},
          .body = SecretBytes(fmt::format(R"({{"__type":"{}","message":"no"}})", code))};
}

}  // namespace ssmb::engine
