// drill --aws through the command line, in virtual time: what it puts under the scratch path, what
// it proves there, and that nothing stays.

#include <gmock/gmock.h>

#include "look_world.h"

namespace ssmb::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Words = std::vector<std::string>;

struct DrillCommand : LookTest {
  int drill(Words more = {"--aws", "--under", "/drill/1", "--sample", "5"}) {
    Words words{"drill", "--region", "us-west-2"};
    words.insert(words.end(), more.begin(), more.end());
    return cli.run(std::move(words));
  }
  std::vector<std::string> under_scratch() {
    std::vector<std::string> names;
    const auto& store = cli.sandbox.world.ssm(AccountId("123456789012"), Region("us-west-2"));
    for (const auto& [unique, record] : store.records()) {
      if (unique.starts_with("drill/") || unique.starts_with("/drill/")) names.push_back(unique);
    }
    return names;
  }
  std::uint64_t puts() { return cli.sandbox.calls("ssm:PutParameter", "us-west-2"); }
  boost::json::value in_store() const {
    const auto text = read_file(cli.work() / "drill.json");
    return text ? boost::json::parse(*text).at("regions").at(0).at("inStore") : nullptr;
  }
  // Right before so many puts have come.
  void at_put(int number, std::function<void(const aws::HttpRequest&)> act) {
    cli.sandbox.transport.set_hook(
        [number, act = std::move(act), met = 0](
            const aws::HttpRequest& request) mutable -> std::optional<Result<aws::HttpResponse>> {
          if (testing::target_of(request) == "PutParameter" && ++met == number) act(request);
          return std::nullopt;
        });
  }
  std::string out() const { return cli.world.out.str(); }
  std::string err() const { return cli.world.err.str(); }
};

TEST_F(DrillCommand, ASampleIsPutReadBackAndRemoved) {
  cli.sandbox.control("reset-counters", boost::json::object{});
  ASSERT_EQ(drill(), 0) << out() << err();
  EXPECT_EQ(puts(), 5U);
  EXPECT_THAT(under_scratch(), IsEmpty());
  EXPECT_THAT(out(), HasSubstr("in the real store, under /drill/1: 5 of 5 put and read back equal; "
                               "5 removed again\n"));
  EXPECT_THAT(out(), HasSubstr("what was written is removed\n"));
  EXPECT_EQ(in_store().at("provenCount"), 5);
  EXPECT_EQ(in_store().at("proven"), true);
}

TEST_F(DrillCommand, WithoutAwsNothingIsWritten) {
  cli.sandbox.control("reset-counters", boost::json::object{});
  ASSERT_EQ(drill({}), 0) << out() << err();
  EXPECT_EQ(puts(), 0U);
  EXPECT_TRUE(in_store().is_null());
}

TEST_F(DrillCommand, RecordLeavesTheResultBesideTheSnapshots) {
  ASSERT_EQ(drill({"--record"}), 0) << out() << err();
  std::vector<std::string> records;
  for (const std::string& key : cli.keys("us-west-2"))
    if (key.starts_with("drills/dev/us-west-2/")) records.push_back(key);
  ASSERT_THAT(records, SizeIs(1));
  const auto record = boost::json::parse(cli.object("us-west-2", records[0]));
  EXPECT_EQ(record.at("format"), 1);
  EXPECT_EQ(record.at("region"), "us-west-2");
  EXPECT_EQ(record.at("proven"), true);
  EXPECT_EQ(record.at("provenCount"), 12);
  EXPECT_EQ(cli.run({"verify", "--all"}), 0) << "it is no stray object: " << out();
}

TEST_F(DrillCommand, WhatCannotBeRecordedIsNamedAndProvenAllTheSame) {
  cli.sandbox.transport.set_hook(
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (request.method != "PUT" || !request.path.contains("drills/")) return std::nullopt;
        return aws::HttpResponse{
            .status = 403,
            .headers = {},
            .body = SecretBytes("<Error><Code>AccessDenied</Code><Message>no</Message></Error>")};
      });
  EXPECT_EQ(drill({"--record"}), 3) << err();
  EXPECT_THAT(out(), HasSubstr("it stands in no repository: "));
  EXPECT_THAT(out(), HasSubstr("AccessDenied"));
  const auto text = read_file(cli.work() / "drill.json");
  ASSERT_TRUE(text);
  EXPECT_EQ(boost::json::parse(*text).at("proven"), true);
  EXPECT_EQ(boost::json::parse(*text).at("notRecorded").as_array().size(), 1U);
}

