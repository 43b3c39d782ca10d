// doctor through the command line: snapshots, pointers, copies, flags and the surroundings.

#include "doctor_world.h"

namespace ssmb::cli {
namespace {

using sandbox::Fault;
using ssmb::testing::target_of;
using std::chrono::hours;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::Not;
using HttpAnswer = std::optional<Result<aws::HttpResponse>>;
using Words = std::vector<std::string>;

TEST(DoctorSnapshots, OneThatIsTooOldIsAmiss) {
  DoctorWorld world;
  world.pass(hours{50});
  auto findings = examined(world, {"--region", kWest}, 4);
  EXPECT_THAT(subjects_of(findings, "amiss"), ElementsAreArray({"us-west-2 newest snapshot"}));
  const Found* found = find(findings, "newest snapshot");
  EXPECT_THAT(found->detail, HasSubstr("50.0 h old (limit 48 h), complete, 12 parameters"));
  // From 2026-11-22 13:00 on 30 days, and to the end of that day.
  EXPECT_THAT(found->detail, HasSubstr("lifecycle deletes it on 2026-12-23"));
  EXPECT_EQ(found->next, "ssm-backup backup --env dev --region us-west-2");
  findings = examined(world, {"--region", kWest, "--max-age", "51h"}, 0);
  EXPECT_EQ(find(findings, "newest snapshot")->state, "ok");
}

// S3 knows best when it deletes what.
TEST(DoctorSnapshots, TheirDayIsS3sOwnWhereItSaysSo) {
  DoctorWorld world;
  world.cli.sandbox.transport.set_hook([&](const aws::HttpRequest& request) -> HttpAnswer {
    if (request.method != "HEAD" || !request.path.contains("ssm-backup-dev")) return std::nullopt;
    const auto* object = world.bucket().current(request.path.substr(1));
    aws::HttpResponse answer{.status = 200, .headers = {}, .body = {}};
    answer.headers.set("ETag", object->etag.str());
    answer.headers.set("Content-Length", std::to_string(object->body->size()));
    answer.headers.set("x-amz-expiration",
                       "expiry-date=\"Fri, 25 Dec 2026 00:00:00 GMT\", rule-id=\"x\"");
    return answer;
  });
  const auto findings = examined(world, {"--region", kWest}, 0);
  EXPECT_THAT(find(findings, "newest snapshot")->detail,
              HasSubstr("lifecycle deletes it on 2026-12-25"));
}

TEST(DoctorSnapshots, NoneAtAll) {
  DoctorWorld world;
  world.bucket().objects.clear();
  const auto findings = examined(world, {"--region", kWest}, 4);
  EXPECT_THAT(subjects_of(findings, "amiss"), ElementsAreArray({"us-west-2 newest snapshot"}));
  EXPECT_THAT(find(findings, "newest snapshot")->detail,
              HasSubstr("there is no good one in s3://"));
}

TEST(DoctorSnapshots, IncompleteAndShrunkenOnesAreNoGoodOnes) {
  DoctorWorld world;
  world.pass(hours{24});
  for (int i = 2; i < 12; ++i)
    world.cli.sandbox.world.ssm(kAccount, Region(kWest)).erase(fmt::format("/app/dev/p{:03}", i));
  ASSERT_EQ(world.cli.run({"backup", "--region", kWest}), 3) << world.cli.world.out.str();
  world.pass(hours{24});
  world.cli.sandbox.world.keys().deny_decrypt(Region(kWest), "alias/aws/ssm");
  ASSERT_EQ(world.cli.run({"backup", "--region", kWest}), 3) << world.cli.world.out.str();
  world.cli.sandbox.world.keys().allow_decrypt(Region(kWest), "alias/aws/ssm");
  world.pass(hours{1});
  auto findings = examined(world, {"--region", kWest}, 4);
  EXPECT_THAT(subjects_of(findings, "amiss"),
              ElementsAreArray({"us-west-2 newest snapshot", "us-west-2 newer snapshots"}));
  EXPECT_THAT(find(findings, "newest snapshot")->detail, HasSubstr("49.0 h old"));
  EXPECT_THAT(find(findings, "newer snapshots")->detail,
              HasSubstr("1 held back (it holds 2 parameters, the last good one before it 12), 1 "
                        "incomplete; the newest, "));
  EXPECT_THAT(find(findings, "newer snapshots")->next, HasSubstr("ssm-backup list --env dev"));

  // Only the incomplete one is left.
  std::erase_if(world.bucket().objects, [](const auto& object) {
    return object.first.contains("20261122") || object.first.contains("20261123");
  });
  findings = examined(world, {"--region", kWest}, 4);
  EXPECT_THAT(find(findings, "newest snapshot")->detail,
              AllOf(HasSubstr(": 1 incomplete; the newest, "),
                    HasSubstr(": 1 parameter could not be read: /app/dev/p001")));
  EXPECT_THAT(find(findings, "newest snapshot")->next, HasSubstr("--accept-unreadable"));
}

// "info newer snapshots: 1 incomplete ... nothing is amiss".
TEST(DoctorSnapshots, ANewestOneThatIsIncompleteIsAmiss) {
  DoctorWorld world;
  world.pass(hours{1});
  auto& keys = world.cli.sandbox.world.keys();
  for (const char* name : {"/app/dev/p003", "/app/dev/p005", "/app/dev/p007"})
    keys.deny_decrypt(Region(kWest), name);
  ASSERT_EQ(world.cli.run({"backup", "--region", kWest, "--accept-unreadable", "/app/dev/p003"}),
            3);
  auto findings = examined(world, {"--region", kWest}, 4);
  EXPECT_THAT(subjects_of(findings, "amiss"), Contains("us-west-2 newer snapshots"));
  const Found* found = find(findings, "newer snapshots");
  EXPECT_THAT(found->detail, AllOf(HasSubstr("1 incomplete; the newest, 2026-11-22/us-west-2/"),
                                   HasSubstr(": 2 parameters could not be read: /app/dev/p005, "
                                             "/app/dev/p007")));
  EXPECT_THAT(found->next,
              AllOf(HasSubstr("allow kms:Decrypt on the key"),
                    HasSubstr("--accept-unreadable '/app/dev/p005'"),
                    HasSubstr("; then ssm-backup backup --env dev --region us-west-2")));

  // What was accepted is nothing that is lacking.
  world.pass(hours{1});
  keys.allow_decrypt(Region(kWest), "/app/dev/p007");
  ASSERT_EQ(world.cli.run({"backup", "--region", kWest, "--accept-unreadable", "/app/dev/*"}), 0)
      << world.cli.world.out.str();
  keys.allow_decrypt(Region(kWest), "/app/dev/p003");
  keys.allow_decrypt(Region(kWest), "/app/dev/p005");
  findings = examined(world, {"--region", kWest}, 0);
  EXPECT_EQ(find(findings, "newer snapshots"), nullptr);
}

TEST(DoctorSnapshots, AnUnfinishedOneMayBeUnderWayForAsLongAsARunMayTake) {
  DoctorWorld world;
  const std::string latest = world.cli.object(kWest, "latest-us-west-2.txt");
  world.pass(hours{1});
  world.backup({"--region", kWest});
  std::erase_if(world.bucket().objects, [](const auto& object) {
    return object.first.starts_with("manifests/dev/us-west-2/20261122_14");
  });
  world.cli.put(kWest, "latest-us-west-2.txt", latest);
  auto findings = examined(world, {"--region", kWest}, 0);
  EXPECT_EQ(find(findings, "newer snapshots")->state, "info");
  EXPECT_THAT(find(findings, "newer snapshots")->detail,
              HasSubstr("1 unfinished, begun within the 10 min of a --deadline"));
  world.pass(std::chrono::minutes{11});
  findings = examined(world, {"--region", kWest, "--deadline", "20m"}, 0);
  EXPECT_EQ(find(findings, "newer snapshots")->state, "info");
  findings = examined(world, {"--region", kWest}, 4);
  EXPECT_THAT(subjects_of(findings, "amiss"), ElementsAreArray({"us-west-2 newer snapshots"}));
  EXPECT_THAT(find(findings, "newer snapshots")->detail, HasSubstr("did not come to its end"));
  EXPECT_EQ(find(findings, "newer snapshots")->next,
            "ssm-backup backup --env dev --region us-west-2");
}

TEST(DoctorSnapshots, PointersThatLeadElsewhere) {
  DoctorWorld world;
  const std::string first = world.cli.object(kWest, "latest-us-west-2.txt");
  world.cli.put(kWest, "latest-us-west-2.txt", "2026-11-20/us-west-2/nowhere.json\n");
  auto findings = examined(world, {"--region", kWest}, 4);
  EXPECT_THAT(subjects_of(findings, "amiss"),
              ElementsAreArray({"us-west-2 pointer latest-us-west-2.txt"}));
  EXPECT_THAT(find(findings, "pointer")->detail, HasSubstr("nowhere.json"));
  EXPECT_THAT(find(findings, "pointer")->next, HasSubstr("ssm-backup backup --env dev"));

  world.pass(hours{1});
  world.backup({"--region", kWest});
  world.cli.put(kWest, "latest-us-west-2.txt", first);
  findings = examined(world, {"--region", kWest}, 4);
  EXPECT_THAT(find(findings, "pointer")->detail, HasSubstr("is newer and good"));

  // The default Region has two.
  world.cli.put("ap-northeast-1", "latest.txt", "nonsense\n");
  findings = examined(world, {"--region", "ap-northeast-1"}, 4);
  EXPECT_THAT(subjects_of(findings, "amiss"),
              ElementsAreArray({"ap-northeast-1 pointer latest.txt"}));
}

struct DoctorCopies : ::testing::Test {
  DoctorCopies() {
    aws::s3::Client s3(world.cli.sandbox.session, Region("eu-west-1"));
    const auto made = world.cli.sandbox.runtime.run(
        s3.create_bucket(BucketName("dr-copy"), aws::s3::Client::ObjectLock::off, {}));
    EXPECT_TRUE(made && *made);
  }
  Words with(const char* copy) const { return {"--region", kWest, "--copy-to", copy}; }

