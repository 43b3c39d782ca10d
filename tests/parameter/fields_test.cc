#include "parameter/fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/parameters.h"

namespace ssmb {
namespace {

using ::testing::ElementsAre;
using testing::full_parameter;
using ::testing::IsEmpty;

std::string shown(const Parameter& parameter) {
  std::string text;
  for (const ShownField& row : show(parameter, Reveal::yes))
    text.append(row.label).append(": ").append(row.text.reveal()).append("\n");
  return text;
}

// Acceptance: each field perturbed in turn, down to the members of its members; equality, round
// trip and display all notice. The fields come from the table: there is no second list to forget.
TEST(Fields, EveryPerturbationIsNoticedEverywhere) {
  const Parameter original = full_parameter();
  std::size_t perturbations = 0;
  for_each_field([&](const auto& field) {
    for (auto& other : testing::perturbed(original.*(field.member))) {
      SCOPED_TRACE(std::string(field.key) + ", perturbation " + std::to_string(++perturbations));
      Parameter changed = original;
      changed.*(field.member) = std::move(other);

      EXPECT_FALSE(equal(original, changed));
      EXPECT_THAT(differing_fields(original, changed, Comparison::exact), ElementsAre(field.key));
      EXPECT_NE(shown(original), shown(changed));
      EXPECT_NE(encode_record(original), encode_record(changed));

      if (changed.name.empty()) continue;
      const auto back = decode_record(encode_record(changed).view());
      ASSERT_TRUE(back) << back.error().what;
      EXPECT_THAT(differing_fields(back->parameter, changed, Comparison::exact), IsEmpty());
      EXPECT_THAT(back->unknown, IsEmpty());
    }
  });
  EXPECT_GT(perturbations, 40U);
}

TEST(Fields, AssembleTakesEachFieldFromItsSource) {
  const Parameter full = full_parameter();
  Captured captured;
  for_each_field([&](const auto& field) {
    using From = std::remove_const_t<decltype(field.from)>;
    if constexpr (requires { captured.*(field.from); })
      captured.*(field.from) = full.*(field.member);
    else if constexpr (std::is_same_v<From, decltype(&aws::ssm::Metadata::key_id)> ||
                       requires { captured.metadata.*(field.from); })
      captured.metadata.*(field.from) = full.*(field.member);
    else
      captured.value.*(field.from) = full.*(field.member);
  });
  std::ranges::reverse(captured.tags);
  EXPECT_THAT(differing_fields(assemble(captured), full, Comparison::exact), IsEmpty());
}

// After a delete and a create the version is 1 again: the date tells.
TEST(Fields, TwoAnswersAgreeByVersionAndDate) {
  const Parameter full = full_parameter();
  aws::ssm::Metadata metadata{.last_modified_date = full.last_modified_date,
                              .version = full.version};
  aws::ssm::Value value{.version = full.version, .last_modified_date = full.last_modified_date};
  EXPECT_TRUE(agree(metadata, value));
  value.last_modified_date = *full.last_modified_date + std::chrono::seconds{1};
  EXPECT_FALSE(agree(metadata, value));
  metadata = {.last_modified_date = value.last_modified_date, .version = full.version + 1};
  EXPECT_FALSE(agree(metadata, value));
}

TEST(Fields, AfterARestoreOnlyWhatCanBeRestoredCounts) {
  const Parameter original = full_parameter();
  struct {
    const char* name;
    void (*change)(Parameter&);
    std::vector<std::string_view> differ;
  } rows[] = {
      {"version", [](Parameter& p) { p.version = 1; }, {}},
      {"date", [](Parameter& p) { p.last_modified_date.reset(); }, {}},
      {"user", [](Parameter& p) { p.last_modified_user = "me"; }, {}},
      {"account in the ARN", [](Parameter& p) { p.arn = Arn("arn:other"); }, {}},
      {"policy status", [](Parameter& p) { p.policies[0].status = "Finished"; }, {}},
      {"policy text", [](Parameter& p) { p.policies[0].text = "{}"; }, {"Policies"}},
      {"an aws: tag", [](Parameter& p) { p.tags.push_back({"aws:x", "y"}); }, {}},
      {"a tag", [](Parameter& p) { p.tags.pop_back(); }, {"Tags"}},
      {"labels not captured", [](Parameter& p) { p.labels.reset(); }, {}},
      {"labels", [](Parameter& p) { p.labels->clear(); }, {"Labels"}},
      {"history's label", [](Parameter& p) { p.history->front().labels.clear(); }, {"History"}},
      {"older versions' labels, without the versions",
       [](Parameter& p) { p.labelled_versions->clear(); },
       {}},
      {"history's versions", [](Parameter& p) { p.history->front().metadata.version = 9; }, {}},
      {"history's value", [](Parameter& p) { p.history->front().value = {}; }, {"History"}},
      {"value and key",
       [](Parameter& p) {
         p.value = {};
         p.key_id = {};
       },
       {"Value", "KeyId"}},
      {"shares", [](Parameter& p) { p.resource_policies->clear(); }, {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Parameter changed = original;
    row.change(changed);
    EXPECT_EQ(differing_fields(original, changed, Comparison::after_restore), row.differ);
  }
}

TEST(Fields, ShowHidesValuesUnlessTheyAreRevealed) {
  Parameter parameter = full_parameter();
  parameter.value = SecretText("s3cret-now");
  parameter.history->front().value = SecretText("s3cret-then");
  parameter.labels.reset();
  std::string text;
  for (const ShownField& row : show(parameter, Reveal::no))
    text.append(row.label).append(": ").append(row.text.reveal()).append("\n");
  EXPECT_EQ(text.find("s3cret"), std::string::npos) << text;
  EXPECT_NE(text.find("value: hidden\n"), std::string::npos) << text;
  EXPECT_NE(text.find("labels: not captured\n"), std::string::npos) << text;
  EXPECT_NE(text.find("older labels: 1: was-prod\n"), std::string::npos) << text;
  EXPECT_NE(text.find("Owner=チーム\n"), std::string::npos) << text;
  EXPECT_NE(shown(parameter).find("s3cret-then"), std::string::npos);
}

}  // namespace
}  // namespace ssmb
