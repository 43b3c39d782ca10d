// doctor through the command line: permissions and keys, each denied in turn.

#include "doctor_world.h"
#include "sandbox/ssm/seed.h"

namespace ssmb::cli {
namespace {

using sandbox::Fault;
using ::testing::Contains;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::Not;
using HttpAnswer = std::optional<Result<aws::HttpResponse>>;
using Words = std::vector<std::string>;

// Each action that each role needs: denied, its line says so, for that role and no other.
TEST(DoctorPermissions, EachIsNamedForWhomItIsLacking) {
  struct Row {
    const char* action;
    const char* operation;  // the sandbox's, where it is another
    const char* needed_by;  // of backup, restore, drill
  };
  const Row rows[] = {
      {"ssm:DescribeParameters", "ssm:DescribeParameters", "backup restore"},
      {"ssm:GetParameters", "ssm:GetParameters", "backup restore"},
      {"ssm:GetParameter", "ssm:GetParameter", "backup restore"},
      {"ssm:GetParameterHistory", "ssm:GetParameterHistory", "backup restore"},
      {"ssm:ListTagsForResource", "ssm:ListTagsForResource", "backup restore"},
      {"ssm:PutParameter", "ssm:PutParameter", "restore"},
      {"ssm:AddTagsToResource", "ssm:AddTagsToResource", "restore"},
      {"ssm:RemoveTagsFromResource", "ssm:RemoveTagsFromResource", "restore"},
      {"ssm:LabelParameterVersion", "ssm:LabelParameterVersion", "restore"},
      {"ssm:UnlabelParameterVersion", "ssm:UnlabelParameterVersion", "restore"},
      {"s3:ListBucket", "s3:ListObjectsV2", "backup restore drill"},
      {"s3:GetObject", "s3:GetObject", "backup restore drill"},
      {"s3:PutObject", "s3:PutObject", "backup"},
      {"s3:AbortMultipartUpload", "s3:AbortMultipartUpload", "backup"},
  };
  for (const Row& row : rows) {
    for (const char* purpose : {"backup", "restore", "drill"}) {
      SCOPED_TRACE(fmt::format("{} for {}", row.action, purpose));
      DoctorWorld world;
      world.deny(row.operation, kWest);
      const bool needed = std::string_view(row.needed_by).contains(purpose);
      const auto findings = examined(world, {"--for", purpose, "--region", kWest}, needed ? 4 : 0);
      Words amiss;
      if (needed) amiss.push_back(fmt::format("us-west-2 permission {}", row.action));
      EXPECT_THAT(subjects_of(findings, "amiss"), ElementsAreArray(amiss));
      if (!needed) continue;
      const Found* found = find(findings, fmt::format("permission {}", row.action));
      EXPECT_THAT(found->detail, HasSubstr(row.action));
      EXPECT_THAT(found->detail, HasSubstr("on "));  // what it was tried on
      EXPECT_THAT(found->next, HasSubstr(fmt::format("allow {}", row.action)));
      EXPECT_THAT(found->next, HasSubstr(fmt::format("iam-policy {} --env dev", purpose)));
    }
  }
}

// `iam-policy` was advised where nothing that a role is allowed would help.
TEST(DoctorPermissions, ADenialOfTheOrganizationNamesWhoCanLiftIt) {
  struct Row {
    const char* because;
    const char* next;
    bool role_helps;
  };
  const char* const administrator = "ask the organization's administrator to";
  const Row rows[] = {
      {"with an explicit deny in a service control policy", administrator, false},
      {"with an explicit deny in a resource control policy", administrator, false},
      {"because no service control policy allows the action", administrator, false},
      {"with an explicit deny in an identity-based policy", "it must go there", false},
      {"because no permissions boundary allows the action", "in the permissions boundary", true},
      {"because no identity-based policy allows the action", "in the identity-based policy", true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.because);
    DoctorWorld world;
    world.deny("ssm:GetParameterHistory", kWest, row.because);
    const auto findings = examined(world, {"--region", kWest}, 4);
    const Found* found = find(findings, "permission ssm:GetParameterHistory");
    EXPECT_THAT(found->next, HasSubstr(row.next));
    EXPECT_THAT(found->next, HasSubstr("ssm:GetParameterHistory"));
    EXPECT_EQ(found->next.contains("iam-policy"), row.role_helps) << found->next;
  }
}

TEST(DoctorPermissions, WhatTheWorkCanSpareIsTold) {
  struct Row {
    const char* action;
    const char* purpose;
    const char* words;
  };
  const Row rows[] = {
      {"tag:GetResources", "backup", "tags are read one by one"},
      {"ssm:GetServiceSetting", "backup", "that is not seen"},
      {"ssm:GetResourcePolicies", "backup", "to whom parameters are shared is not kept"},
      {"ssm:DeleteParameters", "restore", "only restore --delete-extra needs it"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.action);
    DoctorWorld world;
    world.deny(row.action, kWest);
    const auto findings = examined(world, {"--for", row.purpose, "--region", kWest}, 0);
    const Found* found = find(findings, fmt::format("permission {}", row.action));
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->state, "info");
    EXPECT_THAT(found->detail, HasSubstr(row.words));
    EXPECT_THAT(found->next, HasSubstr("allow "));
  }
}

TEST(DoctorPermissions, WhatCannotBeTriedIsUnknown) {
  DoctorWorld world;
  auto findings = examined(world, {"--for", "all", "--region", kWest}, 0);
  EXPECT_THAT(subjects_of(findings, "unknown"),
              ElementsAreArray({"permission kms:Encrypt, kms:GenerateDataKey"}));
  findings = examined(world, {"--for", "drill", "--region", kWest}, 0);
  EXPECT_THAT(subjects_of(findings, "unknown"), ElementsAreArray({"permission to drill --aws"}));
}

// An empty Region has nothing to try on but names that nobody has.
TEST(DoctorPermissions, AreTriedInAnEmptyRegion) {
  SandboxCli cli;
  ASSERT_EQ(cli.run({"infra", "apply"}), 0);
  ASSERT_EQ(cli.run({"doctor", "--for", "all", "--region", kWest, "--output", "json"}), 4);
  const auto findings = findings_in(cli.world.out.str());
  EXPECT_THAT(subjects_of(findings, "amiss"), ElementsAreArray({"us-west-2 newest snapshot"}));
  EXPECT_THAT(subjects_of(findings, "unknown"), Contains("us-west-2 permission ssm:PutParameter"));
  EXPECT_THAT(subjects_of(findings, "ok"),
              Contains("us-west-2 permission ssm:GetParameterHistory"));
}

// Where the scope is one name and no String parameter was found, the tries were made on that very
// name: it was tagged, labelled and deleted.
TEST(DoctorPermissions, AreNeverTriedOnARealName) {
  for (const char* include : {R"(["/app/dev/password"])", R"(["/app/dev/p?ssword"])"}) {
    SandboxCli cli;
    ASSERT_EQ(cli.run({"infra", "apply"}), 0);
    cli.sandbox.seed("ap-northeast-1",
                     {{{"Name", "/jenkins/dev/backup/include"}, {"Value", include}}});
    cli.sandbox.seed(kWest, {{{"Name", "/app/dev/password"},
                              {"Value", "secret"},
                              {"Type", "SecureString"},
                              {"Tags", {{{"Key", "Owner"}, {"Value", "team"}}}}}});
    const auto all = [&cli] {
      return boost::json::serialize(
          sandbox::ssm::dump(cli.sandbox.world.ssm(kAccount, Region(kWest))));
    };
    const std::string before = all();
    EXPECT_THAT(before, HasSubstr("password"));
    cli.run({"doctor", "--for", "all", "--region", kWest});
    EXPECT_EQ(all(), before);
  }
}

TEST(DoctorPermissions, AServiceThatIsSilentIsAskedOnce) {
  DoctorWorld world;
  world.fault({.fault = Fault::silent, .operation = "ssm:*", .region = kWest});
  const auto findings = examined(world, {"--for", "all", "--region", kWest}, 4);
  EXPECT_THAT(subjects_of(findings, "amiss"),
              ElementsAreArray({"us-west-2 permission ssm:DescribeParameters"}));
  EXPECT_THAT(subjects_of(findings, "ok"), Contains("us-west-2 newest snapshot"));
}

// "nothing is amiss: 16 ok, 7 unknown", and exit 0, while all of SSM failed in a Region.
TEST(DoctorPermissions, AServiceThatFailsIsAmiss) {
  struct Row {
    const char* name;
    Fault fault;
    const char* operation;
    Words amiss;
    Words unknown;
    const char* detail;
    const char* next;
  };
  const std::string listing = "us-west-2 permission ssm:DescribeParameters";
  const std::string settings = "us-west-2 permission ssm:GetServiceSetting";
  const Row rows[] = {
      {"all of it with 503",
       Fault::error_503,
       "ssm:*",
       {listing, settings},
       {},
       "503",
       "AWS's health page"},
      // A stand-in that does not know the operation answers no better.
      {"a page in place of all of it",
       Fault::html,
       "ssm:*",
       {listing, "us-west-2 permission ssm:GetParameters"},
       {settings},
       "502",
       "proxy in the way"},
      {"one operation with 500",
       Fault::error_500,
       "ssm:GetParameterHistory",
       {"us-west-2 permission ssm:GetParameterHistory"},
       {},
       "500",
       "AWS's health page"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    DoctorWorld world;
    world.fault({.fault = row.fault, .operation = row.operation, .region = kWest});
    const auto findings = examined(world, {"--region", kWest}, 4);
    EXPECT_THAT(subjects_of(findings, "amiss"), ElementsAreArray(row.amiss));
    for (const Found& each : findings) {
      if (each.state != "amiss") continue;
      EXPECT_THAT(each.detail, HasSubstr(row.detail));
      EXPECT_THAT(each.next, HasSubstr(row.next));
      EXPECT_THAT(each.next, Not(HasSubstr("iam-policy")));
    }
    EXPECT_THAT(subjects_of(findings, "unknown"), ElementsAreArray(row.unknown));
    EXPECT_THAT(subjects_of(findings, "ok"), Contains("us-west-2 newest snapshot"));
  }
}

// Behind such a store two backups would write over each other's pointers.
TEST(DoctorPermissions, AStoreThatMindsNoConditionIsToldOf) {
  DoctorWorld world;
  world.cli.sandbox.transport.set_hook([](const aws::HttpRequest& request) -> HttpAnswer {
    if (request.method != "PUT" || !request.headers.find("If-Match")) return std::nullopt;
    aws::HttpResponse written{.status = 200, .headers = {}, .body = {}};
    written.headers.set("ETag", "\"1\"");
    return written;
  });
  const auto findings = examined(world, {"--region", kWest}, 4);
  const Found* found = find(findings, "permission s3:PutObject");
  EXPECT_THAT(found->detail, HasSubstr("under a condition that cannot hold"));
  EXPECT_THAT(found->next, HasSubstr("minds no If-Match"));
}

TEST(DoctorKeys, OneThatIsRefusedIsNamed) {
  DoctorWorld world;
  world.cli.sandbox.seed(kWest, {{{"Name", "/app/dev/k"},
                                  {"Value", "secret-k"},
                                  {"Type", "SecureString"},
                                  {"KeyId", "alias/app"}},
                                 {{"Name", "/other/k"},
                                  {"Value", "secret-k"},
                                  {"Type", "SecureString"},
                                  {"KeyId", "alias/not-ours"}}});
  auto findings = examined(world, {"--region", kWest}, 0);
  EXPECT_EQ(find(findings, "key alias/app")->detail, "decrypts, for 1 SecureString");
  EXPECT_EQ(find(findings, "key alias/not-ours"), nullptr);

  world.cli.sandbox.world.keys().deny_decrypt(Region(kWest), "alias/app");
  world.cli.sandbox.world.keys().deny_decrypt(Region(kWest), "alias/not-ours");
  findings = examined(world, {"--region", kWest}, 4);
  EXPECT_THAT(subjects_of(findings, "amiss"), ElementsAreArray({"us-west-2 key alias/app"}));
  const Found* found = find(findings, "key alias/app");
  EXPECT_THAT(found->detail, HasSubstr("cannot decrypt 1 SecureString, /app/dev/k among them"));
  EXPECT_THAT(found->next, HasSubstr("allow kms:Decrypt on the key"));
  EXPECT_THAT(found->next, HasSubstr("(the key: alias/app)"));
  EXPECT_EQ(find(findings, "key alias/aws/ssm")->state, "ok");
}

}  // namespace
}  // namespace ssmb::cli
