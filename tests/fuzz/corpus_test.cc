// Every input that fuzzing has kept, and each that once broke something.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.h"
#include "targets.h"

namespace ssmb::fuzz {
namespace {

TEST(Corpus, NothingIsWrongWithAnyOfIt) {
  for (const Named& named : kTargets) {
    SCOPED_TRACE(named.name);
    int inputs = 0;
    for (const auto& file :
         std::filesystem::directory_iterator("tests/fuzz/corpus/" + std::string(named.name))) {
      const auto text = read_file(file.path());
      ASSERT_TRUE(text) << file.path();
      EXPECT_EQ(named.target(*text), "") << file.path();
      ++inputs;
    }
    EXPECT_GT(inputs, 10);
  }
}

}  // namespace
}  // namespace ssmb::fuzz
