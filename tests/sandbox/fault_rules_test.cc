// When a rule strikes, what is counted, and the file of rules.
#include <gtest/gtest.h>

#include "sandbox/faults.h"
#include "tests/sandbox/world_caller.h"

namespace ssmb::sandbox {
namespace {

// Which of ten calls a rule strikes: "..xx......".
std::string pattern(const FaultRule& rule, const std::vector<double>& chances = {}) {
  std::size_t drawn = 0;
  Faults faults([&] { return chances.at(drawn++); });
  faults.set({rule});
  std::string all;
  for (int i = 0; i < 10; ++i) {
    const FaultSubject subject{.operation = "ssm:PutParameter", .region = Region("us-west-2")};
    all += faults.pick(FaultStage::service, subject) ? 'x' : '.';
  }
  EXPECT_EQ(drawn, chances.size());
  return all;
}

TEST(FaultRules, SkipCountAndProbability) {
  const std::vector<double> chances = {0.9, 0.1, 0.49, 0.5, 0.2, 0.7, 0.8, 0.3, 0.6, 0.4};
  const std::vector<double> five(chances.begin(), chances.begin() + 5);
  struct Row {
    std::string name;
    FaultRule rule;
    std::vector<double> chances;
    std::string strikes;
  };
  const std::vector<Row> rows = {
      {"always", {}, {}, "xxxxxxxxxx"},
      {"once", {.count = 1}, {}, "x........."},
      {"after three, twice", {.skip = 3, .count = 2}, {}, "...xx....."},
      {"by chance", {.probability = 0.5}, chances, ".xx.x..x.x"},
      {"by chance, twice, then nothing is drawn",
       {.count = 3, .probability = 0.5},
       five,
       ".xx.x....."},
      {"never", {.probability = 0}, chances, ".........."},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(pattern(row.rule, row.chances), row.strikes);
  }
}

TEST(FaultRules, SelectByOperationRegionAndName) {
  struct Row {
    std::string name;
    FaultRule rule;
    FaultSubject subject;
    bool strikes;
  };
  const Region west("us-west-2");
  const FaultSubject get{
      .operation = "ssm:GetParameters", .region = west, .parameters = {"/app/a", "/app/b"}};
  const FaultSubject object{.operation = "s3:PutObject", .region = west, .key = "2026-11-22/x"};
  const std::vector<Row> rows = {
      {"any", {}, get, true},
      {"its operation", {.operation = "ssm:GetParameters"}, get, true},
      {"a glob", {.operation = "ssm:*"}, get, true},
      {"another operation", {.operation = "ssm:GetParameter"}, get, false},
      {"another service", {.operation = "s3:*"}, get, false},
      {"its Region", {.region = "us-*"}, get, true},
      {"another Region", {.region = "eu-west-1"}, get, false},
      {"one of its parameters", {.parameter = "*/b"}, get, true},
      {"none of its parameters", {.parameter = "/b"}, get, false},
      {"its key", {.key = "2026-*"}, object, true},
      {"another key", {.key = "manifests/*"}, object, false},
      {"a key where there is none", {.key = "*"}, get, false},
      {"a parameter where there is none", {.parameter = "*"}, object, false},
      {"what does not fit", {.fault = Fault::empty_page}, get, false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Faults faults([] { return 0.0; });
    faults.set({row.rule});
    EXPECT_EQ(faults.pick(FaultStage::service, row.subject) != nullptr, row.strikes);
    EXPECT_EQ(faults.fired().size(), row.strikes ? 1U : 0U);
  }
}

TEST(FaultRules, TheFirstThatStrikesIsTheOnlyOne) {
  Faults faults([] { return 0.0; });
  faults.set(
      {{.fault = Fault::error_500, .count = 1}, {.fault = Fault::throttle, .skip = 1, .count = 1}});
  const FaultSubject subject{.operation = "ssm:PutParameter", .region = Region("us-west-2")};
  const auto next = [&] {
    const FaultRule* rule = faults.pick(FaultStage::service, subject);
    return rule ? kind_of(rule->fault).name : "none";
  };
  EXPECT_EQ(next(), "error-500");
  EXPECT_EQ(next(), "none");  // the first that the second rule sees, and skips
  EXPECT_EQ(next(), "throttle");
  EXPECT_EQ(next(), "none");
}

TEST(FaultRules, TheSameSeedMeetsTheSameFaults) {
  const auto run = [](std::uint64_t seed) {
    WorldCaller caller(seed);
    caller.world().faults().set({{.fault = Fault::throttle, .probability = 0.3}});
    std::string all;
    for (int i = 0; i < 60; ++i)
      all += caller.refusal("DescribeParameters", "{}").empty() ? '.' : 'x';
    return all;
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
  EXPECT_TRUE(run(1).contains('x'));
  EXPECT_TRUE(run(1).contains('.'));
}

TEST(FaultRules, TheRequestNamesParametersAndKeys) {
  struct Row {
    const char* name;
    const char* target;
    const char* body;
    std::vector<std::string> parameters;
  };
  const Row rows[] = {
      {"one", "AmazonSSM.GetParameter", R"({"Name":"/a"})", {"/a"}},
      {"many", "AmazonSSM.GetParameters", R"({"Names":["/a","/b"]})", {"/a", "/b"}},
      {"of a version", "AmazonSSM.GetParameters", R"({"Names":["/a:3"]})", {"/a"}},
      {"of a resource", "AmazonSSM.ListTagsForResource", R"({"ResourceId":"/a"})", {"/a"}},
      {"none", "AmazonSSM.DescribeParameters", "{}", {}},
      {"of another type", "AmazonSSM.GetParameter", R"({"Name":3,"Names":{}})", {}},
      {"no JSON", "AmazonSSM.GetParameter", "{", {}},
      {"no object", "AmazonSSM.GetParameter", "[]", {}},
  };
  WorldCaller caller;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto request = json_request(row.target, row.body);
    const auto subject = subject_of(request, classify(caller.world(), request, {}));
    EXPECT_EQ(subject.parameters, row.parameters);
  }
}

TEST(FaultRules, TheControlPathSetsAndCounts) {
  WorldCaller caller;
  caller.control("PUT", "faults", R"({"rules": [{"fault": "throttle", "count": 2}]})");
  for (int i = 0; i < 3; ++i) caller.refusal("DescribeParameters", "{}");
  const auto fired = json::parse(
      R"([{"fault":"throttle","operation":"ssm:DescribeParameters","region":"us-west-2","count":2}])");
  EXPECT_EQ(caller.control("GET", "faults").at("fired"), fired);
  EXPECT_EQ(caller.control("POST", "faults", R"({"rules": []})").at("fired"), fired);
  EXPECT_EQ(caller.refusal("DescribeParameters", "{}"), "");
  caller.control("POST", "reset-counters");
  EXPECT_EQ(caller.control("GET", "faults").at("fired"), json::array());
}

TEST(FaultRules, AFileIsCheckedStrictly) {
  struct Row {
    std::string name;
    std::string rule;
    std::string says;
  };
  const std::vector<Row> rows = {
      {"no object", "3", "rules[0]: is not an object"},
      {"no fault", "{}", "rules[0]: 'fault' is missing"},
      {"an unknown fault", R"({"fault": "tea"})",
       "no fault 'tea'; there are: throttle, error-500,"},
      {"an unknown word", R"({"fault": "throttle", "probabilty": 1})", "unknown 'probabilty'"},
      {"an unknown operation", R"({"fault": "throttle", "operation": "ssm:Tea"})",
       "no operation 'ssm:Tea'"},
      {"what does not fit", R"({"fault": "empty-page", "operation": "s3:PutObject"})",
       "empty-page does not fit s3:PutObject"},
      {"a body where there is none", R"({"fault": "cut-body", "operation": "s3:HeadObject"})",
       "cut-body does not fit s3:HeadObject"},
      {"a parameter of an object",
       R"({"fault": "throttle", "operation": "s3:*", "parameter": "/a"})",
       "s3:* names no 'parameter'"},
      {"a key of a parameter", R"({"fault": "throttle", "operation": "ssm:*", "key": "a"})",
       "ssm:* has no 'key'"},
      {"probability", R"({"fault": "throttle", "probability": 2})",
       "'probability' is not a number from 0 to 1"},
      {"count of nothing", R"({"fault": "throttle", "count": 0})", "'count' is not a whole number"},
      {"skip", R"({"fault": "throttle", "skip": -1})", "'skip' is not a whole number"},
      {"a clock without seconds", R"({"fault": "wrong-clock"})", "'seconds' is missing"},
      {"seconds of a throttle", R"({"fault": "throttle", "seconds": 1})",
       "'seconds' is only for slow-body and wrong-clock"},
      {"status of a throttle", R"({"fault": "throttle", "status": 500})",
       "'status' is only for html and huge-error"},
      {"status of a page", R"({"fault": "html", "status": 404})", "'status' is 200 or 502"},
      {"message of a throttle", R"({"fault": "throttle", "message": "x"})",
       "'message' is only for access-denied"},
      {"an empty text", R"({"fault": "throttle", "region": ""})", "'region' is not a text"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto rules = parse_faults(R"({"rules": [)" + row.rule + "]}");
    ASSERT_FALSE(rules);
    EXPECT_EQ(rules.error().kind, ErrorKind::configuration);
    EXPECT_NE(rules.error().what.find(row.says), std::string::npos) << rules.error().what;
    EXPECT_FALSE(rules.error().next.empty());
  }
  for (const char* text : {"{", "[]", "{}", R"({"rules": 3})", R"({"rules": [], "x": 1})"})
    EXPECT_FALSE(parse_faults(text)) << text;
}

TEST(FaultRules, AFileMayHoldAllThatTheStructHas) {
  const auto rules = parse_faults(R"({"rules": [
    {"fault": "denied-key", "operation": "ssm:Get*", "region": "us-*", "parameter": "/app/*",
     "skip": 3, "count": 5, "probability": 0.25},
    {"fault": "throttle", "operation": "s3:PutObject", "key": "2026*"},
    {"fault": "access-denied", "message": "no"},
    {"fault": "html", "status": 200},
    {"fault": "wrong-clock", "seconds": -1.5}]})");
  ASSERT_TRUE(rules) << rules.error().what;
  const FaultRule& first = rules->at(0);
  EXPECT_EQ(first.fault, Fault::denied_key);
  EXPECT_EQ(first.operation, "ssm:Get*");
  EXPECT_EQ(first.region, "us-*");
  EXPECT_EQ(first.parameter, "/app/*");
  EXPECT_EQ(first.skip, 3);
  EXPECT_EQ(first.count, 5);
  EXPECT_EQ(first.probability, 0.25);
  EXPECT_EQ(rules->at(1).key, "2026*");
  EXPECT_EQ(rules->at(1).probability, 1);
  EXPECT_EQ(rules->at(2).message, "no");
  EXPECT_EQ(rules->at(3).status, 200);
  EXPECT_EQ(rules->at(4).seconds, std::chrono::milliseconds{-1500});
}

}  // namespace
}  // namespace ssmb::sandbox
