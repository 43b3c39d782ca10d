#include "engine/diff.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collect_harness.h"
#include "tests/support/memory_repository.h"
#include "tests/support/snapshots.h"

namespace ssmb::engine {
namespace {

using namespace std::chrono_literals;
using snapshot::Snapshot;
using ssmb::testing::full_parameter;
using ssmb::testing::MemoryRepository;
using ssmb::testing::plain_parameter;
using ssmb::testing::plain_parameters;
using ssmb::testing::SnapshotOptions;
using ::testing::IsEmpty;

const Time kNow = VirtualRuntime::default_start();

// "+ name", "- name", "~ name Value,Tags", "? name from": and the counts.
std::vector<std::string> lines_of(const Diff& diff) {
  std::vector<std::string> lines;
  for (const Difference& each : diff.differences) {
    const char* mark = !each.from ? "+" : !each.to ? "-" : "~";
    std::string line = fmt::format("{} {}", mark, each.name);
    for (const std::string_view key : keys_of(each.fields)) line += fmt::format(" {}", key);
    lines.push_back(std::move(line));
  }
  for (const NotCompared& each : diff.not_compared)
    lines.push_back(fmt::format("? {} {}", each.name, each.side == DiffSide::from ? "from" : "to"));
  lines.push_back(
      fmt::format("{} same, {} rewritten, {} outside", diff.same, diff.rewritten, diff.outside));
  return lines;
}

class DiffTest : public ::testing::Test {
 protected:
  Snapshot write(SnapshotOptions options) {
    options.start = kNow + std::chrono::minutes{++written_};
    auto written = *sandbox_.runtime.run(ssmb::testing::write_snapshot(repository_, options));
    EXPECT_TRUE(written) << written.error().what;
    return open(written->manifest.document.key);
  }
  Snapshot open(const ObjectKey& key) {
    auto opened = *sandbox_.runtime.run(Snapshot::open(repository_, key, {}));
    EXPECT_TRUE(opened) << opened.error().what;
    return *opened;
  }
  Result<Diff> compare(DiffEnd from, DiffEnd to,
                       Comparison comparison = Comparison::after_restore) {
    return *sandbox_.runtime.run(
        diff(sandbox_.runtime, std::move(from), std::move(to), {.comparison = comparison}, {}));
  }
  std::vector<std::string> told(DiffEnd from, DiffEnd to,
                                Comparison comparison = Comparison::after_restore) {
    const auto made = compare(std::move(from), std::move(to), comparison);
    if (!made) return {made.error().what};
    return lines_of(*made);
  }
  LiveEnd live() {
    return {.session = &sandbox_.session, .events = &notes_, .region = Region("us-west-2")};
  }
  std::string& bytes(const ObjectKey& key) { return repository_.objects.at(key.str()).bytes; }

