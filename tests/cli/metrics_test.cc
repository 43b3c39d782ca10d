// --metrics-file and --metrics-push through the command line, in virtual time: what a run leaves,
// what becomes of it when the next one fails, and that nothing of it changes how a run came out.

#include "report/metrics.h"

#include <gmock/gmock.h>

#include "look_world.h"

namespace ssmb::cli {
namespace {

using report::Metric;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using Words = std::vector<std::string>;

constexpr const char* kGateway = "http://127.0.0.1:9091";

struct MetricsCommand : LookTest {
  MetricsCommand() {
    cli.sandbox.transport.set_hook(
        [this](const aws::HttpRequest& request) { return take(request); });
  }

  // The Pushgateway, and what of AWS is out of order.
  std::optional<Result<aws::HttpResponse>> take(const aws::HttpRequest& request) {
    if (request.endpoint.port == 9091) {
      pushes.push_back(request);
      return aws::HttpResponse{.status = gateway, .headers = {}, .body = {}};
    }
    if (s3_is_gone && request.endpoint.host.contains("s3"))
      return fail(ErrorKind::unreachable, "no connection");
    if (!denied.empty() && testing::target_of(request) == denied) return testing::denied_answer();
    return std::nullopt;
  }

  int run(Words words, const Words& more = {}) {
    words.insert(words.end(), more.begin(), more.end());
    words.insert(words.end(), {"--metrics-file", file().string()});
    return cli.run(std::move(words));
  }
  std::filesystem::path file() const { return cli.directory / "metrics" / "dev.prom"; }
  std::string text() const { return read_file(file()).value_or(""); }

  // nullopt: it does not stand there.
  std::optional<double> at(Metric metric, std::string_view label = {},
                           const std::string& region = "us-west-2",
                           const std::string& command = "backup") const {
    const auto metrics = report::parse_exposition(text());
    EXPECT_TRUE(metrics);
    const auto group = metrics->find({.env = "dev", .command = command, .region = region});
    if (group == metrics->end()) return std::nullopt;
    for (const report::Sample& sample : group->second) {
      if (sample.metric == metric && sample.label == label) return sample.value;
    }
    return std::nullopt;
  }
  double now() { return to_epoch_seconds(cli.sandbox.runtime.now()); }
  void pass(Duration time) {
    ASSERT_TRUE(cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(time, {})));
  }
  std::string err() const { return cli.world.err.str(); }

