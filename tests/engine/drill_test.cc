// What a drill proves, and what it finds: each row is one parameter that would not come back.
#include "engine/drill.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "runtime/virtual_runtime.h"
#include "tests/support/memory_repository.h"
#include "tests/support/snapshots.h"

namespace ssmb::engine {
namespace {

using std::chrono::hours;
using ::testing::HasSubstr;

const rules::Place kPlace{.region = Region("us-west-2"), .account = AccountId("123456789012")};

struct DrillTest : ::testing::Test {
  snapshot::Snapshot write(testing::SnapshotOptions options) {
    options.start = runtime.now();
    const auto written = *runtime.run(write_snapshot(repository, std::move(options)));
    EXPECT_TRUE(written);
    key = written->manifest.document.key;
    return **runtime.run(snapshot::Snapshot::open(repository, key, {}));
  }
  Result<Drilled> drill_at_once(snapshot::Snapshot snapshot) {
    return *runtime.run(drill(runtime, repository, std::move(snapshot),
                              {.env = Environment("dev"),
                               .place = kPlace,
                               .rates = {{"PutParameter", {.rate = 3, .burst = 20}}}},
                              {}));
  }
  Result<Drilled> drill_of(testing::SnapshotOptions options) {
    auto snapshot = write(std::move(options));
    (void)runtime.run(runtime.sleep(hours{3}, {}));
    return drill_at_once(std::move(snapshot));
  }

  VirtualRuntime runtime{1};
  testing::MemoryRepository repository{runtime};
  ObjectKey key;  // of the document
};

std::string nested(int levels) {
  std::string name = "/app/dev";
  for (int i = 2; i < levels; ++i) name += "/x";
  return name;
}

TEST_F(DrillTest, ProvesWhatWouldComeBack) {
  using namespace std::chrono_literals;
  Parameter full = testing::full_parameter();
  full.policies = {{.text = R"({"Type":"NoChangeNotification","Version":"1.0",)"
                            R"("Attributes":{"After":"20","Unit":"Days"}})",
                    .type = "NoChangeNotification",
                    .status = "Finished"}};
  full.tags.insert(full.tags.begin(), {.key = "aws:cloudformation:stack-name", .value = "s"});
  const auto found = drill_of({.parameters = {full, testing::plain_parameter("/app/dev/plain"),
                                              testing::plain_parameter(nested(15))}});
  ASSERT_TRUE(found) << to_line(found.error());
  EXPECT_EQ(found->findings.size(), 0U);
  EXPECT_TRUE(found->is_whole());
  EXPECT_EQ(found->parameters, 3U);
  EXPECT_EQ(found->proven, 3U);
  EXPECT_EQ(found->age, Duration{3h});
  EXPECT_EQ(found->estimate.calls.at("PutParameter"), 3U);
  // The older version with its label, the tag of CloudFormation, the share.
  EXPECT_EQ(found->lost.at("tag"), 1U);
  EXPECT_EQ(found->lost.at("share"), 1U);
  EXPECT_EQ(found->lost.at("label"), 1U);
}

// It was "0 ms": all of its puts are within the burst.
TEST_F(DrillTest, ARestoreTakesAtLeastAsLongAsReadingDoes) {
  using namespace std::chrono_literals;
  repository.latency = 80ms;
  const auto few = drill_of({.parameters = {testing::plain_parameter("/app/dev/plain")}});
  ASSERT_TRUE(few) << to_line(few.error());
  EXPECT_GE(few->took, Duration{80ms});
  EXPECT_EQ(few->estimate.duration, few->took);
  EXPECT_EQ(few->estimate.bounded_by, "");
  repository.objects.clear();
  testing::SnapshotOptions many;
  for (int i = 0; i < 50; ++i)
    many.parameters.push_back(testing::plain_parameter(fmt::format("/app/dev/{:02}", i)));
  const auto found = drill_of(std::move(many));
  ASSERT_TRUE(found) << to_line(found.error());
  EXPECT_EQ(found->estimate.duration, Duration{10s}) << "30 puts over the burst, at 3 a second";
  EXPECT_EQ(found->estimate.bounded_by, "PutParameter");
}

struct Row {
  const char* name;
  std::function<void(Parameter&)> make;
  const char* what;
};

TEST_F(DrillTest, FindsEachThatWouldNot) {
  const Row rows[] = {
      {"sixteen levels", [](Parameter& p) { p.name = ParameterName(nested(16)); }, "[M]"},
      {"a value with braces", [](Parameter& p) { p.value = SecretText("{{x}}"); }, "[M]"},
      {"5 KB in Standard", [](Parameter& p) { p.value = SecretText(std::string(5000, 'x')); }, "["},
      {"a pattern that it does not match", [](Parameter& p) { p.allowed_pattern = "^[0-9]+$"; },
       "ParameterPatternMismatch"},
      {"an unknown type", [](Parameter& p) { p.type = "Number"; }, "[M] ParameterType"},
      {"a tag too many",
       [](Parameter& p) {
         for (int i = 0; i < 51; ++i) p.tags.push_back({fmt::format("{:02}", i), "v"});
       },
       "TooManyTags"},
      {"a key without a SecureString", [](Parameter& p) { p.key_id = KmsKeyId("alias/x"); },
       "differs in KeyId"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    repository.objects.clear();
    Parameter bad = testing::plain_parameter("/app/dev/bad");
    row.make(bad);
    const ParameterName name = bad.name;
    const auto found = drill_of({.parameters = {testing::plain_parameter("/app/dev/good"), bad}});
    ASSERT_TRUE(found) << to_line(found.error());
    EXPECT_FALSE(found->is_whole());
    EXPECT_EQ(found->not_proven, 1U);
    EXPECT_EQ(found->proven, 1U);
    ASSERT_EQ(found->findings.size(), 1U);
    EXPECT_EQ(found->findings[0].name, name);
    EXPECT_THAT(found->findings[0].what, HasSubstr(row.what));
  }
}

TEST_F(DrillTest, CountsTheRoomOfStandardParameters) {
  testing::SnapshotOptions options{.count = 10002};
  const auto found = drill_of(std::move(options));
  ASSERT_TRUE(found) << to_line(found.error());
  EXPECT_EQ(found->not_proven, 2U);
  EXPECT_THAT(found->findings.at(0).what, HasSubstr("ParameterLimitExceeded"));
  EXPECT_EQ(found->proven, 10000U);
}

TEST_F(DrillTest, AnIncompleteSnapshotIsNoProof) {
  const auto found = drill_of({.count = 3, .unreadable = {"/app/dev/denied"}});
  ASSERT_TRUE(found) << to_line(found.error());
  EXPECT_EQ(found->unreadable, 1U);
  EXPECT_EQ(found->not_proven, 0U);
  EXPECT_FALSE(found->is_whole());
}

TEST_F(DrillTest, ADamagedDocumentIsAnErrorNoProof) {
  auto snapshot = write({.count = 50});
  std::string& bytes = repository.objects.at(key.str()).bytes;
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  const auto found = drill_at_once(std::move(snapshot));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::corrupt);
}

}  // namespace
}  // namespace ssmb::engine