TEST_F(DrillCommand, ADrillOfAnOldSnapshotIsNoRecordOfTheNewest) {
  for (const Words& named : {Words{"--snapshot", "x.json"}, Words{"--as-of", "yesterday"}}) {
    Words words{"drill", "--region", "us-west-2", "--record"};
    words.insert(words.end(), named.begin(), named.end());
    EXPECT_EQ(cli.run(words), 2);
    EXPECT_THAT(err(), HasSubstr("--record is of the newest snapshots"));
  }
}

TEST_F(DrillCommand, AllAreTakenWhereTheSampleIsLarger) {
  ASSERT_EQ(drill({"--aws", "--under", "/drill/1", "--sample", "100"}), 0) << out() << err();
  EXPECT_EQ(in_store().at("sampleCount"), 12);
}

TEST_F(DrillCommand, WhatIsPutThereCarriesTheTagAndNoPolicies) {
  std::string body;
  at_put(1, [&](const aws::HttpRequest& request) { body = std::string(request.body.view()); });
  ASSERT_EQ(drill(), 0);
  EXPECT_THAT(body, HasSubstr(R"({"Key":"ssm-backup:drill","Value":)"));
  EXPECT_THAT(body, HasSubstr(R"({"Key":"Owner","Value":"team"})"));
  EXPECT_THAT(body, ::testing::Not(HasSubstr("Policies")));
}

TEST_F(DrillCommand, NamesThatWouldNotFitAreNotDrawn) {
  const std::string deep = "/drill/1/2/3/4/5/6/7/8/9/10/11/12";  // 13, and two of its own
  cli.sandbox.seed("us-west-2", {{{"Name", "/dev/x"}, {"Value", "v"}, {"Type", "String"}}});
  ASSERT_EQ(cli.run({"backup", "--run-id", "s"}), 0) << err();
  ASSERT_EQ(drill({"--aws", "--under", deep, "--sample", "9"}), 0) << out() << err();
  EXPECT_EQ(in_store().at("sampleCount"), 1);
}

TEST_F(DrillCommand, NothingOfSomebodyElseIsTouched) {
  cli.sandbox.seed("us-west-2", {{{"Name", "/drill/1/x"}, {"Value", "v"}, {"Type", "String"}}});
  cli.sandbox.control("reset-counters", boost::json::object{});
  EXPECT_EQ(drill(), 2);
  EXPECT_THAT(out() + err(),
              HasSubstr("1 parameter that no drill has put there lies under /drill/1 in us-west-2, "
                        "/drill/1/x"));
  EXPECT_EQ(puts(), 0U);
  EXPECT_THAT(under_scratch(), SizeIs(1));
}

TEST_F(DrillCommand, WhereNoNameFitsNothingIsRestored) {
  const std::string deep = "/drill/1/2/3/4/5/6/7/8/9/10/11/12";
  cli.sandbox.control("reset-counters", boost::json::object{});
  EXPECT_EQ(drill({"--aws", "--under", deep}), 2);
  EXPECT_THAT(out() + err(), HasSubstr("none of its names fits under " + deep));
  EXPECT_EQ(puts(), 0U);
}

// It comes to be there after the plan: the put is refused, and it is not removed for being met.
TEST_F(DrillCommand, WhatSomebodyElsePutsThereMeanwhileStays) {
  at_put(1, [&](const aws::HttpRequest& request) {
    const auto body = boost::json::parse(request.body.view());
    cli.sandbox.seed("us-west-2",
                     {{{"Name", body.at("Name")}, {"Value", "theirs"}, {"Type", "String"}}});
  });
  EXPECT_EQ(drill(), 4);
  EXPECT_THAT(under_scratch(), SizeIs(1));
  EXPECT_EQ(in_store().at("provenCount"), 4);
  EXPECT_EQ(in_store().at("findings").as_array().size(), 1U);
  EXPECT_THAT(out(), HasSubstr("NOT PROVEN"));
}