  std::vector<aws::HttpRequest> pushes;
  int gateway = 200;
  std::string denied;
  bool s3_is_gone = false;
};

TEST_F(MetricsCommand, ABackupLeavesWhatItCameTo) {
  std::filesystem::create_directory(file().parent_path());
  ASSERT_EQ(run({"backup"}), 0) << err();
  EXPECT_THAT(err(), HasSubstr("wrote metrics to "));
  EXPECT_EQ(at(Metric::run_exit_code, "", ""), 0);
  for (const std::string& region : kRegions) {
    SCOPED_TRACE(region);
    EXPECT_EQ(at(Metric::complete, "", region), 1);
    EXPECT_EQ(at(Metric::success, "", region), 1);
    EXPECT_LE(now() - *at(Metric::last_success, "", region), 60);
    const auto entry = cli.summaries().at(region);
    const auto count = entry.at("parameterCount").to_number<double>();
    const auto bytes = entry.at("bytes").to_number<double>();
    EXPECT_EQ(at(Metric::parameters, "", region), count);
    EXPECT_EQ(at(Metric::document_bytes, "", region), bytes);
    EXPECT_GT(*at(Metric::calls, "GetParameters", region), 0);
  }
  EXPECT_THAT(text(), AllOf(Not(HasSubstr("/app/")), Not(HasSubstr("secret-"))));
}

TEST_F(MetricsCommand, AFailedRunLosesNothingOfTheLastGoodOne) {
  std::filesystem::create_directory(file().parent_path());
  ASSERT_EQ(run({"backup"}), 0) << err();
  const auto good = at(Metric::last_success);
  const auto count = at(Metric::parameters);
  pass(std::chrono::hours{24});
  denied = "DescribeParameters";
  ASSERT_EQ(run({"backup"}), 1) << err();
  EXPECT_EQ(at(Metric::success, "", "ap-northeast-1"), 0);
  EXPECT_EQ(at(Metric::success), 0) << "never begun, for one before it failed";
  EXPECT_EQ(at(Metric::last_success), good);
  EXPECT_EQ(at(Metric::parameters), count);
  EXPECT_EQ(at(Metric::run_exit_code, "", ""), 1);
  EXPECT_GT(*at(Metric::region_end), *good + 86000);
  // Neither S3 nor the pointers can be asked what is left.
  s3_is_gone = true;
  ASSERT_EQ(run({"backup", "--keep-going"}), 1) << err();
  EXPECT_EQ(at(Metric::last_success), good);
}

// Without the metadata no Region is reached.
TEST_F(MetricsCommand, ARunThatEndsBeforeItsFirstRegionSaysSo) {
  std::filesystem::create_directory(file().parent_path());
  ASSERT_EQ(run({"backup"}), 0) << err();
  const auto ended = at(Metric::run_end, "", "");
  pass(std::chrono::hours{24});
  denied = "GetParameters";
  ASSERT_NE(run({"backup"}), 0);
  EXPECT_NE(at(Metric::run_exit_code, "", ""), 0);
  EXPECT_GT(*at(Metric::run_end, "", ""), *ended);
  EXPECT_EQ(at(Metric::success), 1) << "it is the last run that came to the Region";
  EXPECT_EQ(at(Metric::last_success, "", "us-east-1").has_value(), true);
}

struct NoMetrics {
  const char* name;
  Words words;
  int exit_code;
  const char* says;
};

TEST_F(MetricsCommand, WhatIsNoNewsOfTheEnvironmentLeavesNone) {
  std::filesystem::create_directory(file().parent_path());
  const NoMetrics rows[] = {
      {"a rehearsal", {"backup", "--dry-run"}, 0, "note: a dry run leaves no metrics\n"},
      {"other names", {"backup", "--include", "*"}, 0, "note: a backup with --include leaves no"},
      {"an old snapshot", {"drill", "--as-of", "yesterday"}, 1, "note: a drill of a snapshot that"},
      {"a wrong command line", {"backup", "--run-id", "\n"}, 2, ""},
  };
  for (const NoMetrics& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(run(row.words, {"--metrics-push", kGateway}), row.exit_code) << err();
    EXPECT_FALSE(std::filesystem::exists(file()));
    EXPECT_THAT(pushes, IsEmpty());
    EXPECT_THAT(err(), HasSubstr(row.says));
  }
}

TEST_F(MetricsCommand, ADrillAndABackupShareAFile) {
  std::filesystem::create_directory(file().parent_path());
  ASSERT_EQ(run({"backup"}), 0);
  pass(std::chrono::hours{3});
  ASSERT_EQ(run({"drill"}), 0) << err();
  EXPECT_EQ(at(Metric::complete), 1);
  EXPECT_EQ(at(Metric::drill_proven, "", "us-west-2", "drill"), 1);
  EXPECT_EQ(at(Metric::drill_parameters, "proven", "us-west-2", "drill"), 12);
  EXPECT_GE(*at(Metric::drill_rpo, "", "us-west-2", "drill"), 3 * 3600);
  const auto proven = at(Metric::drill_last_proven, "", "us-west-2", "drill");
  const auto pointer = cli.object("us-west-2", "latest-us-west-2.txt");
  put("us-west-2", pointer.substr(0, pointer.find('\n')), "{}");
  pass(std::chrono::hours{1});
  EXPECT_EQ(run({"drill"}), 1);
  EXPECT_EQ(at(Metric::drill_proven, "", "us-west-2", "drill"), 0);
  EXPECT_EQ(at(Metric::drill_proven, "", "us-east-1", "drill"), 1);
  EXPECT_EQ(at(Metric::drill_last_proven, "", "us-west-2", "drill"), proven);
}

TEST_F(MetricsCommand, ARegionThatIsTakenOutGoesWithTheNextRunOverAll) {
  std::filesystem::create_directory(file().parent_path());
  ASSERT_TRUE(
      write_file(file(),
                 "ssm_backup_success{env=\"dev\",command=\"backup\",region=\"eu-west-1\"} 1\n"
                 "ssm_backup_success{env=\"prod\",command=\"backup\",region=\"eu-west-1\"} 1\n"));
  ASSERT_EQ(run({"backup", "--region", "us-west-2"}), 0) << err();
  EXPECT_EQ(at(Metric::success, "", "eu-west-1"), 1);
  ASSERT_EQ(run({"backup"}), 0) << err();
  EXPECT_EQ(at(Metric::success, "", "eu-west-1"), std::nullopt);
  EXPECT_THAT(text(), HasSubstr("env=\"prod\""));
}

struct NotWritten {
  const char* name;
  const char* content;  // of the file; nullptr: its directory is not there
  const char* says;
};

TEST_F(MetricsCommand, WhatCannotBeWrittenIsSaidAndTheBackupIsWhatItIs) {
  const NotWritten rows[] = {
      {"no directory", nullptr, "warning: metrics not written: there is no directory "},
      {"another's file", "node_load1 0.5\n",
       "it holds something else than metrics of ssm-backup\nnext: name a file of its own\n"},
  };
  for (const NotWritten& row : rows) {
    SCOPED_TRACE(row.name);
    if (row.content != nullptr) ASSERT_TRUE(write_file(file(), row.content));
    EXPECT_EQ(run({"backup"}), 0) << err();
    EXPECT_THAT(err(), HasSubstr(row.says));
    EXPECT_EQ(text(), row.content == nullptr ? "" : row.content);
  }
}

TEST_F(MetricsCommand, APushIsAGroupForTheRunAndOneForEachRegion) {
  cli.world.environment.variables["LOGIN"] = "user:s3cret";
  ASSERT_EQ(cli.run({"backup", "--metrics-push", kGateway, "--metrics-auth", "env:LOGIN"}), 0)
      << err();
  const std::string group = "/metrics/job/ssm_backup/env/dev/command/backup";
  std::vector<std::string> paths;
  for (const auto& push : pushes) paths.push_back(push.path);
  EXPECT_THAT(paths, ElementsAre(group, group + "/region/ap-northeast-1",
                                 group + "/region/us-east-1", group + "/region/us-west-2"));
  EXPECT_EQ(pushes[0].headers.get("Authorization"), "Basic dXNlcjpzM2NyZXQ=");
  EXPECT_THAT(err(),
              AllOf(HasSubstr("pushed metrics to the Pushgateway\n"), Not(HasSubstr("s3cret"))));
}

TEST_F(MetricsCommand, AVariableIsAsGoodAsAFlag) {
  std::filesystem::create_directory(file().parent_path());
  cli.world.environment.variables["SSM_BACKUP_METRICS_FILE"] = file().string();
  cli.world.environment.variables["SSM_BACKUP_METRICS_PUSH"] = kGateway;
  ASSERT_EQ(cli.run({"backup", "--dry-run"}), 0) << err();
  EXPECT_THAT(err(), Not(HasSubstr("metrics"))) << "nobody has asked this run for any";
  ASSERT_EQ(cli.run({"backup"}), 0) << err();
  EXPECT_EQ(at(Metric::complete), 1);
  EXPECT_EQ(pushes.size(), 4U);
}

TEST_F(MetricsCommand, AGatewayThatRefusesIsSaidAndTheBackupIsWhatItIs) {
  gateway = 500;
  EXPECT_EQ(cli.run({"backup", "--metrics-push", kGateway}), 0);
  EXPECT_THAT(err(),
              HasSubstr("warning: metrics not pushed: 127.0.0.1 answered 500 (after 3 tries)\n"
                        "next: see whether a Pushgateway answers there"));
  denied = "DescribeParameters";
  EXPECT_EQ(cli.run({"backup", "--metrics-push", kGateway}), 1);
  // A login that only a call could have brought is as little the backup's trouble.
  denied = "";
  EXPECT_EQ(cli.run({"backup", "--metrics-push", kGateway, "--metrics-auth", "ssm:/no/login"}), 0);
  EXPECT_THAT(err(), HasSubstr("metrics not pushed: the parameter /no/login: "));
}

struct Wrong {
  const char* name;
  Words flags;
  const char* says;
};

TEST_F(MetricsCommand, WhatIsWronglyConfiguredIsSaidBeforeAnyWork) {
  const Wrong rows[] = {
      {"no URL",
       {"--metrics-push", "pushgateway:9091"},
       "--metrics-push: the Pushgateway's URL has no scheme"},
      {"a login in the URL",
       {"--metrics-push", "http://u:s3cret@127.0.0.1:9091"},
       "names a user, and may hold a password"},
      {"a login in place of where it lies",
       {"--metrics-push", kGateway, "--metrics-auth", "u=s3cret"},
       "--metrics-auth: a secret stands there"},
      {"no such variable",
       {"--metrics-push", kGateway, "--metrics-auth", "env:NOWHERE"},
       "--metrics-auth: the variable NOWHERE is not set"},
      {"an empty variable",
       {"--metrics-push", kGateway, "--metrics-auth", "env:EMPTY"},
       "--metrics-auth: the variable EMPTY is empty"},
      {"no login in the variable",
       {"--metrics-push", kGateway, "--metrics-auth", "env:NO_COLON"},
       "--metrics-push: the Pushgateway's login is not USER:PASSWORD"},
      {"no such file",
       {"--metrics-push", kGateway, "--metrics-auth", "file:/nowhere/login"},
       "--metrics-auth: the file /nowhere/login: there is no file"},
      {"a login over plain HTTP",
       {"--metrics-push", "http://pushgateway.example.com:9091", "--metrics-auth", "env:LOGIN"},
       "--metrics-push: the Pushgateway's URL is http://: what it says would go in clear"},
      {"a login of a parameter over plain HTTP",
       {"--metrics-push", "http://pushgateway.example.com:9091", "--metrics-auth", "ssm:/login"},
       "--metrics-push: the Pushgateway's URL is http://: what it says would go in clear"},
  };
  auto& variables = cli.world.environment.variables;
  variables.insert({{"EMPTY", " "}, {"NO_COLON", "s3cret"}, {"LOGIN", "user:s3cret"}});
  for (const Wrong& row : rows) {
    SCOPED_TRACE(row.name);
    const auto calls = cli.sandbox.calls("ssm:DescribeParameters", "us-west-2");
    Words words{"backup"};
    words.insert(words.end(), row.flags.begin(), row.flags.end());
    EXPECT_EQ(cli.run(words), 2);
    EXPECT_THAT(err(), AllOf(StartsWith("error: "), HasSubstr(row.says), Not(HasSubstr("s3cret"))));
    EXPECT_EQ(cli.sandbox.calls("ssm:DescribeParameters", "us-west-2"), calls);
  }
}

// The run's own scope has ended, and what is sent has eight seconds.
TEST_F(MetricsCommand, AnInterruptedRunLeavesWhatItCameTo) {
  std::filesystem::create_directory(file().parent_path());
  cli.sandbox.transport.set_hook([this](const aws::HttpRequest& request) {
    if (testing::target_of(request) == "DescribeParameters" &&
        request.endpoint.host.contains("us-west-2"))
      cli.world.interrupt.raise(SIGTERM);
    return take(request);
  });
  EXPECT_EQ(run({"backup"}, {"--metrics-push", kGateway}), 143) << err();
  EXPECT_EQ(at(Metric::run_exit_code, "", ""), 143);
  EXPECT_EQ(at(Metric::complete, "", "ap-northeast-1"), 1);
  EXPECT_EQ(at(Metric::success), 0);
  EXPECT_EQ(pushes.size(), 4U);
}

}  // namespace
}  // namespace ssmb::cli
