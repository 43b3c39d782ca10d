#include "snapshot/lone_document.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "parameter/fields.h"
#include "runtime/virtual_runtime.h"
#include "tests/support/memory_repository.h"
#include "tests/support/snapshots.h"

namespace ssmb::snapshot {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const Time kNow = VirtualRuntime::default_start();
const std::string kRecord =
    R"({"Name":"/app/dev/a","Type":"String","Value":"v","Version":3,)"
    R"("LastModifiedDate":"2025-08-30T10:11:12.345000+09:00","ARN":"arn:aws:ssm:us-west-2:)"
    R"(123456789012:parameter/app/dev/a","DataType":"text"})";

class LoneDocumentTest : public ::testing::Test {
 public:
  LoneDocumentTest() {
    std::string pattern = (fs::temp_directory_path() / "ssmb-lone-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "no temporary directory";
    directory_ = pattern;
  }
  ~LoneDocumentTest() override { fs::remove_all(directory_); }

 protected:
  fs::path file(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / name, std::ios::binary) << text;
    return directory_ / name;
  }
  Result<LoneDocument> open(const fs::path& path) {
    return *runtime_.run(open_lone_document(runtime_, path, {}));
  }
  std::string written(testing::SnapshotOptions options) {
    testing::MemoryRepository repository(runtime_);
    const auto done = *runtime_.run(testing::write_snapshot(repository, std::move(options)));
    return repository.objects.at(done->manifest.document.key.str()).bytes;
  }

  VirtualRuntime runtime_{1};
  fs::path directory_;
};

TEST_F(LoneDocumentTest, IsReadWithoutManifestAndIndex) {
  const auto lone = open(file("copy.json", written({.start = kNow, .count = 300})));
  ASSERT_TRUE(lone) << lone.error().what;
  EXPECT_EQ(lone->entry.state, State::alone);
  EXPECT_EQ(
      lone->entry.id,
      (SnapshotId{.environment = Environment("dev"), .region = Region("us-west-2"), .time = kNow}));
  EXPECT_EQ(lone->repository->url(lone->entry.document), (directory_ / "copy.json").string());
  const Snapshot snapshot = Snapshot::of(*lone->repository, lone->entry);
  const auto one = *runtime_.run(snapshot.read(ParameterName("/app/dev/0123"), {}));
  ASSERT_TRUE(one) << one.error().what;
  EXPECT_EQ(one->record.parameter.value.reveal(), "value 123");
  const auto all =
      *runtime_.run(snapshot.read_all([](const DocumentRecord&) { return Result<void>{}; }, {}));
  ASSERT_TRUE(all) << all.error().what;
  EXPECT_EQ(all->parameter_count, 300U);
}

TEST_F(LoneDocumentTest, SaysWhatItIsWhateverItsAge) {
  const std::string head =
      R"("backup_date":"2025-09-04","backup_timestamp":"20250904_014349","environment":"dev",)";
  const std::string records = R"("parameter_count":1,"parameters":[)" + kRecord + "]}";
  const Time then = *parse_timestamp("20250904_014349");
  const struct {
    const char* name;
    std::string text;
    State state;
    SnapshotId id;
  } rows[] = {
      {"old, the Region in the record's ARN alone",
       "{" + head + records,
       State::old,
       {Environment("dev"), Region("us-west-2"), then}},
      {"old, without parameters",
       "{" + head + R"("parameters":[]})",
       State::old,
       {Environment("dev"), Region(), then}},
      {"old, with a Region of its own",
       "{\n" + head + R"("region":"eu-west-1",)" + records,
       State::old,
       {Environment("dev"), Region("eu-west-1"), then}},
      {"of a selection",
       written({.start = kNow, .selection = {"/app/*"}}),
       State::alone,
       {Environment("dev"), Region("us-west-2"), kNow, SnapshotId::Extent::partial}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto lone = open(file("x.json", row.text));
    ASSERT_TRUE(lone) << lone.error().what;
    EXPECT_EQ(lone->entry.state, row.state);
    EXPECT_EQ(lone->entry.id, row.id);
    EXPECT_EQ(lone->entry.size, row.text.size());
  }
}

TEST_F(LoneDocumentTest, ATimeThatIsNotToldIsTheFiles) {
  const fs::path path = file("x.json", R"({"parameters":[)" + kRecord + "]}");
  const timespec stamps[] = {{.tv_sec = 1'756'548'672, .tv_nsec = 0},
                             {.tv_sec = 1'756'548'672, .tv_nsec = 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), stamps, 0), 0);
  const auto lone = open(path);
  ASSERT_TRUE(lone) << lone.error().what;
  EXPECT_EQ(lone->entry.id.time, Time{std::chrono::seconds{1'756'548'672}});
  EXPECT_TRUE(lone->entry.id.environment.empty());
}

TEST_F(LoneDocumentTest, ALinkIsFollowed) {
  fs::create_symlink(file("x.json", written({.start = kNow})), directory_ / "link");
  const auto lone = open(directory_ / "link");
  ASSERT_TRUE(lone) << lone.error().what;
  EXPECT_EQ(lone->entry.document.str(), "x.json");
}

TEST_F(LoneDocumentTest, WhatIsNoDocumentIsRefusedWithItsName) {
  const struct {
    const char* name;
    const char* file;
    std::string text;
    ErrorKind kind;
    const char* says;
  } rows[] = {
      {"a hidden name", ".x.json", "{}", ErrorKind::usage, "cannot be read as a snapshot"},
      {"no JSON", "notes.txt", "so what", ErrorKind::corrupt, "notes.txt"},
      {"a later format", "f2.json", R"({"format": 2, "x": 1})", ErrorKind::corrupt, "f2.json"},
      {"an image", "i.png", std::string("\x89PNG\r\n\x1a\n\0", 9), ErrorKind::corrupt, "i.png"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto lone = open(file(row.file, row.text));
    ASSERT_FALSE(lone);
    EXPECT_EQ(lone.error().kind, row.kind);
    EXPECT_THAT(lone.error().what, HasSubstr(row.says));
  }
  EXPECT_EQ(open(directory_ / "nothing").error().kind, ErrorKind::usage);
}

// Cut anywhere, it is either refused at once or when it has been read to its end.
TEST_F(LoneDocumentTest, ATornOneIsFoundOutByReadingIt) {
  const std::string text = written({.start = kNow, .count = 3});
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {  // the last byte is a line feed
    const auto lone = open(file("torn.json", text.substr(0, size)));
    if (!lone) continue;
    const auto read =
        *runtime_.run(Snapshot::of(*lone->repository, lone->entry)
                          .read_all([](const DocumentRecord&) { return Result<void>{}; }, {}));
    ASSERT_FALSE(read) << size;
    EXPECT_EQ(read.error().kind, ErrorKind::corrupt);
  }
}

}  // namespace
}  // namespace ssmb::snapshot
