#include "engine/restore/put.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/restore/policies.h"
#include "tests/engine/restore/plan_helpers.h"

namespace ssmb::engine::restore {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace testing;
using namespace std::chrono_literals;

TEST(Put, CreatesWithTagsAndOnlyWithWhatThereIs) {
  Parameter parameter = plain_parameter("/app/dev/x");
  parameter.tags = {{"aws:x", "y"}, {"Owner", "me"}};
  const auto put = make_put(parameter, PutMode::create);
  EXPECT_EQ(put.mode, PutMode::create);
  EXPECT_THAT(put.tags, ElementsAre(Tag{"Owner", "me"}));
  EXPECT_EQ(put.type, "String");
  EXPECT_EQ(put.tier, "Standard");
  EXPECT_EQ(put.data_type, "text");
  EXPECT_EQ(put.description, std::nullopt);
  EXPECT_EQ(put.allowed_pattern, std::nullopt);
  EXPECT_EQ(put.policies, std::nullopt);
  EXPECT_EQ(put.key_id, std::nullopt);
}

TEST(Put, OverwritesEveryField) {
  const Parameter full = full_parameter();
  Parameter plain = plain_parameter(full.name.str());
  plain.type = "SecureString";
  const auto cleared = make_put(plain, PutMode::overwrite, &full);
  EXPECT_EQ(cleared.mode, PutMode::overwrite);
  EXPECT_EQ(cleared.description, "");
  EXPECT_EQ(cleared.allowed_pattern, "");
  EXPECT_EQ(cleared.policies, "[{}]");
  EXPECT_EQ(cleared.tier, "Advanced");  // there is no way back
  EXPECT_THAT(cleared.tags, IsEmpty());

  const auto filled = make_put(full, PutMode::overwrite, &plain);
  EXPECT_EQ(filled.description, full.description);
  EXPECT_EQ(filled.allowed_pattern, full.allowed_pattern);
  EXPECT_EQ(filled.policies, R"([{"Type":"Expiration","Version":"1.0"}])");
  EXPECT_EQ(filled.key_id, "alias/app");
  EXPECT_EQ(filled.tier, "Advanced");
  EXPECT_EQ(filled.value, full.value);
  EXPECT_THAT(filled.tags, IsEmpty());
  EXPECT_EQ(make_put(plain, PutMode::overwrite, &plain).policies, std::nullopt);
}

TEST(Put, SendsAKeyOnlyOfASecureString) {
  Parameter parameter = plain_parameter("/app/dev/x");
  parameter.key_id = KmsKeyId("alias/app");
  EXPECT_EQ(make_put(parameter, PutMode::create).key_id, std::nullopt);
  parameter.type = "SecureString";
  EXPECT_EQ(make_put(parameter, PutMode::create).key_id, "alias/app");
}

TEST(Put, AsksForAdvancedWhereAnOldRecordIsTooLarge) {
  Parameter old = plain_parameter("/app/dev/x", std::string(4097, 'x'));
  old.tier.clear();
  EXPECT_EQ(make_put(old, PutMode::create).tier, "Advanced");
  old.value = SecretText("x");
  EXPECT_EQ(make_put(old, PutMode::create).tier, "");
}

TEST(Put, TakesEachVersionWithItsOwnFields) {
  const Parameter full = full_parameter();
  ASSERT_EQ(version_count(full), 2U);
  const Parameter older = at_version(full, 0);
  EXPECT_EQ(older.value.reveal(), "old");
  EXPECT_EQ(older.description, "first");
  EXPECT_EQ(older.key_id.view(), "alias/aws/ssm");
  EXPECT_EQ(older.labels, std::vector<std::string>{"was-prod"});
  EXPECT_EQ(older.tags, full.tags);
  EXPECT_FALSE(older.history);
  Parameter current = at_version(full, 1);
  EXPECT_FALSE(current.history);
  current.history = full.history;
  EXPECT_TRUE(equal(current, full));
}

TEST(Policies, AreTheirTextsInOneArray) {
  EXPECT_EQ(policies_text({}), "[]");
  EXPECT_EQ(policies_text({{.text = "{\"a\":1}", .type = "A", .status = "Pending"},
                           {.text = "{}", .type = "B", .status = "Finished"}}),
            "[{\"a\":1},{}]");
}

TEST(Policies, FireSoonestFirst) {
  const auto at = [](Duration from_now) { return expiration(to_iso8601(kNow + from_now)); };
  const struct {
    const char* name;
    std::vector<Policy> policies;
    std::optional<Duration> fires;
  } rows[] = {
      {"none", {}, std::nullopt},
      {"expiration", {at(50h)}, 50h},
      {"its notice", {at(50h), delayed("ExpirationNotification", "Before", 20, "Hours")}, 30h},
      {"its notice, at once",
       {at(50h), delayed("ExpirationNotification", "Before", 3, "Days")},
       0h},
      {"no change", {delayed("NoChangeNotification", "After", 2, "Days")}, 48h},
      {"the first of all", {at(50h), delayed("NoChangeNotification", "After", 7, "Hours")}, 7h},
      {"not readable", {{.text = "{", .type = "Expiration", .status = ""}}, std::nullopt},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto fires = first_firing(row.policies, kNow);
    ASSERT_EQ(fires.has_value(), row.fires.has_value());
    if (fires) {
      EXPECT_EQ(*fires - kNow, *row.fires);
    }
  }
}

}  // namespace
}  // namespace ssmb::engine::restore
