// diff and history, through the command line.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "aws/ssm/client.h"
#include "base/text.h"
#include "look_world.h"
#include "tests/support/golden.h"

namespace ssmb::cli {
namespace {

using ssmb::testing::expect_golden;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// The text without what chance and the pace of a run have a part in: seconds, and tags.
std::string steady(std::string text) {
  text = std::regex_replace(text, std::regex("([0-9]{2}:[0-9]{2}):[0-9]{2}"), "$1:00");
  text = std::regex_replace(text, std::regex("(2026[0-9]{4}_[0-9]{4})[0-9]{2}"), "$0100");
  const std::regex tag("\\b[0-9a-f]{8}\\b(?!_)");
  std::vector<std::string> tags;
  std::smatch match;
  for (std::string rest = text; std::regex_search(rest, match, tag); rest = match.suffix()) {
    if (std::ranges::find(tags, match.str()) == tags.end()) tags.push_back(match.str());
  }
  for (std::size_t i = 0; i < tags.size(); ++i)
    text = replaced(text, tags[i], fmt::format("tag-of-{}", i + 1));
  return text;
}

// us-west-2 has changed since its snapshot: one added, one removed, one with another value.
struct DiffCommand : LookTest {
  void change() {
    (void)cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(std::chrono::hours{9}, {}));
    cli.seed("us-west-2", 12, 1);
    auto& store = cli.sandbox.world.ssm(AccountId("123456789012"), Region("us-west-2"));
    store.erase("/app/dev/p003");
    put_value("/app/dev/p005", "another secret");
  }
  void put_value(const char* name, const char* value) {
    aws::ssm::Client ssm(cli.sandbox.session, Region("us-west-2"));
    const auto done =
        cli.sandbox.runtime.run(ssm.put_parameter({.name = ParameterName(name),
                                                   .value = SecretText(value),
                                                   .mode = aws::ssm::PutRequest::Mode::overwrite},
                                                  {}));
    ASSERT_TRUE(done && *done) << (*done).error().what;
  }
  int west(std::vector<std::string> words) {
    words.insert(words.end(), {"--region", "us-west-2"});
    return cli.run(words);
  }
  std::string newest() {
    return std::string(trim(cli.object("us-west-2", "latest-us-west-2.txt")));
  }
  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(cli.directory / name, std::ios::binary) << text;
    return (cli.directory / name).string();
  }
  std::string out() const { return cli.world.out.str(); }
  std::string err() const { return cli.world.err.str(); }
  boost::json::value json() const { return boost::json::parse(out()); }
};

TEST_F(DiffCommand, NothingDiffersFromWhatWasJustSaved) {
  ASSERT_EQ(cli.run({"diff", "--exact"}), 0) << err() << out();
  for (const std::string& region : kRegions)
    EXPECT_THAT(out(), HasSubstr(region + "  no difference: "));
  EXPECT_EQ(cli.run({"diff", newest(), newest()}), 0) << err();
}

TEST_F(DiffCommand, ShowsWhatHasChangedSince) {
  change();
  ASSERT_EQ(west({"diff", "--progress", "none"}), 4) << err();
  expect_golden("tests/golden/diff.txt", steady(out()));
  EXPECT_THAT(out() + err(), Not(HasSubstr("secret")));
  std::istringstream lines(out());
  for (std::string line; std::getline(lines, line);)
    if (!line.starts_with("next: ")) EXPECT_LE(line.size(), 100U) << line;
}

// After the loss of a Region the line that was copied asked the Region that is gone.
TEST_F(DiffCommand, TheNextStepAsksTheSameRepository) {
  const std::string copy = (cli.directory / "a copy").string();
  ASSERT_EQ(cli.run({"backup", "--copy-to", copy}), 0) << err();
  change();
  EXPECT_EQ(west({"diff", "--repository", copy}), 4) << err();
  EXPECT_THAT(out(),
              HasSubstr("next: `ssm-backup restore --env dev --region us-west-2 --snapshot "));
  EXPECT_THAT(out(),
              HasSubstr(".json --repository '" + copy + "'` shows what would bring it back"));
  EXPECT_EQ(west({"diff"}), 4) << err();
  EXPECT_THAT(out(), Not(HasSubstr("--repository")));
}

