// What the conformance suite cannot show of the directory repository.
#include "snapshot/directory_repository.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/descriptor.h"
#include "runtime/virtual_runtime.h"

namespace ssmb::snapshot {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

class Directory : public ::testing::Test {
 public:
  Directory() {
    std::string pattern = ::testing::TempDir() + "ssmb-directory-XXXXXX";
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    parent_ = pattern;
    root_ = parent_ / "backup";
    repository_ = make_directory_repository(runtime_, root_);
  }
  ~Directory() override { fs::remove_all(parent_); }

  static unsigned mode(const fs::path& path) {
    struct stat status{};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777U;
  }
  Result<ObjectStat> put(const char* key, std::string_view bytes) {
    return *runtime_.run(repository_->put_new(ObjectKey(key), SecretBytes(bytes), {}));
  }
  std::vector<std::string> keys() {
    std::vector<std::string> all;
    const auto note = [&all](const std::vector<ListedKey>& page) {
      for (const ListedKey& listed : page) all.push_back(listed.key.str());
      return true;
    };
    EXPECT_TRUE(*runtime_.run(repository_->list("", note, {})));
    return all;
  }

  VirtualRuntime runtime_{1};
  fs::path parent_;
  fs::path root_;
  std::unique_ptr<Repository> repository_;
};

TEST_F(Directory, WhatAKilledRunLeftIsRemovedAndALivingOneIsNot) {
  auto living = *runtime_.run(repository_->create(ObjectKey("2026-11-22/r/b"), {}));
  ASSERT_TRUE(living) << living.error().what;
  fs::create_directories(root_ / "2026-11-21/r");
  const fs::path torn = root_ / "2026-11-21/r/.unfinished-abcdef";
  std::ofstream(torn) << "secret";
  const auto next_run = make_directory_repository(runtime_, root_);
  ASSERT_TRUE(*runtime_.run(next_run->put_new(ObjectKey("2026-11-22/r/a"), SecretBytes("x"), {})));
  EXPECT_FALSE(fs::exists(torn));
  const auto committed = *runtime_.run((*living)->commit({}));
  EXPECT_TRUE(committed) << committed.error().what;
}

TEST_F(Directory, AForeignLockIsWaitedForWithinTheScope) {
  ASSERT_TRUE(put("a", "x"));
  const std::string path = (root_ / ".lock").string();
  const Descriptor foreign(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  ASSERT_EQ(::flock(foreign.number(), LOCK_EX), 0);
  const CallScope scope{.deadline = runtime_.steady() + std::chrono::seconds{1}};
  const auto replaced = *runtime_.run(
      repository_->replace(ObjectKey("latest.txt"), std::nullopt, SecretBytes("x"), scope));
  ASSERT_FALSE(replaced);
  EXPECT_EQ(replaced.error().kind, ErrorKind::timeout);
}

TEST_F(Directory, FilesAndDirectoriesAreTheOwnersAlone) {
  ASSERT_TRUE(put("a/b", "x"));
  ASSERT_TRUE(*runtime_.run(
      repository_->replace(ObjectKey("latest.txt"), std::nullopt, SecretBytes("x"), {})));
  EXPECT_EQ(mode(root_), 0700U);
  EXPECT_EQ(mode(root_ / "a"), 0700U);
  EXPECT_EQ(mode(root_ / "a/b"), 0600U);
  EXPECT_EQ(mode(root_ / "latest.txt"), 0600U);
  EXPECT_EQ(mode(root_ / ".lock"), 0600U);
}

TEST_F(Directory, ReadersSeeNeitherTemporaryFilesNorLinks) {
  ASSERT_TRUE(put("a/b", "x"));
  auto writer = *runtime_.run(repository_->create(ObjectKey("a/c"), {}));
  ASSERT_TRUE(*runtime_.run((*writer)->append(SecretBytes("half"), {})));
  fs::create_symlink("/etc/hostname", root_ / "a" / "link");
  fs::create_directories(root_ / ".snapshots" / "a");
  std::ofstream(root_ / ".snapshots" / "a" / "b") << "x";
  EXPECT_THAT(keys(), ElementsAre("a/b"));
  EXPECT_FALSE(*runtime_.run(repository_->get(ObjectKey("a/link"), {})));
  writer->reset();
  EXPECT_EQ(std::distance(fs::directory_iterator(root_ / "a"), {}), 2) << "a file left over";
}

TEST_F(Directory, TwoRepositoriesOverOneDirectoryAgree) {
  const auto other = make_directory_repository(runtime_, root_);
  const ObjectKey key("latest.txt");
  const auto first = *runtime_.run(repository_->replace(key, std::nullopt, SecretBytes("one"), {}));
  ASSERT_TRUE(first);
  ASSERT_TRUE(*runtime_.run(other->replace(key, first->etag, SecretBytes("two"), {})));
  EXPECT_EQ(
      runtime_.run(repository_->replace(key, first->etag, SecretBytes("3"), {}))->error().kind,
      ErrorKind::conflict);
}

TEST_F(Directory, WhatCannotBeWrittenIsAnError) {
  std::ofstream(parent_ / "file") << "x";
  const auto blocked = make_directory_repository(runtime_, parent_ / "file");
  const auto put_there = *runtime_.run(blocked->put_new(ObjectKey("a"), SecretBytes("x"), {}));
  ASSERT_FALSE(put_there);
  EXPECT_EQ(put_there.error().kind, ErrorKind::local_io);
  EXPECT_THAT(put_there.error().what, ::testing::HasSubstr((parent_ / "file").string()));
}

}  // namespace
}  // namespace ssmb::snapshot
