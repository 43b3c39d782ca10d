// Golden files: tests/golden/<name> holds the expected text. UPDATE_GOLDEN=1 writes them anew.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace ssmb::testing {

// `path` from the source directory, where tests run.
inline void expect_golden(const std::string& path, const std::string& text) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): tests have one thread, and nobody sets it
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << text;
    return;
  }
  std::ifstream file(path);
  ASSERT_TRUE(file) << path << " is missing: UPDATE_GOLDEN=1 writes it";
  std::ostringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(expected.str(), text) << path << " differs: UPDATE_GOLDEN=1 if that is meant";
}

}  // namespace ssmb::testing
