#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <csignal>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/parse.h"
#include "cli_world.h"
#include "tests/support/golden.h"

namespace ssmb::cli {
namespace {

TEST(CommandLine, WrongUsageIsOneLineAndExitCode2) {
  struct Row {
    const char* name;
    std::vector<std::string> words;
    const char* error;
  };
  const Row rows[] = {
      {"unknown command", {"bakcup"}, "unknown command 'bakcup'; did you mean 'backup'?"},
      {"nothing near", {"xyzzyplugh"}, "unknown command 'xyzzyplugh'\n"},
      {"flag first", {"--env", "dev"}, "the command comes first, then its flags: got --env"},
      {"argument missing", {"completion"}, "SHELL is missing: bash, zsh or fish"},
      {"wrong choice", {"completion", "tcsh"}, "SHELL wants one of bash, zsh, fish, not 'tcsh'"},
      {"one too many", {"completion", "bash", "zsh"}, "unexpected argument 'zsh'"},
      {"unknown flag",
       {"backup", "--regoin", "x"},
       "unknown flag --regoin; did you mean --region?"},
      {"unknown flag with =", {"backup", "--envv=x"}, "unknown flag --envv; did you mean --env?"},
      {"value missing", {"backup", "--env"}, "--env wants a value\n"},
      {"value missing before a flag", {"backup", "--env", "--jobs", "2"}, "--env wants a value\n"},
      {"a group alone", {"infra"}, "infra wants one of plan, apply, destroy\n"},
      {"a group and nothing near",
       {"infra", "bogus"},
       "infra has no command 'bogus': it has plan, apply, destroy\n"},
      {"a group and something near",
       {"infra", "aply"},
       "infra has no command 'aply'; did you mean 'apply'?"},
      {"given twice", {"backup", "--env", "a", "--env", "b"}, "--env is given more than once"},
      {"a stray word", {"backup", "--env", "dev", "extra"}, "unexpected argument 'extra'"},
      {"a stray word behind a repeatable flag",
       {"backup", "--region", "us-west-2", "extra", "--env", "dev"},
       "unexpected argument 'extra'"},
      {"bad number",
       {"backup", "--concurrency", "0"},
       "--concurrency wants a number from 1 to 256, not '0'"},
      {"bad time",
       {"backup", "--deadline", "10x"},
       "--deadline wants a time such as 90s, 10m or 2h, not '10x'"},
      {"a time without a unit: minutes were meant",
       {"backup", "--deadline", "5"},
       "--deadline wants a time such as 90s, 10m or 2h, not '5'"},
      {"bad choice", {"backup", "--output", "xml"}, "--output wants one of text, json, not 'xml'"},
      {"no environment", {"backup"}, "--env is missing"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    VirtualRuntime runtime(1);
    NoTransport transport;
    CliWorld world(runtime, transport);
    EXPECT_EQ(world.run(row.words), 2);
    EXPECT_THAT(world.err.str(), ::testing::StartsWith(std::string("error: ") + row.error));
    EXPECT_THAT(world.err.str(), ::testing::HasSubstr("\nnext: "));
    EXPECT_EQ(world.out.str(), "");
    EXPECT_EQ(transport.calls, 0);
  }
}

// With --output json a command line that was wrong left standard output empty.
TEST(CommandLine, WrongUsageIsADocumentForPrograms) {
  struct Row {
    const char* name;
    std::vector<std::string> words;
  };
  const Row rows[] = {
      {"unknown command", {"bakcup", "--output", "json"}},
      {"unknown flag", {"backup", "--envv", "x", "--output", "json"}},
      {"value missing", {"backup", "--output=json", "--env"}},
      {"no environment", {"backup", "--output=json"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    VirtualRuntime runtime(1);
    NoTransport transport;
    CliWorld world(runtime, transport);
    EXPECT_EQ(world.run(row.words), 2);
    boost::system::error_code bad;
    const auto document = boost::json::parse(world.out.str(), bad);
    ASSERT_FALSE(bad) << world.out.str();
    EXPECT_EQ(document.at("status"), "failed");
    EXPECT_EQ(document.at("error").at("kind"), "usage");
  }
}

// README's own `show --env dev /app/dev/db/password` was "--env is given more than once".
TEST(CommandLine, AFlagTakesOneWordAndLeavesTheArgument) {
  struct Row {
    const char* name;
    std::vector<std::string> words;
  };
  const Row rows[] = {
      {"argument last", {"--env", "dev", "--region", "a", "--region", "b", "/name"}},
      {"argument first", {"/name", "--env", "dev", "--region", "a", "--region", "b"}},
      {"behind a repeatable flag", {"--region", "a", "/name", "--region", "b", "--env", "dev"}},
      {"between", {"--region=a", "--env", "dev", "/name", "--region", "b"}},
      {"behind --", {"--env=dev", "--region", "a", "--region=b", "--", "/name"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    std::string env;
    std::string name;
    std::vector<std::string> regions;
    FlagSet own;
    FlagSet common;
    common.text("--env", "NAME", env, "").texts("--region", "R", regions, "");
    own.argument({.name = "NAME", .help = "", .choices = {}, .set = [&](const std::string& word) {
                    name = word;
                  }});
    const auto parsed = parse_flags("show", own, common, row.words);
    ASSERT_TRUE(parsed) << parsed.error().what;
    EXPECT_EQ(env, "dev");
    EXPECT_EQ(name, "/name");
    EXPECT_THAT(regions, ::testing::ElementsAre("a", "b"));
  }
}

TEST(CommandLine, VersionAndHelpGoToStandardOutput) {
  VirtualRuntime runtime(1);
  NoTransport transport;
  CliWorld world(runtime, transport);
  EXPECT_EQ(world.run({"--version"}), 0);
  EXPECT_THAT(world.out.str(), ::testing::MatchesRegex("ssm-backup [0-9.]+\n"));
  EXPECT_EQ(world.run({"--help"}), 0);
  ssmb::testing::expect_golden("tests/golden/help.txt", world.out.str());
  EXPECT_EQ(world.err.str(), "");
  EXPECT_EQ(world.run({"infra", "--help"}), 0);
  EXPECT_THAT(world.out.str(), ::testing::HasSubstr("\n  infra destroy  Delete "));
  EXPECT_THAT(world.out.str(), ::testing::Not(::testing::HasSubstr("backup  ")));
  EXPECT_EQ(world.run({}), 2);
  EXPECT_EQ(world.out.str(), "");
}

TEST(CommandLine, HelpOfEveryCommandShowsExamplesAndExitCodesIn80Columns) {
  for (const Command& command : commands()) {
    SCOPED_TRACE(command.name);
    const std::string help = command_help(command);
    EXPECT_THAT(help, ::testing::HasSubstr("\nExamples:\n  ssm-backup "));
    EXPECT_THAT(help, ::testing::HasSubstr("\n  143  terminated"));
    std::istringstream lines(help);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
    EXPECT_FALSE(command.summary.empty());
  }
}

TEST(CommandLine, ReferenceFollowsFromTheTable) {
  ssmb::testing::expect_golden("docs/commands.md", reference(commands()));
}

TEST(ExitCodes, FollowFromOneTable) {
  EXPECT_EQ(exit_code(Outcome::done), 0);
  EXPECT_EQ(exit_code(Outcome::failed), 1);
  EXPECT_EQ(exit_code(Outcome::incomplete), 3);
  EXPECT_EQ(exit_code(Outcome::differences), 4);
  EXPECT_EQ(exit_code(ErrorKind::usage, 0), 2);
  EXPECT_EQ(exit_code(ErrorKind::configuration, 0), 2);
  EXPECT_EQ(exit_code(ErrorKind::credentials, 0), 2);
  EXPECT_EQ(exit_code(Outcome::misconfigured), 2);
  EXPECT_EQ(exit_code(ErrorKind::denied, 0), 1);
  EXPECT_EQ(exit_code(ErrorKind::cancelled, 0), 1);
  EXPECT_EQ(exit_code(ErrorKind::cancelled, SIGINT), 130);
  EXPECT_EQ(exit_code(ErrorKind::cancelled, SIGTERM), 143);
}

TEST(Suggestions, TakeTheNearestWordOrNone) {
  const std::vector<std::string> names{"backup", "list", "verify"};
  EXPECT_EQ(nearest("bakup", names), "backup");
  EXPECT_EQ(nearest("lst", names), "list");
  EXPECT_EQ(nearest("qqqqqq", names), "");
}

}  // namespace
}  // namespace ssmb::cli
