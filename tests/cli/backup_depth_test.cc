// backup --depth and --fence, through the command line, and what show makes of them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "sandbox_cli.h"

namespace ssmb::cli {
namespace {

using ssmb::testing::target_of;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const char* const kName = "/app/dev/labelled";

struct DepthCommand : ::testing::Test {
  DepthCommand() {
    cli.sandbox.seed("us-west-2",
                     {{{"Name", kName},
                       {"Version", 3},
                       {"Value", "value-3"},
                       {"Labels", {"prod"}},
                       {"History",
                        {{{"Version", 1}, {"Value", "value-1"}, {"Labels", {"was-prod", "old"}}},
                         {{"Version", 2}, {"Value", "value-2"}}}}}});
  }
  int run(std::vector<std::string> words) {
    words.insert(words.end(), {"--region", "us-west-2", "--repository",
                               (cli.directory / "repository").string()});
    return cli.run(std::move(words));
  }
  std::string out() const { return cli.world.out.str(); }
  SandboxCli cli;
};

TEST_F(DepthCommand, ShowTellsLabelsAndVersionsAndHidesTheirValues) {
  struct Row {
    const char* depth;
    std::vector<const char*> lines;
  };
  const Row rows[] = {
      {"current", {"labels        not captured\n", "history       not captured\n"}},
      {"labels",
       {"labels        prod\n", "older labels  1: was-prod, old\n",
        "history       not captured\n"}},
      {"history",
       {"labels        prod\n", "older labels  1: was-prod, old\n",
        "history       {\"Name\":\"/app/dev/labelled\",\"Type\":\"String\",\"Version\":1,"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.depth);
    ASSERT_EQ(run({"backup", "--depth", row.depth}), 0) << cli.world.err.str();
    ASSERT_EQ(run({"show"}), 0);
    EXPECT_THAT(out(), HasSubstr(std::string("captured      depth ") + row.depth));
    ASSERT_EQ(run({"show", kName}), 0) << cli.world.err.str();
    for (const char* line : row.lines) EXPECT_THAT(out(), HasSubstr(line));
    EXPECT_THAT(out(), Not(HasSubstr("value-")));
    const bool whole = std::string_view(row.depth) == "history";
    ASSERT_EQ(run({"show", kName, "--reveal", "--force"}), 0);
    EXPECT_THAT(out(), HasSubstr("value-3"));
    EXPECT_EQ(out().contains("value-1") && out().contains("value-2"), whole);
    ASSERT_EQ(run({"show", kName, "--output", "json"}), 0);
    EXPECT_THAT(out(), Not(HasSubstr("value-")));
    EXPECT_EQ(run({"verify", "--all"}), 0) << out();
  }
  EXPECT_EQ(run({"backup", "--depth", "deep"}), 2);
}

TEST_F(DepthCommand, AHistoryThatIsDeniedMakesTheSnapshotIncompleteAndKeepsTheRecord) {
  cli.sandbox.transport.set_hook(
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (target_of(request) != "GetParameterHistory") return std::nullopt;
        return aws::HttpResponse{
            .status = 400,
            .headers = {},
            .body = SecretBytes(R"({"__type":"AccessDeniedException","message":"no"})")};
      });
  EXPECT_EQ(run({"backup", "--depth", "labels", "--dry-run"}), 3) << cli.world.err.str();
  EXPECT_EQ(run({"backup", "--depth", "labels"}), 3) << cli.world.err.str();
  EXPECT_THAT(out(), HasSubstr("done, incomplete: the history of 1 parameter could not be read"));
  EXPECT_THAT(cli.world.err.str(),
              AllOf(HasSubstr(kName), HasSubstr("its history could not be read: "),
                    HasSubstr("AccessDeniedException")));
  EXPECT_EQ(cli.summary("us-west-2", "failedCount"), "1");
  EXPECT_EQ(cli.summary("us-west-2", "complete"), "false");
  EXPECT_EQ(run({"backup", "--depth", "labels", "--accept-unreadable", kName}), 0);
}

TEST_F(DepthCommand, TheFenceIsToldInResultSummaryListAndShow) {
  ASSERT_EQ(run({"backup", "--fence"}), 0) << cli.world.err.str();
  EXPECT_THAT(out(), HasSubstr("us-west-2: fence reached in 1 round\n"));
  EXPECT_EQ(cli.summary("us-west-2", "fence"), R"({"reached":true,"rounds":1})");
  ASSERT_EQ(run({"show"}), 0);
  EXPECT_THAT(out(), HasSubstr("fence         reached in 1 round\n"));
  ASSERT_EQ(run({"list", "--output", "json"}), 0);
  EXPECT_THAT(out(), HasSubstr(R"("fence":{"reached":true,"rounds":1})"));

  int serial = 0;
  cli.sandbox.transport.set_hook(
      [&](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (target_of(request) == "DescribeParameters") cli.seed("us-west-2", ++serial, 1);
        return std::nullopt;
      });
  ASSERT_EQ(run({"backup", "--fence"}), 0) << cli.world.err.str();
  EXPECT_THAT(out(), AllOf(HasSubstr("us-west-2: fence not reached in 3 rounds: /app/dev/p"),
                           HasSubstr("done and complete")));
  EXPECT_THAT(cli.world.err.str(), HasSubstr("fence: not reached (round 3 of 3)"));
  EXPECT_THAT(cli.summary("us-west-2", "fence"),
              AllOf(HasSubstr(R"("reached":false)"), HasSubstr("is new")));
  EXPECT_EQ(run({"verify", "--all"}), 0);
}

}  // namespace
}  // namespace ssmb::cli
