#include "snapshot/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string>

namespace ssmb::snapshot {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Manifest full_manifest() {
  Manifest m;
  m.id = {.environment = Environment("dev"),
          .region = Region("us-west-2"),
          .time = *parse_timestamp("20261122_130001"),
          .extent = SnapshotId::Extent::partial};
  m.account = AccountId("123456789012");
  m.run_id = RunId("run-1");
  m.tool_version = "0.1.0";
  m.start = m.id.time + 250ms;
  m.end = m.id.time + 9s;
  m.scope = *Scope::selection({"/app/*"});
  m.depth = Depth::history;
  m.tags = TagsMode::strict;
  m.fence = Fence{.reached = false, .rounds = 3, .because = "/app/a has changed"};
  m.incomplete_because = "the listing broke off";
  m.listed = 4;
  m.parameter_count = 2;
  m.types = {{.type = "SecureString", .count = 1}, {.type = "String", .count = 1}};
  m.unreadable = {
      {.name = ParameterName("/app/x"),
       .error = KeptError({.kind = ErrorKind::denied,
                           .what = "kms:Decrypt",
                           .fault = ServiceFault{.operation = "ssm:GetParameters",
                                                 .region = "us-west-2",
                                                 .code = "AccessDeniedException",
                                                 .message = "no \"way\"",
                                                 .request_id = "7f3e",
                                                 .http_status = 400},
                           .next = "grant it"}),
       .accepted = Unreadable::Accepted::yes},
      {.name = ParameterName("/app/y"),
       .error = KeptError({.kind = ErrorKind::timeout, .what = "late", .fault = {}, .next = {}})}};
  m.unreadable.push_back({.name = ParameterName("/app/z"), .error = m.unreadable.back().error});
  m.lacking = {
      {.name = ParameterName("/app/c"),
       .part = Lacking::Part::tags,
       .error = KeptError({.kind = ErrorKind::denied, .what = "no tags", .fault = {}, .next = {}})},
      {.name = ParameterName("/app/d"),
       .part = Lacking::Part::history,
       .error = KeptError({.kind = ErrorKind::denied, .what = "none", .fault = {}, .next = {}}),
       .accepted = Unreadable::Accepted::yes}};
  m.vanished = {ParameterName("/app/gone")};
  m.document = {.key = document_key(m.id), .size = 1000, .sha256 = sha256("d")};
  m.index = {.key = index_key(m.id), .size = 30, .sha256 = sha256("i")};
  m.blocks = {
      {.first = ParameterName("/app/a"), .offset = 0, .length = 10, .sha256 = sha256("1")},
      {.first = ParameterName("/app/b"), .offset = 10, .length = 20, .sha256 = sha256("2")}};
  m.facts.settings = {{.id = "/ssm/x", .value = "true", .status = "Customized"}};
  m.facts.unknown_settings = {{.id = "/ssm/y", .why = "access was denied"}};
  m.facts.shares =
      Shares{.advanced = 3,
             .known = 2,
             .list = {{.name = ParameterName("/app/a"),
                       .policies = {{.id = "1", .hash = "h", .text = R"({"Statement": []})"}}}},
             .why = "there was no time"};
  m.parent = ParentRef{.key = ObjectKey("manifests/dev/us-west-2/1.json"), .sha256 = sha256("p")};
  m.limiter = {{"GetParameters", 38.5}};
  return m;
}

TEST(Manifest, ComesBackWhole) {
  const Manifest full = full_manifest();
  const auto back = decode_manifest(encode_manifest(full).view());
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(*back, full);

  Manifest bare = full;
  bare.id.extent = SnapshotId::Extent::full;
  bare.scope = Scope::of_environment(Environment("dev"));
  bare.completeness = Completeness::complete;
  bare.incomplete_because.clear();
  bare.unreadable.clear();
  bare.lacking.clear();
  bare.fence = Fence{.reached = true, .rounds = 2, .because = {}};
  bare.parent.reset();
  bare.limiter.clear();
  bare.blocks.clear();
  bare.index.size = 0;
  const auto bare_back = decode_manifest(encode_manifest(bare).view());
  ASSERT_TRUE(bare_back) << bare_back.error().what;
  EXPECT_EQ(*bare_back, bare);
  EXPECT_NE(*bare_back, full);
  bare.fence.reset();
  bare.facts = {.settings = {}, .unknown_settings = {}, .shares = Shares{}};
  EXPECT_EQ(decode_manifest(encode_manifest(bare).view()), bare);
}

// A version that knew no Region facts wrote none, and read past them.
TEST(Manifest, RegionFactsAreMembersThatMayBeMissing) {
  Manifest old = full_manifest();
  old.facts.unknown_settings.clear();
  old.facts.shares.reset();
  const std::string text(encode_manifest(old).view());
  EXPECT_THAT(text, ::testing::Not(HasSubstr("unknown_settings")));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("shares")));
  const auto back = decode_manifest(text);
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(back->facts.shares, std::nullopt);
  EXPECT_EQ(back->facts.settings, old.facts.settings);

  auto without = boost::json::parse(encode_manifest(full_manifest()).view()).as_object();
  without.erase("unknown_settings");
  without.erase("shares");
  EXPECT_EQ(decode_manifest(boost::json::serialize(without)), old);
}