TEST_F(DiffCommand, JsonIsOneDocument) {
  change();
  ASSERT_EQ(cli.run({"diff", "--output", "json"}), 4) << err();
  const auto document = json();
  EXPECT_EQ(document.at("comparison"), "restorable");
  ASSERT_EQ(document.at("comparisons").as_array().size(), 3U);
  const auto& one = document.at("comparisons").at(1);
  EXPECT_EQ(one.at("differs"), true);
  EXPECT_EQ(one.at("addedCount"), 1);
  EXPECT_EQ(one.at("removedCount"), 1);
  EXPECT_EQ(one.at("changedCount"), 1);
  EXPECT_EQ(one.at("sameCount"), 10);
  EXPECT_EQ(one.at("to").at("live"), true);
  EXPECT_EQ(one.at("from").at("state"), "complete");
  const auto& changed = one.at("differences").at(1);
  EXPECT_EQ(changed.at("name"), "/app/dev/p005");
  EXPECT_EQ(changed.at("fields").as_array(), boost::json::array{"Value"});
  EXPECT_NE(changed.at("from").at("valueTag"), changed.at("to").at("valueTag"));
  EXPECT_EQ(changed.at("from").at("valueTag").as_string().size(), 8U);
  EXPECT_EQ(changed.at("to").at("version"), 2);
  EXPECT_EQ(document.at("comparisons").at(0).at("differs"), false);
  EXPECT_THAT(out(), Not(HasSubstr("secret")));
}

TEST_F(DiffCommand, EachEndIsAKeyAFileATimeOrAWord) {
  const std::string first = newest();
  change();
  ASSERT_EQ(cli.run({"backup"}), 0) << err();
  (void)cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(std::chrono::minutes{5}, {}));
  put_value("/app/dev/p001", "a third");
  const std::string saved = file("saved.json", cli.object("us-west-2", first));
  const std::string east = "latest-us-east-1.txt";
  const std::string eastern(trim(cli.object("us-east-1", east)));
  const struct {
    const char* name;
    std::vector<std::string> words;
    int code;
    const char* says;
  } rows[] = {
      {"a key against live", {first}, 4, "4 differences: 1 added, 1 removed, 2 changed; 9 the"},
      {"turned round", {"live", first}, 4, "4 differences: 1 added, 1 removed, 2 changed; 9 the"},
      {"two keys", {first, newest()}, 4, "3 differences: 1 added, 1 removed, 1 changed; 10 the"},
      {"the same twice", {first, first}, 0, "no difference: 12 the same\n"},
      {"a time against the newest", {"-3h", "newest"}, 4, "3 differences: 1 added, 1 removed"},
      {"an ISO time", {"2026-11-22T13:30Z", "newest"}, 4, "3 differences: 1 added, 1 removed"},
      {"a file against its own snapshot", {saved, first}, 0, "no difference: 12 the same\n"},
      {"a file against live", {saved, "live"}, 4, "4 differences: 1 added"},
      {"newest against live", {"newest"}, 4, "1 difference: 0 added, 0 removed, 1 changed"},
      {"two Regions", {first, eastern}, 4, "12 changed"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    std::vector<std::string> words{"diff"};
    words.insert(words.end(), row.words.begin(), row.words.end());
    const bool named = row.words.front() != "-3h" && row.words.front() != "newest" &&
                       !row.words.front().starts_with("2026-11-22T");
    EXPECT_EQ(named ? cli.run(words) : west(words), row.code) << err();
    EXPECT_THAT(out(), HasSubstr(row.says));
  }
}

TEST_F(DiffCommand, WhatIsNoEndIsOneLine) {
  const struct {
    std::vector<std::string> words;
    int code;
    const char* says;
  } rows[] = {
      {{"live"}, 2, "error: the live store is the same as itself\nnext: "},
      {{"live", "live"}, 2, "error: the live store is the same as itself\nnext: "},
      {{"saved.jsn"}, 2, "error: A: 'saved.jsn' is no time, and no key or file of a snapshot\n"},
      {{"newest", "-x"}, 2, "unknown flag -x"},
      {{"newest", "2027-01-01"}, 2, "error: B: '2027-01-01' lies ahead"},
      {{"-30d"}, 1, "no complete snapshot of dev in us-west-2 was started by 2026-10-23"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.words.back());
    std::vector<std::string> words{"diff"};
    words.insert(words.end(), row.words.begin(), row.words.end());
    EXPECT_EQ(west(words), row.code);
    EXPECT_THAT(err(), HasSubstr(row.says));
    EXPECT_THAT(out(), IsEmpty());
  }
}

