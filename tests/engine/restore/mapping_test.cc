#include "engine/restore/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/restore/plan_helpers.h"

namespace ssmb::engine::restore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace testing;

TEST(NameMaps, AreReadOrRefused) {
  const struct {
    const char* text;
    const char* from;  // "": refused
    const char* to;
    const char* says;
  } rows[] = {
      {"/old=/new", "/old", "/new", ""},
      {"/old/=/new//", "/old", "/new", ""},
      {"/=/drill/7", "/", "/drill/7", ""},
      {" /a/b = / ", "/a/b", "/", ""},
      {"/old", "", "", "no \"=\""},
      {"/a=/b=/c", "", "", "two \"=\""},
      {"=/new", "", "", "one side is empty"},
      {"/old=", "", "", "one side is empty"},
      {"old=/new", "", "", "must begin with a slash"},
      {"/old=new", "", "", "must begin with a slash"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto map = parse_name_map(row.text);
    ASSERT_EQ(map.has_value(), *row.from != 0);
    if (map) {
      EXPECT_EQ(map->from, row.from);
      EXPECT_EQ(map->to, row.to);
    } else {
      EXPECT_EQ(map.error().kind, ErrorKind::usage);
      EXPECT_THAT(map.error().what, HasSubstr(row.says));
      EXPECT_FALSE(map.error().next.empty());
    }
  }
  EXPECT_TRUE(parse_name_maps({"/a=/b", "/c=/b"}));
  const auto twice = parse_name_maps({"/a=/b", "/a/=/c"});
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().what, "--map names /a twice");
}