  const char* far = "s3://dr-copy,region=eu-west-1";
  DoctorWorld world;
};

TEST_F(DoctorCopies, AreLookedAtBesideTheRepository) {
  world.backup({"--copy-to", far});
  auto findings = examined(world, with(far), 0);
  EXPECT_THAT(find(findings, "copy s3://dr-copy")->detail,
              HasSubstr("outlives the Region; its newest good snapshot is "));
  EXPECT_EQ(find(findings, "copies"), nullptr);
  world.pass(hours{49});
  world.backup();
  findings = examined(world, with(far), 4);
  EXPECT_THAT(subjects_of(findings, "amiss"),
              ElementsAreArray({"us-west-2 copy s3://dr-copy,region=eu-west-1"}));
  EXPECT_THAT(find(findings, "copy")->detail, HasSubstr("49.0 h old (limit 48 h)"));
  EXPECT_EQ(find(findings, "copy")->next,
            "ssm-backup backup --env dev --region us-west-2 --copy-to " + std::string(far));
}

TEST_F(DoctorCopies, EachThatIsNoneIsNamed) {
  struct Row {
    const char* name;
    const char* copy;
    const char* subject;
    const char* detail;
  };
  const std::string own = "s3://" + SandboxCli::bucket(kWest).str() + ",region=us-west-2";
  const Row rows[] = {
      {"empty", far, "copy", "holds no good snapshot of this Region"},
      {"missing", "s3://nobody-has-it,region=eu-west-1", "copy", "NoSuchBucket"},
      {"no directory", "/nowhere/at/all", "copy", "/nowhere/at/all"},
      {"in the Region", "s3://beside,region=us-west-2", "copies", "would be lost with them"},
      {"in the Region and the account", "s3://beside,region=us-west-2,owner=123456789012", "copy",
       "is lost with them"},
      {"the repository itself", own.c_str(), "copies", "is the repository of us-west-2 itself"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto findings = examined(world, with(row.copy), 4);
    const Found* found = find(findings, row.subject);
    ASSERT_NE(found, nullptr) << world.cli.world.out.str();
    EXPECT_EQ(found->state, "amiss");
    EXPECT_THAT(found->detail, HasSubstr(row.detail));
    EXPECT_FALSE(found->next.empty());
    EXPECT_EQ(subjects_of(findings, "amiss").size(), 1U);
  }
}

TEST_F(DoctorCopies, OneThatIsNotThereIsToldOnce) {
  const auto findings = examined(world, {"--copy-to", "s3://nobody-has-it,region=eu-west-1"}, 4);
  EXPECT_EQ(subjects_of(findings, "amiss").size(), 1U);
}

TEST(DoctorFlags, WithoutTheMetadataWhatIsNamedIsLookedAt) {
  DoctorWorld world;
  world.cli.sandbox.world.ssm(kAccount, Region("ap-northeast-1")).erase("/jenkins/dev/backup/x");
  world.fault({.fault = Fault::silent, .region = "ap-northeast-1"});
  const std::string where = "s3://" + SandboxCli::bucket(kWest).str();
  const auto findings =
      examined(world, {"--region", kWest, "--repository", where, "--home-region", kWest}, 0);
  EXPECT_THAT(subjects_of(findings, "info"), Contains("metadata"));
  EXPECT_EQ(find(findings, "newest snapshot")->state, "ok");
  EXPECT_EQ(find(findings, "bucket policy")->state, "ok");

  const std::string directory = (world.cli.directory / "copy").string();
  ASSERT_EQ(world.cli.run({"backup", "--region", kWest, "--repository", directory}), 0);
  const auto local =
      examined(world, {"--region", kWest, "--repository", directory, "--home-region", kWest}, 0);
  EXPECT_THAT(find(local, "newest snapshot")->detail, HasSubstr("nothing deletes it"));
  EXPECT_EQ(find(local, "bucket"), nullptr);
}

TEST(DoctorFlags, WrongOnesAreUsage) {
  DoctorWorld world;
  const Words rows[] = {{"--for", "nothing"},
                        {"--max-age", "48"},
                        {"--copy-to", "s3://without-region"},
                        {"--region", "../.."},
                        {"--repository", "forgot-the-scheme"},
                        {"--endpoint-url", "nonsense"}};
  for (const Words& flags : rows) EXPECT_EQ(world.doctor(flags), 2) << flags.back();
  EXPECT_EQ(world.cli.world.run({"doctor"}), 2);
}

TEST(DoctorEnvironment, EndpointsAndProxiesAreShownWithoutTheirPasswords) {
  DoctorWorld world;
  auto& variables = world.cli.world.environment.variables;
  variables["AWS_ENDPOINT_URL_S3"] = "http://s3.internal:9000";
  variables["HTTPS_PROXY"] = "http://somebody:hunter2@proxy.internal:3128";
  world.doctor({"--output", "json"});
  const std::string out = world.cli.world.out.str();
  const auto findings = findings_in(out);
  const auto said = [&findings](const char* subject) {
    return std::ranges::find(findings, subject, &Found::subject)->detail;
  };
  EXPECT_EQ(said("endpoints"), "http://s3.internal:9000 (by AWS_ENDPOINT_URL_S3) for s3");
  EXPECT_EQ(said("proxy"),
            "http://proxy.internal:3128 (with a user and a password, which are not shown) for ssm, "
            "sts, tagging");
  EXPECT_THAT(out, Not(HasSubstr("somebody")));
  EXPECT_THAT(out, Not(HasSubstr("hunter2")));
}

TEST(DoctorEnvironment, AClockThatIsALittleOffIsTold) {
  DoctorWorld world;
  world.fault({.fault = Fault::wrong_clock, .seconds = std::chrono::seconds{-45}});
  const auto findings = examined(world, {}, 0);
  const auto clock = std::ranges::find(findings, "clock", &Found::subject);
  EXPECT_EQ(clock->state, "info");
  EXPECT_THAT(clock->detail, HasSubstr("s ahead of AWS's"));
}

TEST(DoctorEnd, AnInterruptEndsIt) {
  DoctorWorld world;
  world.cli.sandbox.transport.set_hook([&](const aws::HttpRequest& request) -> HttpAnswer {
    if (target_of(request) == "GetParameterHistory") world.cli.world.interrupt.raise(2);
    return std::nullopt;
  });
  EXPECT_EQ(world.doctor(), 130);
}

}  // namespace
}  // namespace ssmb::cli