TEST_F(DiffCommand, ADamagedSnapshotIsNoDifferenceButAFailure) {
  const std::string key = newest();
  std::string text = cli.object("us-west-2", key);
  text.replace(text.find("secret-3"), 8, "secreT-3");
  put("us-west-2", key, text);
  EXPECT_EQ(cli.run({"diff"}), 1);
  EXPECT_THAT(err(), AllOf(HasSubstr("error: us-west-2: "), HasSubstr("its manifest describes")));
  EXPECT_THAT(out(), AllOf(HasSubstr("us-east-1  no difference"), Not(HasSubstr("us-west-2"))));
  EXPECT_EQ(cli.run({"diff", "--output", "json"}), 1);
  EXPECT_EQ(json().at("errors").at(0).at("region"), "us-west-2");
  EXPECT_THAT(out() + err(), Not(HasSubstr("secreT-3")));
}

TEST_F(DiffCommand, WhatCouldNotBeReadIsNamed) {
  cli.sandbox.world.keys().deny_decrypt(Region("us-west-2"), "/app/dev/p005");
  EXPECT_EQ(west({"diff"}), 3) << err();
  EXPECT_THAT(out(), AllOf(StartsWith("us-west-2  no difference: 11 the same\n"),
                           HasSubstr("not compared: /app/dev/p005: to: ")));
}

TEST_F(DiffCommand, HistoryTellsWhenAParameterChanged) {
  change();
  ASSERT_EQ(cli.run({"backup"}), 0) << err();
  (void)cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(std::chrono::hours{15}, {}));
  ASSERT_EQ(cli.run({"backup"}), 0) << err();
  ASSERT_EQ(west({"history", "/app/dev/p005"}), 0) << err();
  expect_golden("tests/golden/history.txt", steady(out()));
  ASSERT_EQ(cli.run({"history", "/app/dev/p003", "--output", "json"}), 0) << err();
  const auto document = json();
  EXPECT_EQ(document.at("name"), "/app/dev/p003");
  const auto& west_rows = document.at("regions").at(1).at("snapshots").as_array();
  ASSERT_EQ(west_rows.size(), 3U);
  EXPECT_EQ(west_rows[0].at("change"), "absent");
  EXPECT_EQ(west_rows[1].at("change"), "removed");
  EXPECT_EQ(document.at("regions").at(1).at("changeCount"), 1);
  EXPECT_EQ(west_rows[2].at("change"), "first");
  EXPECT_EQ(west_rows[2].at("valueTag").as_string().size(), 8U);
  EXPECT_EQ(document.at("regions").at(0).at("snapshots").at(0).at("change"), "same");
  EXPECT_THAT(out(), Not(HasSubstr("secret-3")));
}

TEST_F(DiffCommand, HistoryOfWhatNoSnapshotHoldsIsAnError) {
  EXPECT_EQ(cli.run({"history", "/app/dev/nothing"}), 1);
  EXPECT_THAT(err(), StartsWith("error: no snapshot holds the parameter /app/dev/nothing\nnext: "));
  EXPECT_EQ(cli.run({"history"}), 2);
  // Regions that never held it are not spoken of.
  ASSERT_EQ(cli.run({"history", "/jenkins/dev/backup/region-list"}), 0) << err();
  EXPECT_THAT(out(), AllOf(StartsWith("ap-northeast-1  no change over 1 snapshot\n"),
                           Not(HasSubstr("us-west-2"))));
}

TEST_F(DiffCommand, HistoryNamesWhatItCouldNotRead) {
  const std::string key = newest();
  const std::string manifest = "manifests/dev/us-west-2/" +
                               key.substr(key.size() - std::string("20261122_130000.json").size());
  put("us-west-2", manifest, "{}");
  EXPECT_EQ(west({"history", "/app/dev/p005"}), 3) << err();
  EXPECT_THAT(out(),
              AllOf(HasSubstr("UNREAD"),
                    StartsWith("us-west-2  no change over 1 snapshot, 1 could not be read\n")));
  remove("us-west-2", manifest);
  EXPECT_EQ(west({"history", "/app/dev/p005"}), 1) << out();
}

}  // namespace
}  // namespace ssmb::cli
