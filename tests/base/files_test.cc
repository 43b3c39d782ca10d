#include "base/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

namespace ssmb {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "ssmb-files-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
  }
  void TearDown() override { fs::remove_all(root_); }

  static unsigned mode(const fs::path& path) {
    struct stat status{};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 0777U;
  }

  fs::path root_;
};

TEST_F(Files, WrittenTextIsReadBackAndPrivate) {
  const fs::path path = root_ / "a" / "b" / "summary.json";
  const std::string text = std::string("x\0y\n", 4) + std::string(200'000, 'z');
  ASSERT_TRUE(write_file(path, "old"));
  ASSERT_TRUE(write_file(path, text));
  EXPECT_EQ(read_file(path), text);
  EXPECT_EQ(mode(path), 0600U);
  EXPECT_EQ(mode(root_ / "a"), 0700U);
  EXPECT_EQ(std::distance(fs::directory_iterator(path.parent_path()), {}), 1) << "a file left over";
}

TEST_F(Files, PiecesMakeOneFile) {
  const fs::path path = root_ / "pieces.json";
  ASSERT_TRUE(write_file(path, [](const TextSink& sink) {
    for (int i = 0; i < 1000; ++i) sink("0123456789");
  }));
  EXPECT_EQ(read_file(path)->size(), 10'000U);
  EXPECT_EQ(mode(path), 0600U);
  EXPECT_EQ(std::distance(fs::directory_iterator(root_), {}), 1) << "a file left over";
}

TEST_F(Files, APublicOneIsReadableByAllWhateverTheUmask) {
  const fs::path path = root_ / "metrics.prom";
  const mode_t before = ::umask(077);
  const auto written = write_public_file(path, "x 1\n");
  ::umask(before);
  ASSERT_TRUE(written);
  EXPECT_EQ(read_file(path), "x 1\n");
  EXPECT_EQ(mode(path), 0644U);
  EXPECT_EQ(std::distance(fs::directory_iterator(root_), {}), 1) << "a file left over";
  // A directory of ours would be one that its reader cannot enter.
  EXPECT_EQ(write_public_file(root_ / "nowhere" / "x", "").error().kind, ErrorKind::local_io);
}

TEST_F(Files, AReplacedFileIsAnotherFile) {
  const fs::path path = root_ / "pointer";
  ASSERT_TRUE(write_file(path, "old"));
  fs::create_hard_link(path, root_ / "kept");
  ASSERT_TRUE(write_file(path, "new"));
  EXPECT_EQ(read_file(root_ / "kept"), "old") << "the old text was written over in place";
}

TEST_F(Files, ErrorsNameThePath) {
  const auto missing = read_file(root_ / "nothing");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
  EXPECT_NE(missing.error().what.find("nothing"), std::string::npos);

  ASSERT_TRUE(write_file(root_ / "file", ""));
  const auto blocked = write_file(root_ / "file" / "below", "x");
  ASSERT_FALSE(blocked);
  EXPECT_EQ(blocked.error().kind, ErrorKind::local_io);
  fs::create_directory(root_ / "taken");
  EXPECT_FALSE(write_file(root_ / "taken", "x"));
  EXPECT_EQ(std::distance(fs::directory_iterator(root_), {}), 2) << "a file left over";
}

}  // namespace
}  // namespace ssmb
