// The report's numbers and its judgement, from data alone.

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <functional>

#include "engine/overview/days.h"
#include "engine/overview/drill_record.h"
#include "engine/overview/judge.h"

namespace ssmb::engine::overview {
namespace {

using doctor::Finding;
using snapshot::State;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

const Time kNow = *parse_iso8601("2026-11-22T15:00:00Z");

Time back(std::chrono::hours hours) { return kNow - hours; }

Point point(Time start, State state = State::complete, std::string held_back = {}) {
  return {.document = ObjectKey(to_iso8601(start)),
          .state = state,
          .held_back = std::move(held_back),
          .start = start,
          .took = 5s,
          .parameters = 10,
          .unreadable = 0,
          .bytes = ByteCount{100}};
}

std::vector<Day::State> states(const std::vector<Day>& days) {
  std::vector<Day::State> out;
  for (const Day& day : days) out.push_back(day.state);
  return out;
}

TEST(LastDays, ADayIsWhatItsBestSnapshotIs) {
  using enum Day::State;
  struct Row {
    const char* name;
    std::vector<Point> points;
    std::vector<Day::State> expected;  // of the last three days
  };
  const std::vector<Row> rows{
      {"nothing at all", {}, {before_first, before_first, open}},
      {"each day", {point(back(50h)), point(back(26h)), point(back(2h))}, {good, good, good}},
      {"a day without", {point(back(50h)), point(back(2h))}, {good, none, good}},
      {"none today yet", {point(back(50h)), point(back(26h))}, {good, good, open}},
      {"begun yesterday", {point(back(26h))}, {before_first, good, open}},
      {"a good one counts more than a newer one that is not",
       {point(back(28h)), point(back(26h), State::incomplete), point(back(50h))},
       {good, good, open}},
      {"only one that is incomplete",
       {point(back(50h)), point(back(26h), State::incomplete)},
       {good, not_good, open}},
      {"one that is held back is not good",
       {point(back(50h)), point(back(26h), State::complete, "it holds 2")},
       {good, not_good, open}},
      {"an old one is good", {point(back(50h), State::old)}, {good, none, open}},
      {"before the days that are asked for, and none since",
       {point(back(240h))},
       {none, none, open}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(states(last_days(row.points, kNow, 3)), row.expected);
  }
}

TEST(LastDays, TheNewestOfTwoGoodOnesIsTold) {
  const auto days = last_days({point(back(4h)), point(back(2h)), point(back(3h))}, kNow, 1);
  ASSERT_TRUE(days.at(0).point);
  EXPECT_EQ(days.at(0).point->start, back(2h));
}

std::vector<snapshot::IndexEntry> index(
    std::vector<std::tuple<const char*, int, const char*>> lines) {
  std::vector<snapshot::IndexEntry> entries;
  for (const auto& [name, version, content] : lines)
    entries.push_back({.name = ParameterName(name),
                       .version = version,
                       .last_modified_date = kNow,
                       .place = {.offset = 0, .length = 0, .sha256 = sha256(content)}});
  return entries;
}

TEST(ChangesBetween, IndexesTellWhatIsNewGoneOrOtherwise) {
  const auto old = index({{"/a", 1, "a"}, {"/b", 1, "b"}, {"/d", 1, "d"}});
  struct Row {
    const char* name;
    std::vector<snapshot::IndexEntry> to;
    ChangedBy by;
    Changes expected;
  };
  const std::vector<Row> rows{
      {"the same", old, ChangedBy::content, {}},
      {"added in front, between and behind",
       index({{"/0", 1, "0"},
              {"/a", 1, "a"},
              {"/b", 1, "b"},
              {"/c", 1, "c"},
              {"/d", 1, "d"},
              {"/e", 1, "e"}}),
       ChangedBy::content,
       {.added = 3}},
      {"all gone", {}, ChangedBy::content, {.removed = 3}},
      {"tags alone: another content under the same version",
       index({{"/a", 1, "A"}, {"/b", 1, "b"}, {"/d", 1, "d"}}),
       ChangedBy::content,
       {.changed = 1}},
      {"by version that is nothing",
       index({{"/a", 1, "A"}, {"/b", 2, "b"}, {"/d", 1, "d"}}),
       ChangedBy::version,
       {.changed = 1}},
      {"one for another",
       index({{"/a", 1, "a"}, {"/b", 1, "b"}, {"/e", 1, "d"}}),
       ChangedBy::content,
       {.added = 1, .removed = 1}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(changes_between(old, row.to, row.by), row.expected);
  }
}

snapshot::Entry entry(Time start, State state = State::complete) {
  snapshot::Entry out{
      .id = {.environment = Environment("dev"), .region = Region("us-west-2"), .time = start},
      .state = state,
      .document = ObjectKey(to_iso8601(start)),
      .size = 100};
  out.manifest.emplace();
  out.manifest->start = start;
  out.manifest->end = start + 5s;
  out.manifest->parameter_count = 10;
  out.manifest->listed = 11;
  return out;
}

// A Region with nothing amiss.
RegionView fine() {
  RegionView region{.region = Region("us-west-2"), .repository = "s3://b"};
  region.newest = region.good = entry(back(2h));
  region.expiry = {.known = Expiry::Known::at, .at = kNow + 24h * 28};
  region.days = last_days({point(back(26h)), point(back(2h))}, kNow, 2);
  region.copies.push_back({.repository = "s3://c", .newest = point(back(2h)), .lacking = 0});
  region.drill = Drilled{.from = "k", .at = back(48h), .proven = true, .parameters = 10, .rto = 4s};
  return region;
}

Overview of(RegionView region) {
  return {.env = Environment("dev"),
          .now = kNow,
          .account = AccountId("123456789012"),
          .max_age = 48h,
          .max_drill_age = 24h * 8,
          .regions = {std::move(region)}};
}

TEST(Judge, SaysWhatIsAmissAndWhatToDo) {
  using enum Verdict::State;
  struct Row {
    const char* name;
    std::function<void(RegionView&)> make;
    Verdict::State state;
    const char* subject;  // of the one thing that is amiss; empty: nothing is
    const char* detail;
    const char* next;
  };
  const std::vector<Row> rows{
      {"all is well", [](RegionView&) {}, safe, "", "", ""},
      {"the last run failed, and yesterday's snapshot is good",
       [](RegionView& r) { r.failed = Failed{.message = "no bucket", .next = ""}; }, attention,
       "last run", "failed: no bucket", "ssm-backup backup --env dev --region us-west-2"},
      {"the Region's bucket does not answer",
       [](RegionView& r) {
         r = RegionView{.region = r.region, .repository = r.repository};
         r.error = Error{.kind = ErrorKind::timeout, .what = "no answer", .fault = {}, .next = ""};
       },
       unsafe, "repository", "no answer", "ssm-backup doctor --env dev"},
      {"nothing was ever saved",
       [](RegionView& r) {
         r.newest.reset();
         r.good.reset();
         r.copies.clear();
       },
       unsafe, "newest good snapshot", "there is none in s3://b", "ssm-backup backup"},
      {"the newest good one is too old",
       [](RegionView& r) {
         r.newest = r.good = entry(back(49h));
         r.copies[0].newest = point(back(47h));
       },
       unsafe, "newest good snapshot", "49 h old (objective 48 h)", "ssm-backup backup"},
      {"it is deleted soon", [](RegionView& r) { r.expiry.at = kNow + 24h * 3; }, attention,
       "newest good snapshot", "lifecycle deletes it on 2026-11-25", "retentionDays"},
      {"the pointer leads elsewhere", [](RegionView& r) { r.pointer_problem = "names x"; },
       attention, "pointer latest-us-west-2.txt", "names x", "the next complete backup mends it"},
      {"the newest is incomplete",
       [](RegionView& r) {
         r.newest = entry(back(1h), State::incomplete);
         r.newest->manifest->unreadable.push_back(
             {.name = ParameterName("/a"),
              .error = snapshot::KeptError(
                  {.kind = ErrorKind::denied, .what = "no", .fault = {}, .next = "grant it"})});
       },
       attention, "newest snapshot", "1 of 11 could not be read whole, /a",
       "grant it; then: ssm-backup backup"},
      {"the newest is held back",
       [](RegionView& r) {
         r.newest = entry(back(1h));
         r.newest_held_back = "it holds 2 parameters, the last good one before it 10";
       },
       attention, "newest snapshot", "held back: it holds 2",
       "ssm-backup diff --env dev --region us-west-2 says what is gone"},
      {"the newest run did not end",
       [](RegionView& r) {
         r.newest = entry(back(1h), State::unfinished);
         r.newest->manifest.reset();
       },
       attention, "newest snapshot", "did not end", "if none is under way"},
      {"the newest is damaged",
       [](RegionView& r) {
         r.newest = entry(back(1h), State::broken);
         r.newest->problem = "its manifest is no JSON";
       },
       attention, "newest snapshot", "its manifest is no JSON", "verify --all"},
      {"a copy cannot be read",
       [](RegionView& r) {
         r.copies[0].error =
             Error{.kind = ErrorKind::denied, .what = "refused", .fault = {}, .next = ""};
       },
       attention, "copy s3://c", "refused", "--copy-to s3://c"},
      {"a copy has fallen behind", [](RegionView& r) { r.copies[0].lacking = 3; }, attention,
       "copy s3://c", "it lacks 3 complete snapshots", "--copy-to s3://c"},
      {"the drill was not proven",
       [](RegionView& r) {
         r.drill->proven = false;
         r.drill->not_proven = 2;
       },
       attention, "drill", "NOT proven: 2 of 10 would not come back", "ssm-backup drill"},
      {"the drill lacked what the snapshot lacks",
       [](RegionView& r) {
         r.drill->proven = false;
         r.drill->unreadable = 1;
       },
       attention, "drill", "1 parameter of its scope", "ssm-backup drill"},
      {"the sample did not come back from the real store",
       [](RegionView& r) {
         r.drill->proven = false;
         r.drill->in_store = Drilled::InStore::not_proven;
       },
       attention, "drill", "did not come back from the real store", "ssm-backup drill"},
      {"a daily run that has not come", [](RegionView& r) { r.newest = r.good = entry(back(30h)); },
       attention, "newest run", "is 30 h ago", "see whether the job runs"},
      {"nobody has drilled", [](RegionView& r) { r.drill.reset(); }, attention, "drill",
       "none is on record", "ssm-backup drill --env dev --region us-west-2 --record"},
      {"the newest drill's record cannot be read",
       [](RegionView& r) {
         r.drill.reset();
         r.drill_problem = "its record k cannot be read";
       },
       attention, "drill", "the last one says nothing: its record k", "--record"},
      {"the drill was of an old snapshot", [](RegionView& r) { r.drill->rpo = 24h * 20; },
       attention, "drill", "of a snapshot that was 20.0 d old by then", "--record"},
      {"the newest good one is damaged",
       [](RegionView& r) {
         r.damage =
             Error{.kind = ErrorKind::corrupt, .what = "another hash", .fault = {}, .next = ""};
       },
       unsafe, "newest good snapshot", "is not sound: another hash", "verify --all"},
      {"the one of the day before is damaged",
       [](RegionView& r) {
         r.since_unknown =
             Error{.kind = ErrorKind::corrupt, .what = "another hash", .fault = {}, .next = ""};
       },
       attention, "the good snapshot of the day before", "another hash", "verify --all"},
      {"the drill is old", [](RegionView& r) { r.drill->at = back(24h * 9); }, attention, "drill",
       "objective 8.0 d", "--record"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    RegionView region = fine();
    row.make(region);
    const Judged judged = judge(of(std::move(region)));
    EXPECT_EQ(judged.verdict.state, row.state) << judged.verdict.sentence;
    std::vector<Finding> amiss;
    for (const Finding& each : judged.findings)
      if (each.state == Finding::State::amiss) amiss.push_back(each);
    if (*row.subject == '\0') {
      EXPECT_THAT(amiss, IsEmpty());
      continue;
    }
    ASSERT_EQ(amiss.size(), 1U);
    EXPECT_EQ(amiss[0].subject, row.subject);
    EXPECT_THAT(amiss[0].detail, HasSubstr(row.detail));
    EXPECT_THAT(amiss[0].next, HasSubstr(row.next));
    EXPECT_EQ(judged.findings[0], amiss[0]) << "what is amiss comes first";
  }
}

TEST(Judge, TheVerdictNamesTheRegionsThatAreNotSafe) {
  Overview overview = of(fine());
  RegionView tokyo = fine();
  tokyo.region = Region("ap-northeast-1");
  tokyo.newest = tokyo.good = entry(back(72h));
  overview.regions.push_back(tokyo);
  const Judged judged = judge(overview);
  EXPECT_EQ(judged.verdict.state, Verdict::State::unsafe);
  EXPECT_EQ(judged.verdict.sentence,
            "ap-northeast-1 only as of 2026-11-19 15:00 UTC (72 h); the other 1 Region can be "
            "restored as of 2026-11-22 13:00 UTC");
}

TEST(Judge, AllCanBeRestoredAsOfTheOldestOfTheNewest) {
  Overview overview = of(fine());
  RegionView tokyo = fine();
  tokyo.region = Region("ap-northeast-1");
  tokyo.newest = tokyo.good = entry(back(5h));
  overview.regions.push_back(tokyo);
  EXPECT_EQ(judge(overview).verdict.sentence,
            "All 2 Regions of dev can be restored as of 2026-11-22 10:00 UTC; the drills passed, "
            "the longest restore takes 4.0 s");
}

TEST(Judge, NoRegionIsNotSafe) {
  Overview overview = of(fine());
  overview.regions.clear();
  EXPECT_EQ(judge(overview).verdict.state, Verdict::State::unsafe);
}

TEST(Judge, ARegionThatWasNamedIsNotAllThereIs) {
  Overview overview = of(fine());
  EXPECT_THAT(judge(overview).verdict.sentence, HasSubstr("The one Region of dev can"));
  overview.asked = Overview::Regions::named;
  EXPECT_THAT(judge(overview).verdict.sentence,
              HasSubstr("The Region that was asked for of dev can"));
}

TEST(ChangesBetween, OfWhatWasNotReadNothingIsSaid) {
  const auto from = index({{"/a", 1, "a"}, {"/b", 1, "b"}});
  const auto to = index({{"/b", 1, "b"}, {"/c", 1, "c"}});
  const Changes expected{.added = 1};
  EXPECT_EQ(changes_between(from, to, ChangedBy::content, {ParameterName("/a")}), expected);
}

TEST(DrillRecord, WhatIsNoneIsNotBelieved) {
  const auto good = boost::json::parse(
      R"({"format":1,"environment":"dev","region":"us-west-2","drilledAt":"2026-11-22T13:00:00Z",
          "snapshot":"k","proven":true,"parameterCount":7,"notProvenCount":0,"unreadableCount":0,
          "shrunken":false,"rpoSeconds":60,"rtoSeconds":4,"rtoBoundedBy":"put","inStore":null})");
  const ExpectedDrill expected{
      .env = Environment("dev"), .region = Region("us-west-2"), .now = kNow};
  const auto drilled = read_record(good, "here", expected);
  ASSERT_TRUE(drilled) << drilled.error().what;
  EXPECT_EQ(drilled->parameters, 7U);
  EXPECT_EQ(drilled->rpo, 60s);
  EXPECT_EQ(drilled->in_store, Drilled::InStore::not_asked);
  for (const auto& member : good.as_object()) {
    if (member.key() == "inStore") continue;
    boost::json::object without = good.as_object();
    without.erase(member.key());
    EXPECT_FALSE(read_record(without, "here", expected)) << member.key();
  }
  struct Row {
    const char* name;
    const char* member;
    boost::json::value value;
  };
  const std::vector<Row> rows{{"another format", "format", 99},
                              {"another environment", "environment", "prod"},
                              {"another Region", "region", "eu-west-9"},
                              {"a time that is yet to come", "drilledAt", "2099-01-01T00:00:00Z"},
                              {"a negative count", "parameterCount", -1}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    boost::json::object other = good.as_object();
    other[row.member] = row.value;
    EXPECT_FALSE(read_record(other, "here", expected));
  }
  boost::json::object vast = good.as_object();
  vast["rpoSeconds"] = 9'000'000'000'000'000'000;
  const auto bounded = read_record(vast, "here", expected);
  ASSERT_TRUE(bounded);
  EXPECT_GT(bounded->rpo, Duration{0});
  EXPECT_FALSE(read_record(boost::json::array{}, "here", expected));
}

}  // namespace
}  // namespace ssmb::engine::overview
