// The page's HTML: what comes from outside cannot become markup; what is not known is not shown as
// 0.

#include "report/page/page.h"

#include <gmock/gmock.h>

#include "report/page/chart.h"
#include "report/page/html.h"
#include "report/page/overview_json.h"

namespace ssmb::report {
namespace {

using engine::overview::Overview;
using engine::overview::RegionView;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

const Time kNow = *parse_iso8601("2026-11-22T15:00:00Z");

Overview overview(RegionView region) {
  return {.env = Environment("dev"),
          .now = kNow,
          .account = AccountId("123456789012"),
          .max_age = 48h,
          .max_drill_age = 24h * 8,
          .regions = {std::move(region)}};
}

std::string page_of(RegionView region) {
  const Overview all = overview(std::move(region));
  return page(all, judge(all), {.style = StyleSheet::beside, .version = "1.2.3"});
}

TEST(Html, TextsAreTexts) {
  EXPECT_EQ(Html("a<b>&\"c\"").str(), "a&lt;b&gt;&amp;&quot;c&quot;");
  EXPECT_EQ(Html("line\nline\x01").str(), "line line\xef\xbf\xbd");
  EXPECT_EQ(Html::element("p", {{"class", "\"><script>"}}, "x").str(),
            "<p class=\"&quot;&gt;&lt;script&gt;\">x</p>\n");
  EXPECT_EQ(Html::element("b", {{"class", ""}}, "x").str(), "<b>x</b>");
}

TEST(Page, WhatAServiceSaysCannotBecomeMarkup) {
  const std::string hostile = "</code><script>alert(1)</script><img src=x onerror=y>";
  RegionView region{.region = Region("us-west-2"), .repository = hostile};
  region.failed = engine::overview::Failed{.message = hostile, .next = hostile};
  snapshot::Entry entry{
      .id = {.environment = Environment("dev"), .region = Region("us-west-2"), .time = kNow - 1h},
      .state = snapshot::State::incomplete,
      .document = ObjectKey("k" + hostile),
      .size = 1};
  entry.manifest.emplace();
  entry.manifest->start = entry.manifest->end = kNow - 1h;
  entry.manifest->types = {{.type = hostile, .count = 1}};
  entry.manifest->run_id = RunId(hostile);
  entry.manifest->unreadable.push_back(
      {.name = ParameterName("/dev/" + hostile),
       .error = snapshot::KeptError(
           {.kind = ErrorKind::denied, .what = hostile, .fault = {}, .next = hostile})});
  region.newest = entry;
  region.good = entry;
  region.copies.push_back({.repository = hostile, .newest = {}, .lacking = 0, .error = {}});
  region.drill = engine::overview::Drilled{.from = hostile, .at = kNow, .snapshot = hostile};
  const std::string html = page_of(region);
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

TEST(Page, WhatIsNotKnownIsNotShownAsNothing) {
  RegionView region{.region = Region("us-west-2"), .repository = "s3://b"};
  region.error = Error{.kind = ErrorKind::timeout, .what = "no answer", .fault = {}, .next = ""};
  const std::string html = page_of(region);
  EXPECT_THAT(html, HasSubstr(">not read</span>"));
  EXPECT_THAT(html, Not(HasSubstr("data-json=\"/regions/0")));
  EXPECT_THAT(html, HasSubstr("<link rel=\"stylesheet\" href=\"report.css\">"));
}

TEST(Page, TheStyleSheetIsInsideWhereThatIsAskedFor) {
  const Overview all = overview({.region = Region("us-west-2"), .repository = "s3://b"});
  const std::string html =
      page(all, judge(all), {.style = StyleSheet::embedded, .version = "1.2.3"});
  EXPECT_THAT(html, HasSubstr(std::string(style_sheet())));
  EXPECT_THAT(html, Not(HasSubstr("<link")));
}

TEST(Chart, ABarIsAsHighAsItsValueAndASmallOneIsSeen) {
  using Kind = Bar::Kind;
  struct Row {
    const char* name;
    Bar bar;
    const char* expected;
  };
  const std::vector<Row> rows{
      {"the most", {.kind = Kind::good, .value = 10, .words = "w"}, "height=\"64.00\""},
      {"half of it", {.kind = Kind::good, .value = 5, .words = "w"}, "height=\"32.00\""},
      {"very little", {.kind = Kind::good, .value = 0.001, .words = "w"}, "height=\"1.50\""},
      {"none", {.kind = Kind::good, .value = 0, .words = "w"}, "height=\"0.00\""},
      {"not good", {.kind = Kind::doubtful, .value = 5, .words = "w"}, "fill=\"none\""},
      {"missing", {.kind = Kind::missing, .words = "w"}, "class=\"gap\""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string svg = chart_svg({.title = "t", .most = 10, .bars = {row.bar}}).str();
    EXPECT_THAT(svg, HasSubstr(row.expected));
    EXPECT_THAT(svg, HasSubstr("<title>w</title>"));
  }
  const std::string empty =
      chart_svg({.title = "t", .most = 10, .bars = {{.kind = Kind::nothing}}}).str();
  EXPECT_THAT(empty, Not(HasSubstr("rect")));
}

}  // namespace
}  // namespace ssmb::report