  SandboxSession sandbox_;
  Notes notes_;
  MemoryRepository repository_{sandbox_.runtime};
  int written_ = 0;
};

TEST_F(DiffTest, TellsWhatWasAddedRemovedAndChanged) {
  std::vector<Parameter> before = plain_parameters(6);
  std::vector<Parameter> after = plain_parameters(8);
  after.erase(after.begin() + 1);
  after[1].value = SecretText("another");
  after[1].tags = {{.key = "Owner", .value = "x"}};
  after[1].version = 2;
  after[2].version = 7;
  const Snapshot a = write({.parameters = before});
  const Snapshot b = write({.parameters = after});
  EXPECT_THAT(told(a, b),
              ElementsAre("- /app/dev/0001", "~ /app/dev/0002 Value Tags", "+ /app/dev/0006",
                          "+ /app/dev/0007", "4 same, 1 rewritten, 0 outside"));
  EXPECT_THAT(told(b, a),
              ElementsAre("+ /app/dev/0001", "~ /app/dev/0002 Value Tags", "- /app/dev/0006",
                          "- /app/dev/0007", "4 same, 1 rewritten, 0 outside"));
  EXPECT_THAT(told(a, b, Comparison::exact),
              ElementsAre("- /app/dev/0001", "~ /app/dev/0002 Value Version Tags",
                          "~ /app/dev/0003 Version", "+ /app/dev/0006", "+ /app/dev/0007",
                          "3 same, 0 rewritten, 0 outside"));
  EXPECT_THAT(told(a, a, Comparison::exact), ElementsAre("6 same, 0 rewritten, 0 outside"));
}

TEST_F(DiffTest, TellsVersionsAndWhetherValuesAreTheSame) {
  Parameter one = plain_parameter("/app/dev/a", "v");
  Parameter two = one;
  two.value = SecretText("w");
  two.version = 2;
  two.last_modified_date = kNow;
  Parameter twin = plain_parameter("/app/dev/b", "v");
  const auto made = compare(write({.parameters = {one}}), write({.parameters = {two, twin}}));
  ASSERT_TRUE(made);
  const Difference& changed = made->differences.at(0);
  EXPECT_EQ(changed.from->version, 1);
  EXPECT_EQ(changed.to->version, 2);
  EXPECT_EQ(changed.to->modified, kNow);
  EXPECT_NE(changed.from->value, changed.to->value);
  EXPECT_EQ(changed.from->value, made->differences.at(1).to->value);  // the twin's
  // Another run, another key.
  const auto again = compare(write({.parameters = {one}}), write({.parameters = {two}}));
  EXPECT_NE(again->differences.at(0).from->value, changed.from->value);
}

// Each field perturbed in turn, as the comparison of the parameters themselves names them.
TEST_F(DiffTest, NoticesEveryField) {
  const Parameter original = full_parameter();
  const Snapshot a = write({.parameters = {original}});
  for_each_field([&](const auto& field) {
    if (field.key == "Name") return;
    auto others = ssmb::testing::perturbed(original.*(field.member));
    Parameter changed = original;
    changed.*(field.member) = others.back();
    SCOPED_TRACE(std::string(field.key));
    const Snapshot b = write({.parameters = {changed}});
    for (const Comparison comparison : {Comparison::after_restore, Comparison::exact}) {
      const auto expected = differing_fields(original, changed, comparison);
      const auto made = compare(a, b, comparison);
      ASSERT_TRUE(made) << made.error().what;
      EXPECT_EQ(made->differences.size(), expected.empty() ? 0U : 1U);
      if (!made->differences.empty())
        EXPECT_EQ(keys_of(made->differences.front().fields), expected);
    }
  });
}

TEST_F(DiffTest, WhatOneEndCouldNotReadIsNoDifference) {
  const Snapshot a = write({.count = 3, .unreadable = {"/app/dev/0003", "/app/dev/x"}});
  const Snapshot b = write({.count = 4, .accepted = {"/app/dev/y"}});
  EXPECT_THAT(told(a, b), ElementsAre("? /app/dev/0003 from", "? /app/dev/x from",
                                      "? /app/dev/y to", "3 same, 0 rewritten, 0 outside"));
  const Snapshot c = write({.count = 2, .unreadable = {"/app/dev/0003"}});
  EXPECT_THAT(told(a, c),
              ElementsAre("- /app/dev/0002", "? /app/dev/0003 from", "? /app/dev/0003 to",
                          "? /app/dev/x from", "2 same, 0 rewritten, 0 outside"));
}

TEST_F(DiffTest, WhatTheOtherEndWasNotMeantToHoldIsLeftOut) {
  std::vector<Parameter> some{plain_parameter("/app/dev/0001", "other"),
                              plain_parameter("/app/dev/0009", "v")};
  const Snapshot whole = write({.count = 5});
  const Snapshot part = write({.parameters = some, .selection = {"/app/dev/0001", "*9"}});
  EXPECT_THAT(told(whole, part), ElementsAre("~ /app/dev/0001 Value", "+ /app/dev/0009",
                                             "0 same, 0 rewritten, 4 outside"));
}

TEST_F(DiffTest, AnIncompleteListingIsTold) {
  const Snapshot a = write({.completeness = snapshot::Completeness::incomplete});
  const auto made = compare(a, write({}));
  ASSERT_TRUE(made);
  EXPECT_THAT(made->differences, IsEmpty());
  EXPECT_EQ(made->incomplete_because[0], "it is incomplete");
  EXPECT_EQ(made->incomplete_because[1], "");
}

TEST_F(DiffTest, NothingIsToldOfADamagedSnapshot) {
  const Snapshot a = write({.count = 3});
  const Snapshot b = write({.count = 3});
  std::string& text = bytes(b.entry().document);
  text.replace(text.find("value 1"), 7, "valuE 1");
  for (const bool first : {true, false}) {
    const auto made = first ? compare(b, a) : compare(a, b);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(made.error().what, HasSubstr("not the one that its manifest describes"));
  }
  bytes(manifest_key(b.entry().id)) = "{}";
  const auto broken = compare(a, open(b.entry().document));
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(broken.error().what, HasSubstr("is broken"));
}

TEST_F(DiffTest, OldDocumentsAreCompared) {
  const char* key = "2025-09-04/us-west-2/ssm-backup-dev-us-west-2-20250904_014349.json";
  repository_.objects[key] = {
      R"({"backup_date":"2025-09-04","backup_timestamp":"20250904_014349","environment":"dev",)"
      R"("parameter_count":2,"parameters":[{"Name":"/app/dev/0000","Type":"String",)"
      R"("Value":"value 0","Version":1,"DataType":"text"},{"Name":"/app/devices/x","Type":)"
      R"("String","Value":"v","Version":1,"DataType":"text"}]})",
      kNow};
  const auto lines = told(open(ObjectKey(key)), write({.count = 2}));
  // The old format says nothing of tiers: that they were empty it does not say, either.
  EXPECT_THAT(lines, ElementsAre("+ /app/dev/0001", "1 same, 1 rewritten, 1 outside"));
  Parameter tagged = plain_parameter("/app/dev/0000", "another");
  tagged.tags = {{.key = "Owner", .value = "x"}};
  const auto diff = compare(write({.parameters = {tagged}}), open(ObjectKey(key)));
  EXPECT_THAT(lines_of(*diff),
              ElementsAre("~ /app/dev/0000 Value", "0 same, 0 rewritten, 1 outside"));
  EXPECT_EQ(diff->unread_fields[field_at("Tags")], 0U);
}

TEST_F(DiffTest, LiveIsReadWithTheSnapshotsScope) {
  boost::json::array seeded;
  for (const char* name : {"/app/dev/a", "/app/dev/b", "/app/prod/c"})
    seeded.push_back({{"Name", name}, {"Value", "v"}});
  sandbox_.seed("us-west-2", std::move(seeded));
  const auto parameter = [](const char* name, const char* value) {
    Parameter made = plain_parameter(name, value);
    made.version = 5;
    return made;
  };
  const Snapshot snapshot =
      write({.parameters = {parameter("/app/dev/a", "v"), parameter("/app/dev/gone", "v")}});
  EXPECT_THAT(told(snapshot, live()),
              ElementsAre("+ /app/dev/b", "- /app/dev/gone", "1 same, 1 rewritten, 0 outside"));
  EXPECT_THAT(told(live(), snapshot),
              ElementsAre("- /app/dev/b", "+ /app/dev/gone", "1 same, 1 rewritten, 0 outside"));
  const Snapshot one = write(
      {.parameters = {parameter("/app/dev/a", "w")}, .selection = {"/app/dev/a", "/app/prod/*"}});
  EXPECT_THAT(told(one, live()),
              ElementsAre("~ /app/dev/a Value", "+ /app/prod/c", "0 same, 0 rewritten, 0 outside"));
}

TEST_F(DiffTest, WhatLiveHidesIsNoDifference) {
  boost::json::array seeded;
  for (const char* name : {"/app/dev/0000", "/app/dev/0001"})
    seeded.push_back({{"Name", name}, {"Value", "x"}, {"Type", "SecureString"}});
  sandbox_.seed("us-west-2", std::move(seeded));
  sandbox_.world.keys().deny_decrypt(Region("us-west-2"), "/app/dev/0001");
  const auto made = compare(write({.count = 2}), live());
  ASSERT_TRUE(made) << made.error().what;
  ASSERT_EQ(made->not_compared.size(), 1U);
  EXPECT_EQ(made->not_compared[0].side, DiffSide::to);
  EXPECT_THAT(to_line(made->not_compared[0].error.of(made->not_compared[0].name)),
              HasSubstr("AccessDenied"));
  EXPECT_EQ(made->differences.size(), 1U);
}

TEST_F(DiffTest, TagsThatLiveHidesAreCountedAndNotCompared) {
  sandbox_.seed("us-west-2", {{{"Name", "/app/dev/0000"}, {"Value", "value 0"}}});
  sandbox_.transport.set_hook(
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        const bool tags =
            target_of(request) == "GetResources" || target_of(request) == "ListTagsForResource";
        if (!tags) return std::nullopt;
        aws::HttpResponse response;
        response.status = 400;
        response.body = SecretBytes(R"({"__type":"AccessDeniedException","message":"no"})");
        return response;
      });
  Parameter tagged = plain_parameter("/app/dev/0000", "value 0");
  tagged.tags = {{.key = "Owner", .value = "x"}};
  const auto made = compare(write({.parameters = {tagged}}), live());
  ASSERT_TRUE(made) << made.error().what;
  EXPECT_THAT(made->differences, IsEmpty());
  EXPECT_EQ(made->unread_fields[field_at("Tags")], 1U);
}

TEST_F(DiffTest, LiveIsNotComparedWithItself) {
  const auto made = compare(live(), live());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace ssmb::engine
