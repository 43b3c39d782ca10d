#include "snapshot/standing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "runtime/virtual_runtime.h"
#include "snapshot/trouble.h"
#include "tests/support/memory_repository.h"
#include "tests/support/snapshots.h"

namespace ssmb::snapshot {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::MemoryRepository;
using testing::SnapshotOptions;
using testing::write_snapshot;
using End = FollowedPointer::End;

const Time kNow = VirtualRuntime::default_start();
const Environment kDev("dev");
const Region kRegion("us-west-2");

class Standing : public ::testing::Test {
 protected:
  Written write(SnapshotOptions options) {
    auto written = *runtime_.run(write_snapshot(repository_, std::move(options)));
    EXPECT_TRUE(written) << written.error().what;
    return *written;
  }
  void point(const std::string& text) {
    repository_.objects[latest_key(kRegion).str()] = {text, kNow};
  }
  Result<FollowedPointer> follow() {
    return *runtime_.run(follow_pointer(repository_, kDev, kRegion, latest_key(kRegion), {}));
  }
  std::string newest() {
    const auto found = *runtime_.run(newest_complete(repository_, kDev, kRegion, {}));
    EXPECT_TRUE(found) << found.error().what;
    passed_over_ = found->passed_over;
    return found->found ? found->found->document.str() : "";
  }