TEST(KeyMaps, AreReadOrRefused) {
  const auto map = parse_key_map("arn:aws:kms:us-west-2:1:key/a=alias/b");
  ASSERT_TRUE(map);
  EXPECT_EQ(map->from, "arn:aws:kms:us-west-2:1:key/a");
  EXPECT_EQ(map->to, "alias/b");
  for (const char* text : {"", "a", "a=", "=b", "a=b=c"}) {
    const auto refused = parse_key_map(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  }
  EXPECT_TRUE(parse_key_maps({"a=b", "b=c"}));
  EXPECT_FALSE(parse_key_maps({"a=b", "a=c"}));
}

TEST(NameMaps, TakeTheLongestBeginningOfWholeSegments) {
  Mapping mapping = same_place();
  mapping.names = {{.from = "/old", .to = "/new"},
                   {.from = "/old/deep", .to = "/elsewhere/x"},
                   {.from = "/gone", .to = "/"}};
  const struct {
    const char* source;
    const char* target;
  } rows[] = {
      {"/old/dev/a", "/new/dev/a"},
      {"/old", "/new"},
      {"/older/dev/a", "/older/dev/a"},
      {"/old/deep/a", "/elsewhere/x/a"},
      {"/old/deeper", "/new/deeper"},
      {"/other/old/a", "/other/old/a"},
      {"plain", "plain"},
      {"/gone/a", "/a"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.source);
    EXPECT_EQ(mapped_name(mapping, ParameterName(row.source)).view(), row.target);
    EXPECT_THAT(sources_of(mapping, ParameterName(row.target)),
                ::testing::Contains(ParameterName(row.source)));
  }
  EXPECT_THAT(sources_of(mapping, ParameterName("/old/dev/a")),
              ElementsAre(ParameterName("/gone/old/dev/a")));
  mapping.names = {{.from = "/", .to = "/drill/7"}};
  EXPECT_EQ(mapped_name(mapping, ParameterName("/a/b")).view(), "/drill/7/a/b");
  EXPECT_EQ(mapped_name(mapping, ParameterName("plain")).view(), "/drill/7/plain");
}

TEST(Selection, MatchesNamesPathsAndGlobs) {
  const struct {
    const char* name;
    NameSelection selection;
    const char* of;
    bool matches;
  } rows[] = {
      {"all", {}, "/a/b", true},
      {"all but", {.exclude = {"/a/*"}}, "/a/b", false},
      {"a name", {.names = {ParameterName("/a/b")}}, "/a/b", true},
      {"another name", {.names = {ParameterName("/a/b")}}, "/a/bc", false},
      {"a path itself", {.paths = {"/a/b"}}, "/a/b", true},
      {"below a path", {.paths = {"/a/"}}, "/a/b/c", true},
      {"beside a path", {.paths = {"/a"}}, "/ab/c", false},
      {"the root", {.paths = {"/"}}, "plain", true},
      {"no path", {.paths = {""}}, "/a", false},
      {"a glob", {.include = {"*/db/*"}}, "/a/db/c", true},
      {"neither", {.paths = {"/x"}, .include = {"*/db/*"}}, "/a/b", false},
      {"a path or a glob", {.paths = {"/x"}, .include = {"*/db/*"}}, "/x/b", true},
      {"a name that is excluded",
       {.names = {ParameterName("/a/b")}, .exclude = {"*b"}},
       "/a/b",
       false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(row.selection.matches(ParameterName(row.of)), row.matches);
  }
}

Parameter secure(std::string_view key) {
  Parameter parameter = plain_parameter("/app/dev/x");
  parameter.type = "SecureString";
  parameter.key_id = KmsKeyId(key);
  return parameter;
}

TEST(Desired, FindsTheKeyInTheTarget) {
  constexpr const char* kId = "1234abcd-12ab-34cd-56ef-1234567890ab";
  constexpr const char* kArn =
      "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  constexpr const char* kMrk = "arn:aws:kms:us-west-2:123456789012:key/mrk-0abc";
  const rules::Place other_region{.region = kThere.region, .account = kHere.account};
  const rules::Place other_account{.region = kHere.region, .account = kThere.account};
  const struct {
    const char* name;
    std::string key;
    rules::Place to;
    std::vector<KeyMap> maps;
    std::string expected;
    std::string doubt;  // is part of it
  } rows[] = {
      {"no key", "", kThere, {}, "alias/aws/ssm", ""},
      {"an alias", "alias/app", kThere, {}, "alias/app", ""},
      {"an id at home", kId, kHere, {}, kId, ""},
      {"an ARN at home", kArn, kHere, {}, kArn, ""},
      {"an id elsewhere", kId, other_region, {}, kId, "--kms-map " + std::string(kId) + "=KEY"},
      {"an ARN elsewhere", kArn, other_account, {}, kArn, "is of 123456789012 in us-west-2"},
      {"an alias' ARN elsewhere",
       "arn:aws:kms:us-west-2:123456789012:alias/app",
       other_region,
       {},
       "arn:aws:kms:us-west-2:123456789012:alias/app",
       "--kms-map"},
      {"an ARN of the target",
       "arn:aws:kms:eu-west-1:123456789012:key/k",
       other_region,
       {},
       "arn:aws:kms:eu-west-1:123456789012:key/k",
       ""},
      {"a multi-Region ARN",
       kMrk,
       other_region,
       {},
       "arn:aws:kms:eu-west-1:123456789012:key/mrk-0abc",
       ""},
      {"a multi-Region id", "mrk-0abc", other_region, {}, "mrk-0abc", ""},
      {"a multi-Region ARN of another account",
       kMrk,
       kThere,
       {},
       "arn:aws:kms:eu-west-1:123456789012:key/mrk-0abc",
       "--kms-map"},
      {"a multi-Region ARN of another partition",
       kMrk,
       {.region = Region("cn-north-1"), .account = kHere.account},
       {},
       "arn:aws:kms:cn-north-1:123456789012:key/mrk-0abc",
       "--kms-map"},
      {"mapped by its ARN", kArn, kThere, {{kArn, "alias/new"}}, "alias/new", ""},
      {"an ARN mapped by its id", kArn, kThere, {{kId, "alias/new"}}, "alias/new", ""},
      {"an alias mapped", "alias/app", kThere, {{"alias/app", "k2"}}, "k2", ""},
      {"the default mapped", "", kThere, {{"alias/aws/ssm", "k2"}}, "k2", ""},
      {"a multi-Region ARN mapped", kMrk, kThere, {{"mrk-0abc", "k2"}}, "k2", ""},
      {"another one mapped", kId, kThere, {{"other", "k2"}}, kId, "--kms-map"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const Mapping mapping{.from = kHere, .to = row.to, .names = {}, .keys = row.maps};
    const Desired wanted = desired(secure(row.key), mapping, kNow, WithHistory::no);
    EXPECT_EQ(wanted.parameter.key_id.view(), row.expected);
    EXPECT_EQ(wanted.doubts.size(), row.doubt.empty() ? 0U : 1U);
    if (!row.doubt.empty() && !wanted.doubts.empty()) {
      EXPECT_THAT(wanted.doubts[0], HasSubstr(row.doubt));
    }
    EXPECT_FALSE(wanted.impossible);
  }
  Parameter text = secure("alias/app");
  text.type = "String";
  EXPECT_TRUE(desired(text, same_place(), kNow, WithHistory::no).parameter.key_id.empty());
}

// The place of an old document's record is told by its ARN alone.
TEST(Desired, TakesTheOriginFromTheArn) {
  Mapping mapping{.from = {}, .to = kHere, .names = {}, .keys = {}};
  Parameter parameter = secure("1234abcd");
  EXPECT_EQ(desired(parameter, mapping, kNow, WithHistory::no).origin, Desired::Origin::here);
  parameter.arn = Arn("arn:aws:ssm:eu-west-1:123456789012:parameter/app/dev/x");
  const Desired wanted = desired(parameter, mapping, kNow, WithHistory::no);
  EXPECT_EQ(wanted.origin, Desired::Origin::elsewhere);
  EXPECT_THAT(wanted.doubts, ElementsAre(HasSubstr("of 123456789012 in eu-west-1")));
  EXPECT_EQ(wanted.parameter.arn.view(), "arn:aws:ssm:us-west-2:123456789012:parameter/app/dev/x");
}

TEST(Desired, AsksWhatToDoAboutAPastExpiration) {
  const Policy past = expiration("2026-01-01T00:00:00.000Z");
  const Policy future = expiration("2027-01-01T00:00:00.000Z");
  const Policy notice = delayed("ExpirationNotification", "Before", 3, "Days");
  const Policy no_change = delayed("NoChangeNotification", "After", 3, "Days");
  const struct {
    const char* name;
    Expired expired;
    std::vector<Policy> policies;
    std::vector<Policy> expected;
    bool impossible;
    bool left_out;
    std::size_t lost;
  } rows[] = {
      {"in time, ask", Expired::ask, {future, notice}, {future, notice}, false, false, 0},
      {"in time, strip", Expired::strip, {future, notice}, {future, notice}, false, false, 0},
      {"past, ask", Expired::ask, {past, notice}, {past, notice}, true, false, 0},
      {"past, skip", Expired::skip, {past, notice}, {past, notice}, false, true, 0},
      {"past, strip", Expired::strip, {past, notice, no_change}, {no_change}, false, false, 1},
      {"no expiration, ask", Expired::ask, {no_change}, {no_change}, false, false, 0},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Parameter parameter = plain_parameter("/app/dev/x");
    parameter.tier = "Advanced";
    parameter.policies = row.policies;
    Mapping mapping = same_place();
    mapping.expired = row.expired;
    const Desired wanted = desired(parameter, mapping, kNow, WithHistory::no);
    EXPECT_EQ(wanted.parameter.policies, row.expected);
    EXPECT_EQ(wanted.impossible.has_value(), row.impossible);
    EXPECT_EQ(wanted.left_out.has_value(), row.left_out);
    EXPECT_EQ(wanted.lost.size(), row.lost);
    EXPECT_EQ(wanted.parameter.tier, "Advanced");
    if (wanted.impossible) {
      EXPECT_THAT(wanted.impossible->message, HasSubstr("2026-01-01T00:00:00Z"));
      EXPECT_THAT(wanted.impossible->message, HasSubstr("--expired"));
    }
  }
}

TEST(Desired, ListsWhatNobodyCanRestore) {
  Parameter parameter = full_parameter();
  parameter.policies.clear();
  parameter.tags.insert(parameter.tags.begin(), {"aws:cloudformation:stack-name", "s"});
  parameter.labels = {"prod", "9lives", "aws-x"};
  const Desired wanted = desired(parameter, same_place(), kNow, WithHistory::no);
  EXPECT_THAT(wanted.lost,
              ElementsAre("tag aws:cloudformation:stack-name",
                          "label 9lives of version 3: Parameter Store takes no such "
                          "label",
                          "label aws-x of version 3: Parameter Store takes no such "
                          "label",
                          "label was-prod of version 1", "1 older version", "share id"));
  EXPECT_EQ(wanted.parameter.tags.size(), 2U);
  EXPECT_THAT(*wanted.parameter.labels, ElementsAre("prod"));
  EXPECT_FALSE(wanted.impossible);
}

TEST(Desired, ForeseesRefusals) {
  const struct {
    const char* name;
    void (*change)(Parameter&);
    std::string to;     // --map /app=
    std::string code;   // impossible; "": not
    std::string tags;   // impossible tags
    std::string doubt;  // is part of it
  } rows[] = {
      {"fine", [](Parameter&) {}, "/new", "", "", ""},
      {"nested", [](Parameter& p) { p.value = SecretText("a{{b}}"); }, "/new",
       "ValidationException", "", ""},
      {"too deep by the map",
       [](Parameter& p) { p.name = ParameterName("/app/1/2/3/4/5/6/7/8/9"); }, "/1/2/3/4/5/6/7",
       "HierarchyLevelLimitExceededException", "", ""},
      {"too long by the map",
       [](Parameter& p) { p.name = ParameterName("/app/dev/" + std::string(900, 'x')); },
       "/" + std::string(100, 'y'), "ValidationException", "", ""},
      {"reserved by the map", [](Parameter&) {}, "/aws", "AccessDeniedException", "", ""},
      {"a tag's character", [](Parameter& p) { p.tags = {{"a", "<"}}; }, "/new", "",
       "ValidationException", ""},
      {"pattern", [](Parameter& p) { p.allowed_pattern = "[0-9]+"; }, "/new",
       "ParameterPatternMismatchException", "", ""},
      {"a list with an empty item",
       [](Parameter& p) {
         p.type = "StringList";
         p.value = SecretText("a,,b");
       },
       "/new", "", "", "A StringList has an empty item. ([U] PutParameter Value)"},
      {"an image elsewhere",
       [](Parameter& p) {
         p.data_type = "aws:ec2:image";
         p.value = SecretText("ami-12345678");
       },
       "/new", "", "", "the image that it names may not exist in eu-west-1"},
      {"a tier of tomorrow", [](Parameter& p) { p.tier = "Premium"; }, "/new",
       "ValidationException", "", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Parameter parameter = plain_parameter("/app/dev/x");
    row.change(parameter);
    const Mapping mapping{
        .from = kHere, .to = kThere, .names = {{.from = "/app", .to = row.to}}, .keys = {}};
    const Desired wanted = desired(parameter, mapping, kNow, WithHistory::no);
    EXPECT_EQ(wanted.impossible ? wanted.impossible->code : "", row.code);
    EXPECT_EQ(wanted.impossible_tags ? wanted.impossible_tags->code : "", row.tags);
    ASSERT_EQ(wanted.doubts.size(), row.doubt.empty() ? 0U : 1U);
    if (!row.doubt.empty()) {
      EXPECT_THAT(wanted.doubts[0], HasSubstr(row.doubt));
    }
  }
}

// Seven members, as the pipeline before this one wrote them.
TEST(Desired, LeavesWhatAnOldRecordDoesNotSay) {
  Parameter old = plain_parameter("/app/dev/x");
  old.type = "SecureString";
  old.tier.clear();
  ASSERT_TRUE(is_old_record(old));
  const Desired wanted = desired(old, same_place(), kNow, WithHistory::no);
  EXPECT_TRUE(wanted.parameter.key_id.empty());
  EXPECT_TRUE(is_old_record(wanted.parameter));

  Parameter live = full_parameter("/app/dev/x");
  live.value = SecretText("x");
  Planning equal(options_with());
  equal.want(old);
  equal.planner().live(live);
  EXPECT_EQ(equal.finish().steps[0].action, Action::unchanged);

  live.value = SecretText("other");
  const auto put = make_put(wanted.parameter, PutMode::overwrite, &live);
  EXPECT_EQ(put.key_id, "alias/app");
  EXPECT_EQ(put.description, std::nullopt);
  EXPECT_EQ(put.policies, std::nullopt);
  EXPECT_EQ(put.tier, "Advanced");
}

}  // namespace
}  // namespace ssmb::engine::restore
