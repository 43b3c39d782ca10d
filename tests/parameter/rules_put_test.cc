#include <gtest/gtest.h>

#include <functional>

#include "parameter/rules.h"

namespace ssmb::rules {
namespace {

using aws::ssm::PutRequest;

struct Case {
  PutRequest request;
  std::optional<Existing> existing;
  Store store{.place = {Region("us-east-2"), AccountId("111122223333")}, .now = Time{}};
};

Case fresh() {
  Case c;
  c.request.name = ParameterName("/app/x");
  c.request.value = SecretText("v");
  c.request.type = "String";
  return c;
}
Case over() {
  Case c = fresh();
  c.request.mode = PutRequest::Mode::overwrite;
  c.existing = Existing{.type = "String"};
  return c;
}

std::string codes(const Case& c) {
  std::string all;
  for (const auto& bad : check_put(c.request, c.existing ? &*c.existing : nullptr, c.store))
    all += (all.empty() ? "" : " ") + bad.code;
  return all;
}

TEST(PutRules, FirstAndFollowingPuts) {
  const std::string policy =
      R"([{"Type":"NoChangeNotification","Version":"1.0","Attributes":{"After":"1","Unit":"Days"}}])";
  const struct {
    const char* name;
    Case base;
    std::function<void(Case&)> change;
    std::string codes;
  } rows[] = {
      {"create", fresh(), [](Case&) {}, ""},
      {"overwrite", over(), [](Case&) {}, ""},
      {"overwrite keeps the type", over(), [](Case& c) { c.request.type = ""; }, ""},
      {"type missing", fresh(), [](Case& c) { c.request.type = ""; }, "ValidationException"},
      {"taken", over(), [](Case& c) { c.request.mode = PutRequest::Mode::create; },
       "ParameterAlreadyExists"},
      {"type changes", over(), [](Case& c) { c.request.type = "StringList"; },
       "HierarchyTypeMismatchException"},
      {"tags and overwrite", over(), [](Case& c) { c.request.tags = {{"a", "b"}}; },
       "ValidationException"},
      {"tags", fresh(), [](Case& c) { c.request.tags = {{"a", "b"}}; }, ""},
      {"reserved tag", fresh(), [](Case& c) { c.request.tags = {{"aws:x", "b"}}; },
       "ValidationException"},
      {"back to Standard", over(),
       [](Case& c) {
         c.existing->tier = Tier::advanced;
         c.request.tier = "Standard";
       },
       "ValidationException"},
      {"unknown tier", fresh(), [](Case& c) { c.request.tier = "Gold"; }, "ValidationException"},
      {"policies on Standard", fresh(), [&](Case& c) { c.request.policies = policy; },
       "ValidationException"},
      {"policies on Advanced", fresh(),
       [&](Case& c) {
         c.request.policies = policy;
         c.request.tier = "Advanced";
       },
       ""},
      {"old pattern, new value", over(), [](Case& c) { c.existing->allowed_pattern = "^\\d$"; },
       "ParameterPatternMismatchException"},
      {"oldest of 100 has a label", over(),
       [](Case& c) {
         c.existing->versions = 100;
         c.existing->oldest_labelled = true;
       },
       "ParameterMaxVersionLimitExceeded"},
      {"no room", fresh(), [](Case& c) { c.store.standard_count = 10000; },
       "ParameterLimitExceeded"},
      {"no room, but overwritten", over(), [](Case& c) { c.store.standard_count = 10000; }, ""},
      {"all at once", fresh(),
       [](Case& c) {
         c.request.name = ParameterName("ssm");
         c.request.value = SecretText("");
       },
       "ValidationException ValidationException"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Case c = row.base;
    row.change(c);
    EXPECT_EQ(codes(c), row.codes);
  }
}

TEST(PutRules, TierResolution) {
  const std::string policy =
      R"([{"Type":"NoChangeNotification","Version":"1.0","Attributes":{"After":"1","Unit":"Days"}}])";
  const struct {
    const char* name;
    Case base;
    std::function<void(Case&)> change;
    Tier tier;
  } rows[] = {
      {"default", fresh(), [](Case&) {}, Tier::standard},
      {"default of the account", fresh(), [](Case& c) { c.store.default_tier = "Advanced"; },
       Tier::advanced},
      {"asked for", fresh(), [](Case& c) { c.request.tier = "Advanced"; }, Tier::advanced},
      {"stays", over(), [](Case& c) { c.existing->tier = Tier::advanced; }, Tier::advanced},
      {"intelligent, small", fresh(), [](Case& c) { c.request.tier = "Intelligent-Tiering"; },
       Tier::standard},
      {"intelligent, large", fresh(),
       [](Case& c) {
         c.request.tier = "Intelligent-Tiering";
         c.request.value = SecretText(std::string(4097, 'x'));
       },
       Tier::advanced},
      {"intelligent, policies", fresh(),
       [&](Case& c) {
         c.request.tier = "Intelligent-Tiering";
         c.request.policies = policy;
       },
       Tier::advanced},
      {"intelligent, full", fresh(),
       [](Case& c) {
         c.request.tier = "Intelligent-Tiering";
         c.store.standard_count = 10000;
       },
       Tier::advanced},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Case c = row.base;
    row.change(c);
    EXPECT_EQ(resolve_tier(c.request, c.existing ? &*c.existing : nullptr, c.store), row.tier);
  }
}

TEST(TagRules, TagsAndLabels) {
  const struct {
    const char* name;
    aws::ssm::Tag tag;
    bool fine;
  } tags[] = {
      {"plain", {"Env", "dev"}, true},
      {"empty value", {"Env", ""}, true},
      {"no key", {"", "x"}, false},
      {"128", {std::string(128, 'k'), "x"}, true},
      {"129", {std::string(129, 'k'), "x"}, false},
      {"256", {"k", std::string(256, 'v')}, true},
      {"257", {"k", std::string(257, 'v')}, false},
      {"Japanese", {"\xE7\x92\xB0\xE5\xA2\x83", "\xE9\x96\x8B"}, true},
      {"character", {"k", "a*b"}, false},
      {"reserved", {"AWS:cloudformation:stack-name", "x"}, false},
  };
  for (const auto& row : tags) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(!check_tag(row.tag), row.fine);
  }
  const struct {
    const char* label;
    bool fine;
  } labels[] = {{"prod", true},  {"Prod_1.2-x", true}, {"1st", false}, {"awsome", false},
                {"SSMx", false}, {"a b", false},       {"", false},    {"a:b", false}};
  for (const auto& row : labels) {
    SCOPED_TRACE(row.label);
    EXPECT_EQ(is_valid_label(row.label), row.fine);
  }
}

TEST(TagRules, FiftyTags) {
  std::vector<aws::ssm::Tag> tags;
  for (int i = 0; i < 50; ++i) tags.push_back({"k" + std::to_string(i), ""});
  EXPECT_FALSE(check_tags(tags));
  tags.push_back({"k50", ""});
  const Verdict verdict = check_tags(tags);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->code, "TooManyTagsError");
}

}  // namespace
}  // namespace ssmb::rules
