#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/infra/plan.h"
#include "engine/metadata.h"

namespace ssmb::engine {
namespace {

using Action = Change::Action;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kStack = R"(config:
  jenkins-ssm-backup-s3:projectName: jenkins-infra
  jenkins-ssm-backup-s3:environment: dev
  jenkins-ssm-backup-s3:regions: [ap-northeast-1, us-west-2]
  jenkins-ssm-backup-s3:defaultRegion: us-west-2
)";
const AccountId kAccount("123456789012");

Stack stack() { return *parse_stack(kStack); }

// What a service that keeps everything as it was put would show.
Observed after_apply(const Stack& stack) {
  Observed observed{.account = kAccount};
  for (const BucketSpec& spec : bucket_specs(stack, kAccount)) {
    auto& seen = observed.buckets[spec.name];
    seen.presence = ObservedBucket::Presence::there;
    for (const auto document : managed_documents())
      seen.documents[document] = desired_document(spec, document);
  }
  for (const auto& parameter : desired_parameters(stack, kAccount))
    observed.parameters[parameter.name] = {.type = "String",
                                           .value = parameter.value,
                                           .description = parameter.description,
                                           .tags = parameter.tags};
  return observed;
}

std::vector<std::string> described(const Plan& plan) {
  std::vector<std::string> out;
  for (const Step& step : steps_of(plan)) out.push_back(describe(step));
  return out;
}

TEST(InfraPlan, CreatesAllThenNothing) {
  const auto steps = steps_of(plan_apply(stack(), {.account = kAccount}, Adopt::no));
  // A bucket and seven documents for each Region, and five parameters.
  EXPECT_EQ(steps.size(), 2U * 8 + 5);
  EXPECT_EQ(describe(steps[0]),
            "create bucket jenkins-infra-ssm-backup-dev-123456789012-ap-northeast-1 in "
            "ap-northeast-1");
  EXPECT_THAT(describe(steps[1]), HasSubstr("put publicAccessBlock of bucket"));
  EXPECT_EQ(changes_in(plan_apply(stack(), after_apply(stack()), Adopt::no)), 0U);
}

TEST(InfraPlan, MetadataParametersAreThoseOfThePipelineBefore) {
  const auto parameters = desired_parameters(stack(), kAccount);
  std::map<std::string, std::string> values;
  for (const auto& parameter : parameters) values[parameter.name.str()] = parameter.value;
  const std::string bucket = "jenkins-infra-ssm-backup-dev-123456789012-";
  EXPECT_EQ(values,
            (std::map<std::string, std::string>{
                {"/jenkins/dev/backup/region-list", R"(["ap-northeast-1","us-west-2"])"},
                {"/jenkins/dev/backup/default-region", "us-west-2"},
                {"/jenkins/dev/backup/s3-bucket-name", bucket + "us-west-2"},
                {"/jenkins/dev/backup/us-west-2/s3-bucket-name", bucket + "us-west-2"},
                {"/jenkins/dev/backup/ap-northeast-1/s3-bucket-name", bucket + "ap-northeast-1"}}));
  EXPECT_EQ(parameters.back().tags.back(), (Tag{"Region", "legacy"}));
}

TEST(InfraPlan, MendsEachDocumentAlone) {
  for (const auto document : managed_documents()) {
    const BucketSpec spec = bucket_specs(stack(), kAccount)[1];
    if (!desired_document(spec, document)) continue;
    Observed observed = after_apply(stack());
    observed.buckets[spec.name].documents[document] = std::nullopt;
    EXPECT_THAT(described(plan_apply(stack(), observed, Adopt::no)),
                ElementsAre(fmt::format("put {} of bucket {}", aws::s3::sub_resource(document),
                                        spec.name)));
  }
}

TEST(InfraPlan, MendsEachFieldOfAParameter) {
  struct Row {
    const char* name;
    std::function<void(ObservedParameter&)> drift;
    std::vector<std::string> steps;
  };
  const ParameterName legacy = legacy_bucket_parameter_name(Environment("dev"));
  const std::string at = fmt::format("parameter {} in us-west-2", legacy);
  const Row rows[] = {
      {"value", [](auto& it) { it.value = "x"; }, {"update " + at}},
      {"description", [](auto& it) { it.description = ""; }, {"update " + at}},
      {"type", [](auto& it) { it.type = "SecureString"; }, {"delete " + at, "create " + at}},
      {"a tag's value", [](auto& it) { it.tags[0].value = "x"; }, {"tag " + at}},
      {"a tag", [](auto& it) { it.tags.pop_back(); }, {"tag " + at}},
      {"value and tags",
       [](auto& it) {
         it.value = "x";
         it.tags.clear();
       },
       {"update " + at, "tag " + at}},
      {"a tag of others", [](auto& it) { it.tags.push_back({"Team", "a"}); }, {}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Observed observed = after_apply(stack());
    row.drift(observed.parameters.at(legacy));
    EXPECT_EQ(described(plan_apply(stack(), observed, Adopt::no)), row.steps);
  }
}

// What a Pulumi stack made: nobody's but its own, until it is adopted.
TEST(InfraPlan, WhatAnotherManagesIsTheirsUntilAdopted) {
  Observed observed = after_apply(stack());
  const BucketSpec spec = bucket_specs(stack(), kAccount)[0];
  auto& tagging = observed.buckets[spec.name].documents[aws::s3::BucketDocument::tagging];
  tagging->replace(tagging->find("ssm-backup</Value><"), 10, "Pulumi");
  EXPECT_EQ(changes_in(plan_apply(stack(), observed, Adopt::no)), 0U);

  const Plan adopting = plan_apply(stack(), observed, Adopt::yes);
  EXPECT_THAT(described(adopting), ElementsAre("put tagging of bucket " + spec.name.str()));
  EXPECT_EQ(foreign_in(adopting).size(), 1U);

  observed.buckets[spec.name].documents[aws::s3::BucketDocument::versioning] = std::nullopt;
  const Plan drifted = plan_apply(stack(), observed, Adopt::no);
  ASSERT_EQ(foreign_in(drifted).size(), 1U);
  EXPECT_EQ(foreign_in(drifted)[0]->managed_by, "Pulumi");
  EXPECT_EQ(foreign_in(drifted)[0]->kind, "versioning");
}

TEST(InfraPlan, ARegionThatLeftLosesItsParameterAndKeepsItsBucket) {
  const Observed observed = after_apply(stack());
  Stack fewer = stack();
  fewer.regions = {Region("us-west-2")};
  const Plan plan = plan_apply(fewer, observed, Adopt::no);
  EXPECT_THAT(described(plan),
              ElementsAre("update parameter /jenkins/dev/backup/region-list in us-west-2",
                          "delete parameter "
                          "/jenkins/dev/backup/ap-northeast-1/s3-bucket-name in us-west-2"));
  EXPECT_EQ(plan.back().action, Action::keep);
  EXPECT_EQ(plan.back().name, "jenkins-infra-ssm-backup-dev-123456789012-ap-northeast-1");
}

TEST(InfraPlan, DestroyKeepsABucketThatHoldsBackups) {
  Observed observed = after_apply(stack());
  const auto specs = bucket_specs(stack(), kAccount);
  observed.buckets[specs[1].name].versions = 3;
  const Plan plan = plan_destroy(stack(), observed, {});
  ASSERT_EQ(plan.size(), 7U);
  EXPECT_EQ(plan[0].action, Action::remove);
  EXPECT_EQ(plan[5].action, Action::remove);
  EXPECT_EQ(plan[6].action, Action::keep);
  EXPECT_TRUE(plan_destroy(stack(), {.account = kAccount}, {}).empty());

  const Plan all = plan_destroy(stack(), observed, {.backups = DestroyOptions::Backups::remove});
  EXPECT_EQ(described(all).back(), fmt::format("delete bucket {} in us-west-2", specs[1].name));
  EXPECT_EQ(described(all).end()[-2],
            fmt::format("delete all objects of bucket {} in us-west-2", specs[1].name));
}

TEST(InfraPlan, DestroyOfARegionThatLeftTouchesNothingElse) {
  Stack fewer = stack();
  fewer.regions = {Region("us-west-2")};
  const Plan plan = plan_destroy(fewer, after_apply(stack()), {.only = {Region("ap-northeast-1")}});
  EXPECT_THAT(described(plan),
              ElementsAre("delete parameter /jenkins/dev/backup/ap-northeast-1/s3-bucket-name in "
                          "us-west-2",
                          "delete bucket "
                          "jenkins-infra-ssm-backup-dev-123456789012-ap-northeast-1 in "
                          "ap-northeast-1"));
}

}  // namespace
}  // namespace ssmb::engine
