// report through the command line, in virtual time: what it reads, what it leaves, how it ends.

#include <gmock/gmock.h>

#include "look_world.h"

namespace ssmb::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Words = std::vector<std::string>;
using namespace std::chrono_literals;

struct ReportCommand : LookTest {
  boost::json::value report(Words more = {}) {
    Words words{"report"};
    words.insert(words.end(), more.begin(), more.end());
    code = cli.run(std::move(words));
    return boost::json::parse(read_file(cli.work() / "report.json").value_or("null"));
  }
  boost::json::value region(const boost::json::value& report, std::string_view name) {
    for (const auto& each : report.at("regions").as_array())
      if (each.at("region") == boost::json::value(name)) return each;
    return nullptr;
  }
  void pass(Duration time) { cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(time, {})); }
  void answer(std::string region, std::string method, int status) {
    cli.sandbox.transport.set_hook(
        [=](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
          if (!request.endpoint.host.contains(region) || request.method != method)
            return std::nullopt;
          return aws::HttpResponse{
              .status = status,
              .headers = {},
              .body = SecretBytes("<Error><Code>AccessDenied</Code><Message>no</Message></Error>")};
        });
  }
  std::string out() const { return cli.world.out.str(); }
  std::string err() const { return cli.world.err.str(); }
  int code = 0;
};

TEST_F(ReportCommand, ThreeRegionsThatAreSafe) {
  ASSERT_EQ(cli.run({"drill", "--record"}), 0) << err();
  const auto json = report();
  EXPECT_EQ(code, 0) << err();
  EXPECT_EQ(json.at("verdict").at("state"), "safe");
  EXPECT_THAT(out(), HasSubstr("safe: All 3 Regions of dev can be restored as of "));
  EXPECT_THAT(out(), HasSubstr("page: " + (cli.work() / "report.html").string()));
  const auto west = region(json, "us-west-2");
  EXPECT_EQ(west.at("good").at("parameterCount"), 12);
  EXPECT_EQ(west.at("good").at("types").at("SecureString"), 6);
  EXPECT_EQ(west.at("days").as_array().size(), 30U);
  EXPECT_TRUE(west.at("expires").is_string()) << "the bucket's lifecycle rule says when";
  EXPECT_TRUE(std::filesystem::exists(cli.work() / "report.css"));
  const auto html = read_file(cli.work() / "report.html");
  ASSERT_TRUE(html);
  EXPECT_THAT(*html, Not(HasSubstr("secret-"))) << "never a value";
}

TEST_F(ReportCommand, WithoutADrillItIsNotCalledSafe) {
  const auto json = report();
  EXPECT_EQ(json.at("verdict").at("state"), "attention");
  EXPECT_EQ(json.at("amissCount"), 3);
}

TEST_F(ReportCommand, ADamagedNewestSnapshotIsNotCalledSafe) {
  ASSERT_EQ(cli.run({"drill", "--record"}), 0) << err();
  const std::string key(region(report(), "us-west-2").at("good").at("document").as_string());
  std::string text = cli.object("us-west-2", key);
  text[text.size() / 2] ^= 1;
  put("us-west-2", key, text);
  const auto json = report();
  EXPECT_EQ(json.at("verdict").at("state"), "unsafe");
  EXPECT_THAT(out(), HasSubstr("us-west-2 newest good snapshot: is not sound"));
}

TEST_F(ReportCommand, AnOldBackupThatIsNoneIsNotCalledSafe) {
  pass(1h);
  const std::string key = "2026-11-22/us-west-2/ssm-backup-dev-us-west-2-20261122_133000.json";
  put("us-west-2", key, "garbage");
  const auto json = report();
  EXPECT_EQ(json.at("verdict").at("state"), "unsafe");
}

TEST_F(ReportCommand, ADrillThatCouldNotBeDoneIsNoProof) {
  ASSERT_EQ(cli.run({"drill", "--record"}), 0) << err();
  pass(1h);
  answer("us-west-2", "GET", 403);
  ASSERT_NE(cli.run({"drill"}), 0);
  cli.sandbox.transport.set_hook({});
  const auto json = report();
  EXPECT_EQ(json.at("verdict").at("state"), "attention");
  EXPECT_THAT(out(), HasSubstr("the last one says nothing: "));
}

TEST_F(ReportCommand, ARecordThatCannotBeReadSpeaksForNoOlderOne) {
  ASSERT_EQ(cli.run({"drill", "--record"}), 0) << err();
  std::filesystem::remove(cli.work() / "drill.json");
  pass(1h);
  put("us-west-2", "drills/dev/us-west-2/20261122_133000.json", "{\"proven\": fal");
  EXPECT_EQ(report().at("amissCount"), 1) << out();
  EXPECT_THAT(out(), HasSubstr("drills/dev/us-west-2/20261122_133000.json cannot be read"));
  put("us-west-2", "drills/dev/us-west-2/20990101_000000.json", "{}");
  EXPECT_THAT(out(), Not(HasSubstr("2099"))) << "what is yet to come is no record";
}

