#include "snapshot/pointer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "runtime/concurrency.h"
#include "runtime/virtual_runtime.h"
#include "tests/support/memory_repository.h"

namespace ssmb::snapshot {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::MemoryRepository;
using Outcome = PointerReport::Outcome;

const Time kNow = VirtualRuntime::default_start();

SnapshotId at(Time time, const char* environment = "dev") {
  return {.environment = Environment(environment),
          .region = Region("us-west-2"),
          .time = time,
          .extent = SnapshotId::Extent::full};
}

class Pointers : public ::testing::Test {
 protected:
  void hold(const SnapshotId& id) { repository_.objects[document_key(id).str()] = {"{}", kNow}; }
  void point(const std::string& text) { repository_.objects["latest.txt"] = {text, kNow}; }
  std::string content() { return repository_.objects["latest.txt"].bytes; }
  PointerReport advance(const SnapshotId& to) {
    return *runtime_.run(advance_pointer(repository_, latest_key(), to, {}));
  }

  VirtualRuntime runtime_{1};
  MemoryRepository repository_{runtime_};
};

TEST_F(Pointers, MoveOnlyForwardAndMendWhatIsBroken) {
  const std::string older = document_key(at(kNow - 24h)).str();
  const std::string newer = document_key(at(kNow + 5min)).str();
  const std::string future = document_key(at(kNow + 16min)).str();
  const std::string other = document_key(at(kNow - 24h, "prod")).str();
  const struct {
    const char* name;
    std::string before;
    Outcome outcome;
    const char* why;
  } rows[] = {
      {"an older one", older + "\n", Outcome::moved, ""},
      {"an older one, no line feed", older, Outcome::moved, ""},
      {"a newer one", newer + "\n", Outcome::kept, "which is newer"},
      {"this one", document_key(at(kNow)).str(), Outcome::kept, "names this snapshot"},
      {"a time in the future", future + "\n", Outcome::repaired, "a time in the future"},
      {"an object that is missing", document_key(at(kNow - 48h)).str(), Outcome::repaired,
       "which is missing"},
      {"no backup at all", "rubbish\x01", Outcome::repaired, "named 'rubbish\\x01', which is no"},
      {"empty", "", Outcome::repaired, "no backup"},
      {"another environment", other, Outcome::failed, "is prod's, and a repository holds one"},
  };
  for (const SnapshotId& id : {at(kNow), at(kNow - 24h), at(kNow + 5min), at(kNow + 16min)})
    hold(id);
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    point(row.before);
    const PointerReport report = advance(at(kNow));
    EXPECT_EQ(report.outcome, row.outcome) << report.why;
    EXPECT_THAT(report.why, HasSubstr(row.why));
    const bool written = row.outcome == Outcome::moved || row.outcome == Outcome::repaired;
    EXPECT_EQ(content(), written ? document_key(at(kNow)).str() + "\n" : row.before);
    if (written) EXPECT_EQ(report.target, document_key(at(kNow)));
    EXPECT_EQ(report.next.empty(), row.outcome != Outcome::failed);
  }
}

TEST_F(Pointers, TheFirstIsMade) {
  hold(at(kNow));
  EXPECT_EQ(advance(at(kNow)).outcome, Outcome::moved);
  EXPECT_EQ(content(), document_key(at(kNow)).str() + "\n");
  const auto read = runtime_.run(read_pointer(repository_, latest_key(), {}));
  EXPECT_EQ((**read)->target, document_key(at(kNow)));
  EXPECT_FALSE(**runtime_.run(read_pointer(repository_, latest_key(Region("x")), {})));
}

TEST_F(Pointers, AClockAheadOfTheRepositorysMovesNothing) {
  hold(at(kNow + 16min));
  const PointerReport report = advance(at(kNow + 16min));
  EXPECT_EQ(report.outcome, Outcome::failed);
  EXPECT_THAT(report.why, HasSubstr("clock is ahead"));
  EXPECT_THAT(report.next, HasSubstr("set this machine's clock"));
  EXPECT_FALSE(repository_.objects.contains("latest.txt"));
}

// Two runs at once: whatever the order, the newest wins and nobody's move is lost in silence.
TEST_F(Pointers, TwoRunsAtOnceLeaveTheNewest) {
  for (const Time first : {kNow, kNow + 1min}) {
    SCOPED_TRACE(to_iso8601(first));
    const Time second = first == kNow ? kNow + 1min : kNow;
    repository_.objects.clear();
    repository_.latency = 10ms;
    hold(at(kNow));
    hold(at(kNow + 1min));
    TaskGroup group(runtime_.executor());
    const auto advance_one = [](MemoryRepository& repository, SnapshotId to) -> Task<void> {
      (void)co_await advance_pointer(repository, latest_key(), to, {});
    };
    group.spawn(advance_one(repository_, at(first)));
    group.spawn(advance_one(repository_, at(second)));
    runtime_.run_until_idle();
    EXPECT_EQ(content(), document_key(at(kNow + 1min)).str() + "\n");
  }
}

TEST_F(Pointers, ALostAnswerIsSettledByReading) {
  hold(at(kNow));
  int calls = 0;
  repository_.fault = [&](std::string_view call, const ObjectKey&) -> std::optional<Error> {
    if (call != "replace" || ++calls > 1) return std::nullopt;
    point(document_key(at(kNow)).str() + "\n");  // made, but the answer speaks of a conflict
    return Error{.kind = ErrorKind::conflict, .what = "412", .fault = {}, .next = {}};
  };
  EXPECT_EQ(advance(at(kNow)).outcome, Outcome::moved);
  EXPECT_EQ(calls, 1);
}

TEST_F(Pointers, TroubleIsReportedAndConflictsEnd) {
  hold(at(kNow));
  for (const char* call : {"get", "stat", "replace"}) {
    SCOPED_TRACE(call);
    repository_.fault = [&](std::string_view called, const ObjectKey&) -> std::optional<Error> {
      if (called != call) return std::nullopt;
      return Error{.kind = ErrorKind::denied, .what = "no way", .fault = {}, .next = {}};
    };
    const PointerReport report = advance(at(kNow));
    EXPECT_EQ(report.outcome, Outcome::failed);
    EXPECT_EQ(report.why, "no way");
  }
  repository_.fault = [](std::string_view call, const ObjectKey&) -> std::optional<Error> {
    if (call != "replace") return std::nullopt;
    return Error{.kind = ErrorKind::conflict, .what = "412", .fault = {}, .next = {}};
  };
  EXPECT_THAT(advance(at(kNow)).why, HasSubstr("again and again"));
}

}  // namespace
}  // namespace ssmb::snapshot
