// What a backup takes and leaves out, what reading it back needs, and what the work directory says.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "sandbox_cli.h"

namespace ssmb::cli {
namespace {

using ::testing::HasSubstr;

// One Region's repository is a directory, so that nothing but the listing asks AWS.
struct DirectoryBackup : ::testing::Test {
  std::vector<std::string> command(std::string name, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{std::move(name), "--region", "us-west-2", "--repository",
                                   (cli.directory / "repository").string()};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  SandboxCli cli;
};

// "every parameter", said the README, and what the scope left out was said nowhere.
TEST_F(DirectoryBackup, SaysWhatItsScopeLeavesOut) {
  cli.seed("us-west-2", 0, 2);
  cli.sandbox.seed("us-west-2", {{{"Name", "/app/devices/x"}, {"Value", "v"}}});
  struct Row {
    const char* name;
    std::vector<std::string> more;
    const char* line;
  };
  const Row rows[] = {
      {"of the environment",
       {},
       "scope: names that hold /dev/; 1 other name was listed and left out\n"},
      {"a dry run",
       {"--dry-run"},
       "scope: names that hold /dev/; 1 other name was listed and left out\n"},
      {"all",
       {"--include", "*"},
       "scope: names that match *; 0 other names were listed and left out\n"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    ASSERT_EQ(cli.run(command("backup", row.more)), 0) << cli.world.err.str();
    EXPECT_THAT(cli.world.out.str(), HasSubstr(row.line));
  }
}

// Reading a directory asked for AWS credentials first.
TEST_F(DirectoryBackup, IsReadWithoutCredentials) {
  cli.seed("us-west-2", 0, 2);
  ASSERT_EQ(cli.run(command("backup")), 0) << cli.world.err.str();
  cli.world.environment.variables = {{"AWS_EC2_METADATA_DISABLED", "true"}};
  for (const char* name : {"list", "verify", "show"})
    EXPECT_EQ(cli.run(command(name)), 0) << name << ": " << cli.world.err.str();
}

}  // namespace
}  // namespace ssmb::cli