TEST_F(DrillCommand, WhatAKilledDrillLeftIsRemovedFirst) {
  cli.sandbox.seed("us-west-2", {{{"Name", "/drill/1/left"},
                                  {"Value", "v"},
                                  {"Type", "String"},
                                  {"Tags", {{{"Key", "ssm-backup:drill"}, {"Value", "r"}}}}}});
  ASSERT_EQ(drill(), 0) << out() << err();
  EXPECT_THAT(out(), HasSubstr("1 parameter of an earlier drill lay there, and was removed first"));
  EXPECT_THAT(under_scratch(), IsEmpty());
}

TEST_F(DrillCommand, AnInterruptedOneRemovesWhatItPut) {
  at_put(3, [&](const aws::HttpRequest&) { cli.world.interrupt.raise(SIGINT); });
  EXPECT_EQ(drill(), 130);
  EXPECT_THAT(under_scratch(), IsEmpty());
  EXPECT_THAT(err(), HasSubstr("what it put under /drill/1 is removed"));
}

// Answers that call as one that may not.
void deny(LookTest& test, const char* operation) {
  test.cli.sandbox.transport.set_hook(
      [operation](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (testing::target_of(request) != operation) return std::nullopt;
        return testing::denied_answer();
      });
}

TEST_F(DrillCommand, OneThatCannotRemoveSaysWhatLiesThere) {
  deny(*this, "DeleteParameters");
  EXPECT_EQ(drill(), 1);
  EXPECT_THAT(out(), HasSubstr("5 of 5 put and read back equal; NOT REMOVED: "));
  EXPECT_THAT(err(), HasSubstr("what the drill put under /drill/1 lies there still"));
  EXPECT_THAT(err(), HasSubstr("then run the drill again with --under /drill/1"));
  EXPECT_THAT(under_scratch(), SizeIs(5));
  cli.sandbox.transport.set_hook({});
  EXPECT_EQ(drill(), 0) << out() << err();
  EXPECT_THAT(under_scratch(), IsEmpty());
}

// It was called "NOT proven: 12 of 12 would come back", exit 4.
TEST_F(DrillCommand, AMissingRightSaysNothingOfTheSnapshot) {
  deny(*this, "PutParameter");
  EXPECT_EQ(drill(), 1);
  EXPECT_THAT(out(), HasSubstr("NOT TRIED in AWS"));
  EXPECT_THAT(err(), HasSubstr("AccessDeniedException"));
}

TEST_F(DrillCommand, AnEarlierResultDoesNotPassForThisOnes) {
  ASSERT_EQ(drill({}), 0);
  ASSERT_TRUE(read_file(cli.work() / "drill.json"));
  at_put(3, [&](const aws::HttpRequest&) { cli.world.interrupt.raise(SIGINT); });
  EXPECT_EQ(drill(), 130);
  EXPECT_FALSE(read_file(cli.work() / "drill.json"));
}

// It said "proven", where restore refuses it.
TEST_F(DrillCommand, AShrunkenSnapshotIsNotProven) {
  auto& store = cli.sandbox.world.ssm(AccountId("123456789012"), Region("us-west-2"));
  for (int i = 0; i < 6; ++i) store.erase(fmt::format("/app/dev/p{:03}", i));
  ASSERT_EQ(cli.run({"backup", "--region", "us-west-2"}), 3);
  EXPECT_EQ(drill({"--snapshot", cli.summary("us-west-2", "s3Key")}), 4);
  EXPECT_THAT(out(), HasSubstr("proven, SHRUNKEN"));
}

TEST_F(DrillCommand, WrongUsage) {
  struct Row {
    const char* name;
    Words more;
    const char* says;
  };
  const Row rows[] = {
      {"no path", {"--aws"}, "--aws wants --under"},
      {"a path alone", {"--under", "/drill/1"}, "--under is of --aws alone"},
      {"a relative path", {"--aws", "--under", "drill"}, "such as /drill/1, not 'drill'"},
      {"everything", {"--aws", "--under", "/"}, "such as /drill/1, not '/'"},
      {"a slash at the end", {"--aws", "--under", "/d/"}, "such as /drill/1, not '/d/'"},
      {"a reserved one", {"--aws", "--under", "/aws/x"}, "reserved parameter name"},
      {"none", {"--aws", "--under", "/d", "--sample", "0"}, "--sample"},
  };
  cli.sandbox.control("reset-counters", boost::json::object{});
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(drill(row.more), 2);
    EXPECT_THAT(err(), HasSubstr(row.says));
  }
  EXPECT_EQ(puts(), 0U);
}

}  // namespace
}  // namespace ssmb::cli