// Every member is needed but for those that a manifest may lack; a changed type is noticed.
TEST(Manifest, EveryMemberIsChecked) {
  const auto json = boost::json::parse(encode_manifest(full_manifest()).view());
  for (const auto& member : json.as_object()) {
    const std::string key(member.key());
    SCOPED_TRACE(key);
    boost::json::object without = json.as_object();
    without.erase(key);
    const bool optional = key == "incomplete_because" || key == "parent" || key == "limiter" ||
                          key == "fence" || key == "lacking" || key == "unknown_settings" ||
                          key == "shares" || key == "types";
    EXPECT_EQ(decode_manifest(boost::json::serialize(without)).has_value(), optional);

    boost::json::object other = json.as_object();
    other[key] = boost::json::array{1.5};
    const auto decoded = decode_manifest(boost::json::serialize(other));
    if (key != "limiter") ASSERT_FALSE(decoded);
    if (!decoded) EXPECT_THAT(decoded.error().what, HasSubstr(key));
  }
}

Error denied_of(const std::string& name, std::string request_id) {
  return {.kind = ErrorKind::denied,
          .what = "access was denied",
          .fault = ServiceFault{.operation = "ssm:GetParameter",
                                .region = "us-west-2",
                                .code = "AccessDeniedException",
                                .message = "not authorized on resource: parameter" + name,
                                .request_id = std::move(request_id),
                                .http_status = 400},
          .next = "allow it for " + name};
}

// A key that was denied for 100,000 parameters made a manifest of 45 MB.
TEST(Manifest, AnErrorThatManyShareIsToldOnce) {
  Manifest many = full_manifest();
  many.unreadable.clear();
  many.lacking.clear();
  KeptErrors errors;
  for (const char* name : {"/app/dev/p0", "/app/dev/p1", "/app/dev/p2"}) {
    const ParameterName parameter(name);
    const Error error = denied_of(name, std::string("id-of-") + name);
    many.unreadable.push_back({.name = parameter, .error = errors.keep(parameter, error)});
    EXPECT_EQ(many.unreadable.back().why(), error);
    many.lacking.push_back({.name = parameter, .error = errors.keep(parameter, error)});
  }
  many.unreadable[1].error = errors.keep(many.unreadable[1].name, {.what = "\x1a stands here"});
  EXPECT_EQ(many.unreadable[1].why().what, "\x1a stands here");
  const std::string text(encode_manifest(many).view());
  EXPECT_THAT(text, HasSubstr(R"({"name":"/app/dev/p2","accepted":false,"like":0,)"
                              R"("request_id":"id-of-/app/dev/p2"})"));
  const auto back = decode_manifest(text);
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(*back, many);
  EXPECT_EQ(back->unreadable[2].why(), denied_of("/app/dev/p2", "id-of-/app/dev/p2"));
  EXPECT_EQ(std::string(encode_manifest(*back).view()), text);
}

TEST(Manifest, DefectsAreNamed) {
  const std::string good(encode_manifest(full_manifest()).view());
  const struct {
    const char* name;
    const char* from;
    const char* to;
    const char* says;
  } rows[] = {
      {"a newer format", "\"format\":1", "\"format\":2", "format is 2"},
      {"a block too long", "\"length\":20", "\"length\":21", "blocks do not follow"},
      {"a block too short", "\"length\":20", "\"length\":19", "blocks do not fill"},
      {"a gap", "\"offset\":10", "\"offset\":11", "blocks do not follow"},
      {"blocks not sorted", "\"/app/b\"", "\"/app/a\"", "blocks do not follow"},
      {"a hash of another length", "\"sha256\":\"", "\"sha256\":\"00", "is not a SHA-256"},
      {"a timestamp", "20261122_130001\",\"account", "2026\",\"account", "timestamp"},
      {"a Region with a slash", "\"region\":\"us-west-2\",\"t", "\"region\":\"a/b\",\"t", "region"},
      {"a fence without its word", "\"reached\":false,", "", "fence.reached"},
      {"cut", "\"limiter\"", "", "JSON"},
      {"a member twice", "\"listed\":4", "\"listed\":4,\"listed\":4", "twice"},
      {"a reference to a later one", "\"like\":1", "\"like\":2", "unreadable.like is the number"},
      {"a negative size", "\"size\":1000", "\"size\":-1", "document.size is not a whole number"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    std::string bad = good;
    ASSERT_NE(bad.find(row.from), std::string::npos);
    bad.replace(bad.find(row.from), std::string_view(row.from).size(), row.to);
    const auto decoded = decode_manifest(bad);
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(decoded.error().what, HasSubstr(row.says));
  }
}

TEST(Manifest, UnknownMembersArePassedOver) {
  std::string text(encode_manifest(full_manifest()).view());
  text.replace(0, 1, R"({"new":{"a":[1]},)");
  EXPECT_EQ(*decode_manifest(text), full_manifest());
}

}  // namespace
}  // namespace ssmb::snapshot
