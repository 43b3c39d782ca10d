// doctor through the command line: a sound world is green, and each thing that is broken in it has
// its line, its next step and exit code 4, while all the others are still told.

#include "doctor_world.h"
#include "tests/support/golden.h"

namespace ssmb::cli {
namespace {

using sandbox::Fault;
using ssmb::testing::expect_golden;
using ssmb::testing::target_of;
using std::chrono::hours;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using HttpAnswer = std::optional<Result<aws::HttpResponse>>;
using Words = std::vector<std::string>;

TEST(Doctor, ASoundWorldIsGreen) {
  DoctorWorld world;
  world.pass(hours{9});
  EXPECT_EQ(world.doctor(), 0) << world.cli.world.err.str();
  expect_golden("tests/golden/doctor.txt", world.cli.world.out.str());
  world.cli.world.environment.columns = 120;
  EXPECT_EQ(world.doctor(), 0);
  for (const std::string_view line : split(world.cli.world.out.str(), '\n'))
    EXPECT_LE(line.size(), 120U) << line;
  for (const char* purpose : {"restore", "drill", "all"})
    EXPECT_EQ(world.doctor({"--for", purpose}), 0) << world.cli.world.out.str();
}

TEST(Doctor, TheSameAsOneDocument) {
  DoctorWorld world;
  ASSERT_EQ(world.doctor({"--output", "json"}), 0);
  const auto document = boost::json::parse(world.cli.world.out.str());
  EXPECT_EQ(document.at("environment"), "dev");
  EXPECT_EQ(document.at("counts").at("amiss"), 0);
  const auto findings = findings_in(world.cli.world.out.str());
  EXPECT_EQ(document.at("counts").at("ok"), subjects_of(findings, "ok").size());
  EXPECT_THAT(subjects_of(findings, "unknown"), IsEmpty());
  EXPECT_THAT(subjects_of(findings, "ok"), Contains("us-west-2 permission s3:PutObject"));
}

// What a bucket holds, versions and unfinished uploads counted.
std::string contents(DoctorWorld& world) {
  std::string text;
  for (const auto& [name, bucket] : world.cli.sandbox.world.s3().buckets) {
    text += fmt::format("{}: {} uploads\n", name, bucket.uploads.size());
    for (const auto& [key, versions] : bucket.objects)
      text += fmt::format("{} {}\n", key, versions.size());
  }
  for (const auto& [at, store] : world.cli.sandbox.world.ssm_stores()) {
    for (const auto& [name, record] : store->records())
      text += fmt::format("{} {} {} {} {}\n", at.second, name, record.versions.size(),
                          record.tags.size(), record.current().labels.size());
  }
  return text;
}

TEST(Doctor, WritesNothing) {
  DoctorWorld world;
  const std::string before = contents(world);
  ASSERT_EQ(world.doctor({"--for", "all"}), 0) << world.cli.world.out.str();
  EXPECT_EQ(contents(world), before);
  // Not even where what is tried on goes at that very moment.
  std::string name;
  world.cli.sandbox.transport.set_hook([&](const aws::HttpRequest& request) -> HttpAnswer {
    if (target_of(request) != "PutParameter") return std::nullopt;
    name = std::string(boost::json::parse(request.body.view()).at("Name").as_string());
    world.cli.sandbox.world.ssm(kAccount, Region(kWest)).erase(name);
    return std::nullopt;
  });
  ASSERT_EQ(world.doctor({"--for", "restore", "--region", kWest}), 0) << world.cli.world.out.str();
  EXPECT_THAT(name, HasSubstr("/dev/"));
  EXPECT_EQ(world.cli.sandbox.world.ssm(kAccount, Region(kWest)).find(name), nullptr);
}

TEST(Doctor, Credentials) {
  const Words only{"credentials"};
  expect_rows({
      {"none",
       [](DoctorWorld& world) {
         world.cli.world.environment.variables = {{"AWS_EC2_METADATA_DISABLED", "true"},
                                                  {"AWS_REGION", "ap-northeast-1"}};
       },
       {},
       only,
       "no credentials",
       ""},
      {"a profile that is not there",
       [](DoctorWorld&) {},
       {"--profile", "nobody"},
       {"configuration"},
       "there is no profile nobody",
       "aws configure list-profiles"},
      {"expired",
       [](DoctorWorld& world) {
         world.cli.sandbox.transport.set_hook([](const aws::HttpRequest& request) -> HttpAnswer {
           if (!request.endpoint.host.starts_with("sts.")) return std::nullopt;
           return aws::HttpResponse{
               .status = 403,
               .headers = {},
               .body = SecretBytes("<ErrorResponse><Error><Code>ExpiredToken</Code><Message>The "
                                   "security token is expired</Message></Error></ErrorResponse>")};
         });
       },
       {},
       only,
       "ExpiredToken",
       "get new credentials"},
      {"a Region that is not enabled",
       [](DoctorWorld& world) { world.fault({.fault = Fault::opt_in, .region = kWest}); },
       {},
       {"us-west-2 credentials"},
       "InvalidClientTokenId",
       "does not know this access key"},
      {"a Region that is silent",
       [](DoctorWorld& world) { world.fault({.fault = Fault::silent, .region = kWest}); },
       {"--deadline", "20m"},
       {"us-west-2 credentials", "us-west-2 bucket"},
       "gave no answer",
       "does the Region answer from here?"},
      {"no home Region",
       [](DoctorWorld& world) { world.cli.world.environment.variables.erase("AWS_REGION"); },
       {},
       {"metadata"},
       "no home Region is known",
       "--home-region"},
      {"a wrong clock",
       [](DoctorWorld& world) {
         world.fault({.fault = Fault::wrong_clock, .seconds = std::chrono::minutes{7}});
       },
       {},
       {"clock"},
       " behind AWS's, and AWS refuses what is signed by it",
       "set this machine's clock"},
      {"an endpoint that is none",
       [](DoctorWorld& world) {
         world.cli.world.environment.variables["AWS_ENDPOINT_URL_SSM"] = "nonsense";
       },
       {},
       {"configuration"},
       "AWS_ENDPOINT_URL_SSM",
       "http://HOST"},
  });
}

void second_list(DoctorWorld& world, const std::string& region, const char* list) {
  world.cli.sandbox.seed(
      region, {{{"Name", "/jenkins/dev/backup/region-list"}, {"Type", "String"}, {"Value", list}}});
}

// The role of a drill may read the metadata of the home Region, and nothing else.
TEST(Doctor, WhereNoSecondListMayBeLookedForThatIsUnknown) {
  DoctorWorld world;
  world.deny("ssm:GetParameters", kWest);
  const auto findings = examined(world, {"--for", "drill", "--region", kWest}, 0);
  const Found* found = find(findings, "metadata");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->state, "unknown");
  EXPECT_THAT(found->detail, HasSubstr("lies here, too, is not known"));
  EXPECT_THAT(found->next, HasSubstr("whoever applies the stack"));
}

TEST(Doctor, Metadata) {
  expect_rows({
      {"no list",
       [](DoctorWorld& world) { world.drop_metadata("region-list"); },
       {},
       {"metadata"},
       "Region list parameter '/jenkins/dev/backup/region-list' is missing or empty.",
       "infra apply"},
      {"an empty list",
       [](DoctorWorld& world) { world.set_metadata("region-list", "[]"); },
       {},
       {"metadata"},
       "Region list is empty. Pulumi config must define at least one region.",
       "infra apply"},
      {"no default Region, and no bucket",
       [](DoctorWorld& world) {
         world.drop_metadata("default-region");
         world.drop_metadata("us-east-1/s3-bucket-name");
       },
       {},
       {"metadata", "us-east-1 metadata"},
       "Default region parameter '/jenkins/dev/backup/default-region' is missing.",
       "infra apply"},
      {"a default Region that is not in the list",
       [](DoctorWorld& world) { world.set_metadata("default-region", "eu-west-1"); },
       {},
       {"metadata"},
       "Default region 'eu-west-1' is not part of configured region list [ap-northeast-1, "
       "us-west-2, us-east-1]",
       "infra apply"},
      {"no bucket",
       [](DoctorWorld& world) { world.drop_metadata("us-west-2/s3-bucket-name"); },
       {},
       {"us-west-2 metadata"},
       "Bucket definition missing for region us-west-2. Expected SSM parameter "
       "/jenkins/dev/backup/us-west-2/s3-bucket-name.",
       "infra apply"},
      {"the legacy key is gone",
       [](DoctorWorld& world) { world.drop_metadata("s3-bucket-name"); },
       {},
       {"metadata"},
       "'/jenkins/dev/backup/s3-bucket-name' is missing",
       "infra plan -f Pulumi.dev.yaml"},
      {"the legacy key names another bucket",
       [](DoctorWorld& world) { world.set_metadata("s3-bucket-name", "another-bucket"); },
       {},
       {"metadata"},
       "holds 'another-bucket', and the default Region's bucket is jenkins-infra-",
       "infra plan -f Pulumi.dev.yaml"},
      {"of another type",
       [](DoctorWorld& world) {
         world.home().find(DoctorWorld::metadata_name("default-region"))->type = "SecureString";
       },
       {},
       {"metadata"},
       "'/jenkins/dev/backup/default-region' is a SecureString",
       "infra plan"},
      {"globs that are none",
       [](DoctorWorld& world) {
         world.cli.sandbox.seed(
             "ap-northeast-1",
             {{{"Name", "/jenkins/dev/backup/include"}, {"Type", "String"}, {"Value", "/app/*"}}});
       },
       {},
       {"metadata"},
       "Include parameter '/jenkins/dev/backup/include' is not a JSON array of globs.",
       "or delete it"},
      {"two Regions with one bucket",
       [](DoctorWorld& world) {
         world.set_metadata("us-west-2/s3-bucket-name", SandboxCli::bucket("us-east-1").str());
       },
       {"--region", kWest, "--region", "us-east-1"},
       {"metadata", "us-west-2 bucket"},
       "us-east-1 and us-west-2 have the same bucket",
       "infra plan"},
      // Both homes said "nothing is amiss".
      {"a second list, which differs",
       [](DoctorWorld& world) { second_list(world, kWest, R"(["us-west-2"])"); },
       {},
       {"us-west-2 metadata"},
       "in us-west-2 it is [\"us-west-2\"], in ap-northeast-1 it is "
       "[\"ap-northeast-1\",\"us-west-2\",\"us-east-1\"]; which of them counts depends on "
       "AWS_REGION",
       "aws ssm delete-parameter --region us-west-2 --name /jenkins/dev/backup/region-list if "
       "ap-northeast-1 is the home; if us-west-2 is, the same with --region ap-northeast-1"},
      {"a list only where it is not looked for",
       [](DoctorWorld& world) {
         second_list(world, kWest, R"(["us-west-2"])");
         world.drop_metadata("region-list");
       },
       {"--region", kWest},
       {"metadata", "us-west-2 metadata"},
       "is missing or empty",
       "infra apply"},
      {"may not be read",
       [](DoctorWorld& world) { world.deny("ssm:GetParameters", "ap-northeast-1"); },
       {"--region", kWest},
       {"metadata"},
       "ssm:GetParameters in ap-northeast-1 answered 400 AccessDeniedException",
       "allow ssm:GetParameters"},
  });
}

}  // namespace
}  // namespace ssmb::cli