TEST_F(ReportCommand, ARunThatWasKilledIsOnThePage) {
  ASSERT_EQ(cli.run({"drill", "--record"}), 0) << err();
  pass(24h);
  auto summaries = cli.summaries().as_object();
  summaries.erase("us-east-1");
  auto& west = summaries.at("us-west-2").as_object();
  west = {{"status", "FAILED"},
          {"message", "..."},
          {"ended", false},
          {"environment", "dev"},
          {"dryRun", false},
          {"runId", "x"},
          {"recordedAt", to_iso8601(cli.sandbox.runtime.now())}};
  const auto file = cli.work() / "region_summaries.json";
  ASSERT_TRUE(write_file(file, boost::json::serialize(summaries)));
  auto json = report();
  EXPECT_EQ(json.at("amissCount"), 2) << out();
  EXPECT_THAT(out(), HasSubstr("us-west-2 last run: failed: it was begun and did not end"));
  EXPECT_THAT(out(), HasSubstr("us-east-1 last run: failed: it was never begun"));
  west["environment"] = "prod";
  ASSERT_TRUE(write_file(file, boost::json::serialize(summaries)));
  EXPECT_EQ(report().at("amissCount"), 0) << "of another environment nothing is said here";
}

TEST_F(ReportCommand, AnEarlierPageDoesNotOutliveAReportThatFailed) {
  report();
  ASSERT_TRUE(std::filesystem::exists(cli.work() / "report.html"));
  EXPECT_NE(cli.run({"report", "--region", "eu-west-9"}), 0);
  EXPECT_FALSE(std::filesystem::exists(cli.work() / "report.html"));
}

TEST_F(ReportCommand, APlaceThatIsNamedIsForOthersToRead) {
  const auto out_dir = cli.directory / "www";
  ASSERT_EQ(cli.run({"report", "--inline", "--out", out_dir.string()}), 0) << err();
  using std::filesystem::perms;
  EXPECT_NE(std::filesystem::status(out_dir / "report.html").permissions() & perms::others_read,
            perms::none);
  EXPECT_FALSE(std::filesystem::exists(out_dir / "report.json")) << "one file";
}

TEST_F(ReportCommand, ACopyInTheRegionItselfIsNone) {
  const auto json = report({"--copy-to", "s3://copies-bucket,region=us-west-2"});
  const boost::json::value copy = region(json, "us-west-2").at("copies").at(0);
  EXPECT_THAT(std::string(copy.at("error").at("what").as_string()),
              HasSubstr("lies in the Region itself"));
}

TEST_F(ReportCommand, NamesAndFieldsThatHaveChangedSinceYesterday) {
  pass(24h);
  cli.sandbox.seed("us-west-2",
                   {{{"Name", "/app/dev/p003"}, {"Value", "other"}, {"Type", "SecureString"}},
                    {{"Name", "/app/dev/new"}, {"Value", "v"}, {"Type", "String"}}});
  ASSERT_EQ(cli.run({"backup"}), 0) << err();
  const auto json = report();
  const auto since = region(json, "us-west-2").at("sinceYesterday");
  EXPECT_EQ(since.at("counts").at("added"), 1);
  EXPECT_EQ(since.at("counts").at("changed"), 1);
  EXPECT_EQ(since.at("parameters").at(0).at("name"), "/app/dev/new");
  EXPECT_EQ(boost::json::serialize(since.at("parameters").at(1).at("fields")),
            R"(["Value","Tags"])");
}

TEST_F(ReportCommand, ARegionThatFailedLeavesNothingButItsSummary) {
  ASSERT_EQ(cli.run({"drill", "--record"}), 0) << err();
  pass(24h);
  cli.sandbox.transport.set_hook(
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        const bool west = request.endpoint.host.contains("us-west-2");
        if (west && testing::target_of(request) == "DescribeParameters")
          return testing::denied_answer();
        return std::nullopt;
      });
  ASSERT_EQ(cli.run({"backup", "--keep-going"}), 1);
  const auto json = report();
  EXPECT_EQ(code, 0);
  EXPECT_EQ(json.at("verdict").at("state"), "attention") << "yesterday's is good enough";
  const auto finding = json.at("findings").at(0);
  EXPECT_EQ(finding.at("region"), "us-west-2");
  EXPECT_EQ(finding.at("subject"), "last run");
  EXPECT_THAT(std::string(finding.at("detail").as_string()), HasSubstr("AccessDenied"));
}

