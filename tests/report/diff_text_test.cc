#include "report/diff_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <sstream>

namespace ssmb::report {
namespace {

using engine::Diff;
using engine::DiffSide;
using engine::DiffState;
using ::testing::HasSubstr;
using ::testing::Not;

const Time kNow = *parse_iso8601("2026-11-22T22:00:00.5Z");

ComparedEnd snapshot_end() {
  return {.region = Region("us-west-2"),
          .entry = snapshot::Entry{.id = {.environment = Environment("dev"),
                                          .region = Region("us-west-2"),
                                          .time = *parse_iso8601("2026-11-22T13:00:01Z")},
                                   .state = snapshot::State::complete},
          .name = "KEY"};
}
ComparedEnd live_end() { return {.region = Region("eu-west-1"), .entry = {}, .name = {}}; }

DiffReport report_of(Diff diff) {
  DiffReport report{.environment = Environment("dev"), .now = kNow, .compared = {}, .failed = {}};
  report.compared.push_back({.from = snapshot_end(), .to = live_end(), .diff = std::move(diff)});
  return report;
}

Diff some_differences() {
  Diff diff;
  const auto state = [](ParameterVersion version, std::uint64_t value) {
    return DiffState{.version = version, .modified = kNow, .value = value << 32U};
  };
  diff.differences.push_back(
      {.name = ParameterName("/app/dev/a"), .from = {}, .to = state(1, 1), .fields = {}});
  diff.differences.push_back({.name = ParameterName("/app/dev/b\n\x1b[2J"),
                              .from = state(12345, 0xab),
                              .to = state(12346, 0xcd),
                              .fields = field_set({field_at("Value"), field_at("Tags")})});
  diff.differences.push_back(
      {.name = ParameterName("/app/dev/c"), .from = state(7, 2), .to = {}, .fields = {}});
  diff.same = 3;
  diff.rewritten = 1;
  return diff;
}

std::string text_of(const DiffReport& report) {
  std::ostringstream out;
  write_diff(out, report);
  return out.str();
}
boost::json::value json_of(const DiffReport& report) {
  std::ostringstream out;
  write_diff_json(out, report);
  EXPECT_EQ(out.str().back(), '\n');
  return boost::json::parse(out.str());
}

TEST(DiffText, SaysFirstWhatDiffersAndLastWhatToDo) {
  EXPECT_EQ(
      text_of(report_of(some_differences())),
      "eu-west-1  3 differences: 1 added, 1 removed, 1 changed; 3 the same, 1 of them written "
      "anew\n"
      "  from  us-west-2  2026-11-22T13:00:01Z  complete\n"
      "        KEY\n"
      "  to    eu-west-1  2026-11-22T22:00:00Z  live\n"
      "\n"
      "  CHANGE      VERSION     NAME\n"
      "  added          -> 1      /app/dev/a\n"
      "  changed  12345 -> 12346  /app/dev/b\\n\\x1b[2J\n"
      "                           value 000000ab -> 000000cd, tags\n"
      "  removed      7 ->        /app/dev/c\n"
      "\n"
      "compared: what a restore can bring back; --exact adds versions, dates and ARNs\n"
      "next: `ssm-backup restore --env dev --region us-west-2 --snapshot KEY` shows what "
      "would bring it back\n");
}

TEST(DiffText, TheNextStepCarriesThePlace) {
  DiffReport report = report_of(some_differences());
  report.place = " --repository s3://dr,region=eu-west-1 --profile ops";
  EXPECT_THAT(
      text_of(report),
      HasSubstr("--snapshot KEY --repository s3://dr,region=eu-west-1 --profile ops` shows"));
}

TEST(DiffText, NamesWhatWasNotLookedAt) {
  Diff diff;
  diff.same = 2;
  diff.outside = 4;
  diff.unread_fields[field_at("Tags")] = 1;
  diff.incomplete_because[1] = "the listing broke off";
  diff.not_compared.push_back(
      {.name = ParameterName("/app/dev/x"),
       .side = DiffSide::to,
       .error = snapshot::KeptError(
           {.kind = ErrorKind::denied, .what = "denied", .fault = {}, .next = {}})});
  const DiffReport report = report_of(std::move(diff));
  EXPECT_EQ(verdict(report.compared[0].diff), DiffVerdict::unknown);
  EXPECT_EQ(text_of(report),
            "eu-west-1  no difference: 2 the same\n"
            "  from  us-west-2  2026-11-22T13:00:01Z  complete\n"
            "        KEY\n"
            "  to    eu-west-1  2026-11-22T22:00:00Z  live\n"
            "  not compared: /app/dev/x: to: denied\n"
            "  not compared: tags of 1 parameter: one side has not read them\n"
            "  to may lack more: the listing broke off\n"
            "  left out: 4 parameters that the other side was not meant to hold\n"
            "\n"
            "compared: what a restore can bring back; --exact adds versions, dates and ARNs\n");
  const auto document = json_of(report);
  const auto& one = document.at("comparisons").at(0);
  EXPECT_EQ(one.at("notCompared").at(0).at("name"), "/app/dev/x");
  EXPECT_EQ(one.at("notCompared").at(0).at("side"), "to");
  EXPECT_EQ(one.at("unreadFields").at("Tags"), 1);
  EXPECT_EQ(one.at("toLacks"), "the listing broke off");
  EXPECT_EQ(one.at("outsideCount"), 4);
}

TEST(DiffText, EachGapAloneMakesTheVerdictUnknown) {
  const struct {
    const char* name;
    void (*change)(Diff&);
    DiffVerdict verdict;
  } rows[] = {
      {"nothing", [](Diff&) {}, DiffVerdict::same},
      {"written anew", [](Diff& diff) { diff.rewritten = 1; }, DiffVerdict::same},
      {"outside", [](Diff& diff) { diff.outside = 1; }, DiffVerdict::same},
      {"a name", [](Diff& diff) { diff.not_compared.emplace_back(); }, DiffVerdict::unknown},
      {"a field", [](Diff& diff) { diff.unread_fields[0] = 1; }, DiffVerdict::unknown},
      {"a listing", [](Diff& diff) { diff.incomplete_because[0] = "x"; }, DiffVerdict::unknown},
      {"a difference",
       [](Diff& diff) {
         diff.not_compared.emplace_back();
         diff.differences.emplace_back();
       },
       DiffVerdict::differs},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Diff diff;
    row.change(diff);
    EXPECT_EQ(verdict(diff), row.verdict);
  }
}

TEST(DiffText, JsonTellsTheSame) {
  DiffReport report = report_of(some_differences());
  report.failed.emplace_back(
      Region("us-east-1"),
      Error{.kind = ErrorKind::not_found, .what = "no pointer", .fault = {}, .next = {}});
  const auto document = json_of(report);
  const auto& one = document.at("comparisons").at(0);
  EXPECT_EQ(one.at("differences").as_array().size(), 3U);
  const auto& changed = one.at("differences").at(1);
  EXPECT_EQ(changed.at("change"), "changed");
  EXPECT_EQ(changed.at("fields"), (boost::json::array{"Value", "Tags"}));
  EXPECT_EQ(changed.at("from").at("valueTag"), "000000ab");
  EXPECT_EQ(changed.at("to").at("version"), 12346);
  EXPECT_TRUE(one.at("differences").at(0).at("from").is_null());
  EXPECT_EQ(one.at("rewrittenCount"), 1);
  EXPECT_EQ(document.at("errors").at(0).at("region"), "us-east-1");
}

TEST(DiffText, WhatIsNotLiveIsNotBroughtBack) {
  DiffReport report = report_of(some_differences());
  report.comparison = Comparison::exact;
  report.compared[0].to = snapshot_end();
  EXPECT_THAT(text_of(report), HasSubstr("compared: every field that both sides have read\n"));
  EXPECT_THAT(text_of(report), Not(HasSubstr("next:")));
}

}  // namespace
}  // namespace ssmb::report
