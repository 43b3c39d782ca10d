// Three Regions with a backup each, for the commands that look into repositories.
#pragma once

#include <gtest/gtest.h>

#include "sandbox_cli.h"

namespace ssmb::cli {

struct LookTest : ::testing::Test {
  LookTest() {
    cli.prepare(12);
    EXPECT_EQ(cli.run({"backup", "--run-id", "r"}), 0) << cli.world.err.str();
  }
  void put(const std::string& region, const std::string& key, const std::string& text) {
    aws::s3::Client s3(cli.sandbox.session, Region(region));
    const auto done = cli.sandbox.runtime.run(s3.put_object(
        {.name = SandboxCli::bucket(region)}, ObjectKey(key), SecretBytes(text), {}, {}));
    ASSERT_TRUE(done && *done);
  }
  void remove(const std::string& region, const std::string& key) {
    aws::s3::Client s3(cli.sandbox.session, Region(region));
    const auto done = cli.sandbox.runtime.run(
        s3.delete_object({.name = SandboxCli::bucket(region)}, ObjectKey(key), {}));
    ASSERT_TRUE(done && *done);
  }
  SandboxCli cli;
};

}  // namespace ssmb::cli