TEST_F(ReportCommand, WhatIsTooOldIsNotSafe) {
  ASSERT_EQ(cli.run({"drill", "--record"}), 0) << err();
  pass(72h);
  const auto json = report();
  EXPECT_EQ(code, 0) << "that is doctor's business";
  EXPECT_EQ(json.at("verdict").at("state"), "unsafe");
  EXPECT_EQ(json.at("amissCount"), 3);
  EXPECT_THAT(out(), HasSubstr("next: ssm-backup backup --env dev --region us-west-2"));
  EXPECT_EQ(report({"--max-age", "100h"}).at("verdict").at("state"), "safe");
}

TEST_F(ReportCommand, ARegionThatDoesNotAnswerHidesNoOther) {
  answer("us-west-2", "GET", 403);
  const auto json = report();
  EXPECT_EQ(code, 3) << out();
  EXPECT_EQ(json.at("verdict").at("state"), "unsafe");
  EXPECT_TRUE(region(json, "us-west-2").as_object().contains("error"));
  EXPECT_EQ(region(json, "us-east-1").at("good").at("parameterCount"), 12);
  EXPECT_THAT(err(), HasSubstr("us-west-2"));
}

TEST_F(ReportCommand, TheLastDrillIsFoundWhereverItWasLeft) {
  EXPECT_FALSE(region(report(), "us-west-2").as_object().contains("drill"));
  ASSERT_EQ(cli.run({"drill", "--region", "us-west-2", "--record"}), 0) << err();
  std::filesystem::remove(cli.work() / "drill.json");
  auto drill = region(report(), "us-west-2").at("drill");
  EXPECT_EQ(drill.at("proven"), true);
  EXPECT_THAT(std::string(drill.at("from").as_string()), HasSubstr("drills/dev/us-west-2/"));
  pass(1h);
  ASSERT_EQ(cli.run({"drill", "--region", "us-west-2"}), 0) << err();
  drill = region(report(), "us-west-2").at("drill");
  EXPECT_THAT(std::string(drill.at("from").as_string()), HasSubstr("drill.json"));
  EXPECT_EQ(drill.at("rpoSeconds").to_number<int>() / 3600, 1);
}

TEST_F(ReportCommand, ADrillOfAnotherEnvironmentIsNotOurs) {
  ASSERT_EQ(cli.run({"drill", "--region", "us-west-2"}), 0) << err();
  auto text = *read_file(cli.work() / "drill.json");
  const std::string own = R"("environment":"dev")";
  ASSERT_THAT(text, HasSubstr(own));
  text.replace(text.find(own), own.size(), R"("environment":"prod")");
  ASSERT_TRUE(write_file(cli.work() / "drill.json", text));
  EXPECT_FALSE(region(report(), "us-west-2").as_object().contains("drill"));
}

TEST_F(ReportCommand, ACopyThatHasFallenBehindIsNamed) {
  const std::string copy = (cli.directory / "copy").string();
  ASSERT_EQ(cli.run({"drill", "--record"}), 0) << err();
  pass(1h);
  ASSERT_EQ(cli.run({"backup", "--copy-to", copy}), 0) << err();
  EXPECT_EQ(report({"--copy-to", copy}).at("amissCount"), 0) << out();
  pass(1h);
  ASSERT_EQ(cli.run({"backup"}), 0) << err();
  const auto json = report({"--copy-to", copy});
  EXPECT_EQ(region(json, "us-west-2").at("copies").at(0).at("lackingCount"), 1);
  EXPECT_EQ(json.at("amissCount"), 3);
}

TEST_F(ReportCommand, AnOldBackupStandsBesideTheNewOnes) {
  put("us-west-2", "2026-11-20/us-west-2/ssm-backup-dev-us-west-2-20261120_130000.json",
      R"({"backup_date":"2026-11-20T13:00:00Z","backup_timestamp":"20261120_130000",
          "environment":"dev","parameter_count":1,
          "parameters":[{"Name":"/app/dev/p000","Type":"String","Value":"v","Version":1}]})");
  const auto days = region(report(), "us-west-2").at("days").as_array();
  EXPECT_EQ(code, 0) << err();
  const auto& day = days.at(27);
  EXPECT_EQ(day.at("date"), "2026-11-20");
  EXPECT_EQ(day.at("state"), "good");
  EXPECT_EQ(day.at("snapshot").at("state"), "old");
  EXPECT_FALSE(day.at("snapshot").as_object().contains("durationMs"));
  EXPECT_EQ(days.at(28).at("state"), "none");
}

TEST_F(ReportCommand, APlaceThatCannotBeWrittenIsAnError) {
  EXPECT_EQ(cli.run({"report", "--out", "/dev/null/x"}), 1);
  EXPECT_THAT(err(), HasSubstr("/dev/null/x"));
}

TEST_F(ReportCommand, JsonIsTheDocument) {
  ASSERT_EQ(cli.run({"report", "--output", "json"}), 0);
  EXPECT_EQ(boost::json::parse(out()), boost::json::parse(*read_file(cli.work() / "report.json")));
}

}  // namespace
}  // namespace ssmb::cli
