#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/infra/plan.h"
#include "engine/metadata.h"

namespace ssmb::engine {
namespace {

constexpr const char* kStack = R"(config:
  aws:region: ap-northeast-1
  jenkins-ssm-backup-s3:projectName: jenkins-infra
  jenkins-ssm-backup-s3:environment: dev
  jenkins-ssm-backup-s3:regions: [ap-northeast-1, us-west-2, ap-northeast-1]
  jenkins-ssm-backup-s3:defaultRegion: us-west-2
)";

std::string without(std::string text, std::string_view line) {
  const auto at = text.find(line);
  const auto end = text.find('\n', at);
  return text.erase(at, end - at);
}

TEST(StackFile, IsReadWithItsDefaults) {
  const auto stack = parse_stack(kStack);
  ASSERT_TRUE(stack) << stack.error().what;
  EXPECT_EQ(stack->project, "jenkins-infra");
  EXPECT_EQ(stack->env, Environment("dev"));
  EXPECT_EQ(stack->regions, (std::vector{Region("ap-northeast-1"), Region("us-west-2")}));
  EXPECT_EQ(stack->home_region, Region("us-west-2"));
  EXPECT_EQ(bucket_name(*stack, AccountId("123456789012"), Region("us-west-2")).str(),
            "jenkins-infra-ssm-backup-dev-123456789012-us-west-2");
}

TEST(StackFile, ForgivesSpaces) {
  const std::string text = without(kStack, "  jenkins-ssm-backup-s3:defaultRegion");
  const auto stack = parse_stack(text + "  jenkins-ssm-backup-s3:defaultRegion: ' us-west-2 '\n");
  ASSERT_TRUE(stack) << stack.error().what;
  EXPECT_EQ(stack->default_region, Region("us-west-2"));
}

TEST(StackFile, SaysWhichKeyIsWrong) {
  const std::string text = kStack;
  struct Row {
    const char* name;
    std::string yaml;
    const char* says;
  };
  const Row rows[] = {
      {"not YAML", "a: [b", "not YAML"},
      {"no config", "a: b", "no map 'config'"},
      {"a list", "- a", "no map 'config'"},
      {"no project", without(text, "  jenkins-ssm-backup-s3:projectName"),
       "projectName is missing"},
      {"no regions", without(text, "  jenkins-ssm-backup-s3:regions"), "regions must be a list"},
      {"no environment's name",
       without(text, "  jenkins-ssm-backup-s3:environment") +
           "  jenkins-ssm-backup-s3:environment: a/b\n",
       "environment is 'a/b', which cannot name an environment"},
      {"no bucket's name",
       without(text, "  jenkins-ssm-backup-s3:projectName") +
           "  jenkins-ssm-backup-s3:projectName: Jenkins_Infra\n",
       "projectName is 'Jenkins_Infra': no bucket can be called "
       "Jenkins_Infra-ssm-backup-dev-<account>-ap-northeast-1 (lower-case"},
      {"no Region's name",
       without(text, "  jenkins-ssm-backup-s3:regions") +
           "  jenkins-ssm-backup-s3:regions: [us-west-2, usw2]\n",
       "regions holds 'usw2', which is not the name of a Region"},
      {"a home Region that is a list",
       text + "  jenkins-ssm-backup-s3:ssmHomeRegion: [us-west-2]\n",
       "ssmHomeRegion must be a text"},
      {"foreign default",
       without(text, "  jenkins-ssm-backup-s3:defaultRegion") +
           "  jenkins-ssm-backup-s3:defaultRegion: eu-west-1\n",
       "eu-west-1"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto stack = parse_stack(row.yaml);
    ASSERT_FALSE(stack);
    EXPECT_EQ(stack.error().kind, ErrorKind::configuration);
    EXPECT_THAT(stack.error().what, ::testing::HasSubstr(row.says));
  }
}

// What a service that keeps every document as it was put would show.
Observed after_apply(const Stack& stack) {
  Observed observed;
  observed.account = AccountId("123456789012");
  for (const Region& region : stack.regions) {
    const BucketFacts bucket{
        .name = bucket_name(stack, observed.account, region), .region = region, .env = stack.env};
    auto& seen = observed.buckets[region];
    seen.presence = ObservedBucket::Presence::ours;
    for (const auto document : managed_documents())
      seen.documents[document] = desired_document(bucket, document);
  }
  for (const auto& parameter : desired_parameters(stack, observed.account))
    observed.parameters[parameter.name] = {.value = parameter.value, .tags = parameter.tags};
  return observed;
}

TEST(InfraPlan, CreatesAllThenNothing) {
  const Stack stack = *parse_stack(kStack);
  const auto steps = plan_apply(stack, {.account = AccountId("123456789012")});
  EXPECT_EQ(steps.size(), 2U * (1 + managed_documents().size()) + 5);
  EXPECT_EQ(describe(steps[0]),
            "create bucket jenkins-infra-ssm-backup-dev-123456789012-ap-northeast-1 in "
            "ap-northeast-1");
  EXPECT_THAT(describe(steps[1]), ::testing::HasSubstr("put publicAccessBlock of bucket"));
  EXPECT_TRUE(plan_apply(stack, after_apply(stack)).empty());
}

TEST(InfraPlan, MetadataParametersAreThoseOfThePipelineBefore) {
  const auto parameters = desired_parameters(*parse_stack(kStack), AccountId("123456789012"));
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

TEST(InfraPlan, SeesEachDifferenceAlone) {
  const Stack stack = *parse_stack(kStack);
  const Region region("us-west-2");
  for (const auto document : managed_documents()) {
    SCOPED_TRACE(aws::s3::sub_resource(document));
    Observed observed = after_apply(stack);
    observed.buckets[region].documents[document] = std::nullopt;
    const auto steps = plan_apply(stack, observed);
    ASSERT_EQ(steps.size(), 1U);
    EXPECT_EQ(steps[0].action, Step::Action::put_document);
    EXPECT_EQ(steps[0].document, document);
    EXPECT_EQ(steps[0].region, region);
  }
  Observed observed = after_apply(stack);
  observed.parameters[region_list_name(stack.env)].value = "[]";
  observed.parameters[default_region_name(stack.env)].tags.clear();
  const auto steps = plan_apply(stack, observed);
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].action, Step::Action::update_parameter);
  EXPECT_EQ(steps[1].action, Step::Action::tag_parameter);
}

TEST(InfraPlan, DestroyKeepsABucketThatHoldsObjects) {
  const Stack stack = *parse_stack(kStack);
  Observed observed = after_apply(stack);
  observed.buckets[Region("us-west-2")].content = ObservedBucket::Content::objects;
  const auto steps = plan_destroy(stack, observed);
  ASSERT_EQ(steps.size(), 7U);
  EXPECT_EQ(steps[0].action, Step::Action::delete_parameter);
  EXPECT_EQ(steps[5].action, Step::Action::delete_bucket);
  EXPECT_EQ(steps[6].action, Step::Action::keep_bucket);
  EXPECT_TRUE(plan_destroy(stack, {.account = observed.account}).empty());
}

}  // namespace
}  // namespace ssmb::engine
