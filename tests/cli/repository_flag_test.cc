// --repository: what may be meant by it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox_cli.h"

namespace ssmb::cli {
namespace {

using ::testing::HasSubstr;

// A bucket whose s3:// had been forgotten became a directory.
TEST(RepositoryFlag, ABareWordIsNoNewDirectory) {
  struct Row {
    const char* name;
    std::string repository;
    int code;
  };
  SandboxCli cli;
  cli.seed("us-west-2", 0, 3);
  const std::filesystem::path was = std::filesystem::current_path();
  std::filesystem::current_path(cli.directory);
  std::filesystem::create_directory("there");
  const Row rows[] = {
      {"a bare word", "nosuchdir", 2}, {"with a path", "nosuchdir/x", 2},
      {"a path", "./new", 0},          {"from the root", (cli.directory / "newer").string(), 0},
      {"there already", "there", 0},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(cli.run({"backup", "--region", "us-west-2", "--repository", row.repository}),
              row.code);
    if (row.code == 0) continue;
    EXPECT_THAT(cli.world.err.str(),
                HasSubstr(fmt::format("error: --repository: there is no directory '{0}'\n"
                                      "next: write s3://{0} for a bucket, or ./{0} for a new "
                                      "directory\n",
                                      row.repository)));
    EXPECT_FALSE(std::filesystem::exists(row.repository));
  }
  std::filesystem::current_path(was);
}

}  // namespace
}  // namespace ssmb::cli
