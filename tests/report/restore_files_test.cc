#include "report/restore_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <fstream>

#include "shown_restore.h"

namespace ssmb::report {
namespace {

namespace fs = std::filesystem;

class RestoreWorkDir : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "ssmb-restore-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    place_ = pattern;
  }
  void TearDown() override { fs::remove_all(place_); }

  fs::path place_;
};

TEST_F(RestoreWorkDir, HoldASecondRestoreOffAndLetPlansBe) {
  RestoreFiles first(place_);
  ASSERT_TRUE(first.begin());
  RestoreFiles second(place_);
  const auto held = second.begin();
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().kind, ErrorKind::conflict);
  EXPECT_THAT(held.error().what, ::testing::HasSubstr("another restore is using"));
  RestoreWorld world;
  world.fill();
  EXPECT_TRUE(second.write_analysis(world.shown()));
}

TEST_F(RestoreWorkDir, AnEarlierResultDoesNotPassForThisOnes) {
  const auto file = place_ / "restore_result.json";
  std::ofstream(file) << "{}";
  RestoreFiles files(place_);
  ASSERT_TRUE(files.begin());
  EXPECT_FALSE(fs::exists(file));
  ASSERT_TRUE(files.write_result({{"status", "complete"}}));
  EXPECT_EQ(*read_file(file), "{\"status\":\"complete\"}\n");
}

TEST_F(RestoreWorkDir, AnAnalysisIsWrittenWholeOrNotAtAll) {
  RestoreWorld world;
  world.fill();
  const RestoreFiles files(place_ / "made" / "on the way");
  ASSERT_TRUE(files.write_analysis(world.shown()));
  const auto text = read_file(place_ / "made" / "on the way" / "analysis.json");
  ASSERT_TRUE(text);
  EXPECT_EQ(boost::json::parse(*text).at("create_count"), 14);

  std::ofstream(place_ / "file") << "";
  const auto refused = RestoreFiles(place_ / "file").write_analysis(world.shown());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::local_io);
  EXPECT_THAT(refused.error().next, ::testing::HasSubstr("name another place"));
}

}  // namespace
}  // namespace ssmb::report
