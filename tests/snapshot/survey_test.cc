#include "snapshot/survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/virtual_runtime.h"

namespace ssmb::snapshot {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_days;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Extent = SnapshotId::Extent;

const Time kNow = VirtualRuntime::default_start();  // 2026-11-22, 13:00
const sys_days kToday = std::chrono::floor<days>(kNow);

// `ago` days ago, at the same time.
Entry entry(int ago, State state, Extent extent = Extent::full) {
  Entry made{.id = {.environment = Environment("dev"),
                    .region = Region("us-west-2"),
                    .time = kNow - days{ago},
                    .extent = extent},
             .state = state};
  if (state == State::complete || state == State::incomplete) made.manifest.emplace();
  return made;
}
Entry child(Entry made, const Entry& parent) {
  made.manifest->parent = ParentRef{.key = manifest_key(parent.id)};
  return made;
}

TEST(Survey, DaysWithoutACompleteSnapshot) {
  const auto gap = [](int from, int to) {
    return Days{.first = kToday - days{from}, .last = kToday - days{to}};
  };
  const struct {
    const char* name;
    std::vector<Entry> entries;
    std::vector<Days> without;
  } rows[] = {
      {"none at all", {}, {}},
      {"today's alone", {entry(0, State::complete)}, {}},
      {"today's is not due yet", {entry(1, State::complete)}, {}},
      {"yesterday is missing", {entry(2, State::complete)}, {gap(1, 1)}},
      {"two gaps",
       {entry(0, State::complete), entry(3, State::complete), entry(5, State::complete)},
       {gap(4, 4), gap(2, 1)}},
      {"old ones count",
       {entry(0, State::complete), entry(1, State::old), entry(2, State::old)},
       {}},
      {"others do not",
       {entry(0, State::complete), entry(1, State::incomplete), entry(2, State::unfinished),
        entry(3, State::broken), entry(4, State::complete, Extent::partial),
        entry(5, State::complete)},
       {gap(4, 1)}},
      {"nor does what is ahead", {entry(-2, State::complete), entry(0, State::complete)}, {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(survey(row.entries, {}, kNow).without, row.without);
  }
}

TEST(Survey, AParentThatIsGoneThoughOlderOnesStand) {
  const Entry first = entry(3, State::complete);
  const Entry second = child(entry(2, State::incomplete, Extent::partial), first);
  const Entry third = child(entry(1, State::complete), second);
  EXPECT_THAT(survey({third, second, first}, {}, kNow).gone, IsEmpty());
  // Retention takes the oldest first.
  EXPECT_THAT(survey({third, second}, {}, kNow).gone, IsEmpty());
  EXPECT_THAT(survey({third}, {}, kNow).gone, IsEmpty());
  EXPECT_THAT(survey({third, first}, {}, kNow).gone,
              ElementsAre(GoneParent{.manifest = manifest_key(third.id),
                                     .parent = manifest_key(second.id)}));
}

TEST(Survey, AnIndexThatBelongsToNothing) {
  Entry partial = entry(1, State::complete, Extent::partial);
  const std::vector<Entry> entries{entry(0, State::unfinished), partial};
  SnapshotId of_partial = partial.id;
  of_partial.extent = Extent::full;  // as its key is parsed
  const SnapshotId stray = entry(2, State::broken).id;
  const Survey found = survey(entries, {stray, of_partial, entries[0].id}, kNow);
  ASSERT_EQ(found.strays.size(), 1U);
  EXPECT_EQ(found.strays[0].key, index_key(stray));
}

}  // namespace
}  // namespace ssmb::snapshot