  VirtualRuntime runtime_{1};
  MemoryRepository repository_{runtime_};
  std::vector<ObjectKey> passed_over_;  // by newest()
};

TEST_F(Standing, APointerComesToOneOfFourEnds) {
  const std::string good = write({.start = kNow - 1h}).manifest.document.key.str();
  const std::string incomplete =
      write({.start = kNow - 2h, .unreadable = {"/x"}}).manifest.document.key.str();
  const Written torn = write({.start = kNow - 3h});
  repository_.objects.erase(torn.manifest_key.str());
  const Written broken = write({.start = kNow - 4h});
  repository_.objects.at(broken.manifest.document.key.str()).bytes += ' ';
  const Written closed = write({.start = kNow - 5h});
  const std::string partial =
      write({.start = kNow - 6h, .selection = {"/app/*"}}).manifest.document.key.str();
  const std::string ahead = write({.start = kNow + 16min}).manifest.document.key.str();
  repository_.fault = [&](std::string_view, const ObjectKey& key) -> std::optional<Error> {
    if (key != closed.manifest_key) return std::nullopt;
    return Error{.kind = ErrorKind::denied, .what = "no way", .fault = {}, .next = {}};
  };
  const struct {
    const char* name;
    std::string target;
    End end;
    const char* wrong;
  } rows[] = {
      {"good", good + "\n", End::snapshot, ""},
      {"incomplete", incomplete, End::wrong, "which is incomplete"},
      {"unfinished", torn.manifest.document.key.str(), End::wrong, "whose run did not end"},
      {"broken", broken.manifest.document.key.str(), End::wrong, "which is broken: its size"},
      {"closed", closed.manifest.document.key.str(), End::unread, ""},
      {"missing", "2026-11-20/us-west-2/ssm-backup-dev-us-west-2-20261120_130000.json", End::wrong,
       "20261120_130000.json, which is missing"},
      {"partial", partial, End::wrong, "which is partial"},
      {"in the future", ahead, End::wrong, "a time in the future"},
      {"another Region", "2026-11-22/eu-west-1/ssm-backup-dev-eu-west-1-20261122_130000.json",
       End::wrong, "no backup of dev in us-west-2"},
      {"garbage", "a\x01", End::wrong, "names 'a\\x01', no backup of dev"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    point(row.target);
    const auto followed = follow();
    ASSERT_TRUE(followed) << followed.error().what;
    EXPECT_EQ(followed->end, row.end);
    EXPECT_THAT(followed->wrong, HasSubstr(row.wrong));
    EXPECT_EQ(followed->unread.has_value(), row.end == End::unread);
  }
  repository_.objects.erase(latest_key(kRegion).str());
  EXPECT_EQ(follow()->end, End::nothing);
  EXPECT_EQ(follow()->wrong, "does not exist");
}

TEST_F(Standing, TheWayToThePointerIsAnErrorItsRightsAreNot) {
  ErrorKind kind = ErrorKind::denied;
  repository_.fault = [&kind](std::string_view, const ObjectKey&) -> std::optional<Error> {
    return Error{.kind = kind, .what = "no way", .fault = {}, .next = {}};
  };
  EXPECT_EQ(follow()->end, End::unread);
  // A bucket that does not exist is no pointer that does not.
  kind = ErrorKind::configuration;
  EXPECT_EQ(follow().error().kind, ErrorKind::configuration);
}

TEST_F(Standing, TheNewestCompleteSnapshotNeedsNoPointer) {
  EXPECT_EQ(newest(), "");
  const std::string good = write({.start = kNow - 5h}).manifest.document.key.str();
  write({.start = kNow - 4h, .unreadable = {"/x"}});
  write({.start = kNow - 3h, .selection = {"/app/*"}});
  repository_.objects.erase(write({.start = kNow - 2h}).manifest.document.key.str());
  repository_.objects.at(write({.start = kNow - 1h}).manifest.document.key.str()).bytes += ' ';
  write({.start = kNow + 1h});  // ahead of the repository's clock
  EXPECT_EQ(newest(), good);
}

// It was named for a restore, though the guard had held it back.
TEST_F(Standing, TheNewestCompleteSnapshotIsNoShrunkenOne) {
  const std::string good = write({.start = kNow - 5h, .count = 10}).manifest.document.key.str();
  const ObjectKey first = write({.start = kNow - 4h, .count = 4}).manifest.document.key;
  const ObjectKey second = write({.start = kNow - 3h, .count = 4}).manifest.document.key;
  const auto latest = [this] {
    return *runtime_.run(Snapshot::open_latest(repository_, kDev, kRegion, {}));
  };
  for (const char* text : {"kept", "rubbish"}) {
    SCOPED_TRACE(text);
    if (*text == 'r') point(text);
    EXPECT_EQ(newest(), good);
    EXPECT_EQ(passed_over_, (std::vector{second, first}));
  }
  EXPECT_THAT(latest().error().next, HasSubstr("--snapshot " + good));
  EXPECT_THAT(latest().error().next, HasSubstr(second.str() + " and 1 more are complete, too"));
  // A shrinking that was accepted is what the pointer names.
  const std::string accepted =
      write({.start = kNow - 2h, .count = 4, .accept_shrink = AcceptShrink::yes})
          .manifest.document.key.str();
  EXPECT_EQ(newest(), accepted);
}

// "no backup has succeeded there yet" was said beside a sound snapshot.
TEST_F(Standing, WithoutThePointerTheNewestCompleteSnapshotIsNamed) {
  const auto latest = [this] {
    return *runtime_.run(Snapshot::open_latest(repository_, kDev, kRegion, {}));
  };
  EXPECT_THAT(latest().error().next, HasSubstr("no backup has succeeded there yet"));
  const std::string key = write({.start = kNow}).manifest.document.key.str();
  for (const char* text : {"", "rubbish"}) {
    SCOPED_TRACE(text);
    point(text);
    if (*text == 0) repository_.objects.erase(latest_key(kRegion).str());
    const auto opened = latest();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, *text == 0 ? ErrorKind::not_found : ErrorKind::corrupt);
    EXPECT_THAT(opened.error().next, HasSubstr("--snapshot " + key));
    EXPECT_THAT(opened.error().next, HasSubstr("mends the pointer"));
  }
}

TEST(Trouble, TellsDamageRightsAndTheWayApart) {
  const std::pair<ErrorKind, Trouble> rows[] = {
      {ErrorKind::not_found, Trouble::gone},        {ErrorKind::corrupt, Trouble::damaged},
      {ErrorKind::denied, Trouble::unread},         {ErrorKind::local_io, Trouble::unread},
      {ErrorKind::unreachable, Trouble::elsewhere}, {ErrorKind::configuration, Trouble::elsewhere},
      {ErrorKind::cancelled, Trouble::elsewhere},   {ErrorKind::credentials, Trouble::elsewhere},
      {ErrorKind::timeout, Trouble::elsewhere},     {ErrorKind::throttled, Trouble::elsewhere},
  };
  for (const auto& [kind, trouble] : rows) {
    SCOPED_TRACE(to_string(kind));
    EXPECT_EQ(trouble_of({.kind = kind, .what = {}, .fault = {}, .next = {}}), trouble);
  }
}

}  // namespace
}  // namespace ssmb::snapshot
