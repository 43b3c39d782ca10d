// verify --all: a tree of four snapshots, an old one and an unfinished one, and every kind of
// damage.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "look_world.h"

namespace ssmb::cli {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

const char* const kOld = "2026-11-19/us-west-2/ssm-backup-dev-us-west-2-20261119_010000.json";
const char* const kUnfinished =
    "2026-11-22/us-west-2/ssm-backup-dev-us-west-2-20261122_235900.json";

struct VerifyAll : LookTest {
  VerifyAll() {
    put("us-west-2", kOld,
        R"({"backup_date": "2026-11-19", "environment": "dev", "parameter_count": 1,)"
        R"( "parameters": [{"Name": "/app/dev/a", "Value": "v", "Type": "String",)"
        R"( "Version": 1, "LastModifiedDate": "2025-08-30T10:11:12.345000+09:00",)"
        R"( "ARN": "arn:aws:ssm:us-west-2:1:parameter/app/dev/a", "DataType": "text"}]})");
    put("us-west-2", kUnfinished, R"({"format": 1, "backup_date": "2026-11-22", )");
    for (const char* run : {"two", "three"}) {
      stamps.push_back(newest());
      wait(std::chrono::hours{1});
      backup({"--run-id", run});
    }
    wait(std::chrono::hours{1});
    backup({"--run-id", "partial", "--include", "/app/dev/p00*"});
    wait(std::chrono::hours{48});
    cli.sandbox.world.keys().deny_decrypt(Region("us-west-2"), "/app/dev/p003");
    backup({"--run-id", "incomplete"}, 3);
  }
  void wait(Duration duration) { cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(duration, {})); }
  void backup(std::vector<std::string> more, int code = 0) {
    std::vector<std::string> words{"backup", "--region", "us-west-2"};
    words.insert(words.end(), more.begin(), more.end());
    EXPECT_EQ(cli.run(std::move(words)), code) << cli.world.err.str();
  }
  int verify(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"verify", "--all", "--region", "us-west-2"};
    words.insert(words.end(), more.begin(), more.end());
    return cli.run(std::move(words));
  }
  static std::string document(const std::string& stamp) {
    return "2026-11-22/us-west-2/ssm-backup-dev-us-west-2-" + stamp + ".json";
  }
  // The stamp of the one that the pointer names.
  std::string newest() {
    const std::string key(trim(cli.object("us-west-2", "latest-us-west-2.txt")));
    return key.substr(document("").size() - std::string_view(".json").size(), 15);
  }
  // A key of the Region that holds both.
  std::string key_with(const std::string& part, const std::string& ending) {
    for (const std::string& key : cli.keys("us-west-2"))
      if (key.contains(part) && key.ends_with(ending)) return key;
    ADD_FAILURE() << "no key with " << part;
    return {};
  }
  std::string out() const { return cli.world.out.str(); }

  std::vector<std::string> stamps;  // of the first and the second one
};

TEST_F(VerifyAll, OldAndUnfinishedOnesAndGapsAreShownAndAreNoDamage) {
  EXPECT_EQ(verify(), 0) << out();
  EXPECT_THAT(out(), AllOf(ContainsRegex("us-west-2 +sound  "), HasSubstr("sound, partial"),
                           HasSubstr("sound, incomplete"), HasSubstr("old, readable"),
                           HasSubstr("unfinished, not read")));
  EXPECT_THAT(
      out(),
      HasSubstr("us-west-2: 7 snapshots, 2026-11-19 to 2026-11-24: 3 complete, 1 incomplete, "
                "1 unfinished, 1 old, 1 partial\n"
                "us-west-2: days without a complete snapshot: 2026-11-20 to 2026-11-21, "
                "2026-11-23\n"));
  EXPECT_EQ(verify({"--output", "json"}), 0);
  const auto json = boost::json::parse(out());
  const auto& region = json.at("regions").at(0);
  EXPECT_EQ(region.at("states").at("old"), 1);
  EXPECT_EQ(region.at("daysWithout").at(1).at("first"), "2026-11-23");
  EXPECT_EQ(region.at("strays").as_array().size(), 0U);
}

TEST_F(VerifyAll, EveryKindOfDamageIsFoundAndNamed) {
  const std::string first = document(stamps[0]);
  const std::string stem = "manifests/dev/us-west-2/" + stamps[0];
  const std::string key_of_first = "dev-us-west-2-" + stamps[0];
  const std::string key_of_another = "dev-us-west-2-" + stamps[1];
  const std::string partial = key_with("partial-dev", ".json");
  const struct {
    const char* name;
    std::string key;
    std::string from;  // what is replaced; "": the object goes
    std::string to;
    std::string finding;
  } rows[] = {
      {"a flipped value", first, "secret-3", "secreT-3", first + ": "},
      {"a record that does not parse", first, "\"Type\":\"String\"", "\"Type\":\"Strin?\"",
       first + ": "},
      {"a name twice", first, "/app/dev/p003\"", "/app/dev/p004\"", first + ": "},
      {"another count", first, "\"parameter_count\": 12", "\"parameter_count\": 13", first + ": "},
      {"an index that does not fit", stem + ".index", "/app/dev/p003", "/app/dev/q003",
       stem + ".index: "},
      {"no index", stem + ".index", "", "", stem + ".index: "},
      {"no manifest, so that its child lacks a parent", stem + ".json", "", "", ""},
      {"a manifest alone", first, "", "", "its document is missing, its manifest is there"},
      {"a manifest of another document", stem + ".json", key_of_first, key_of_another,
       "its manifest speaks of"},
      {"a manifest that was altered", stem + ".json", "\"tags\":\"bulk\"", "\"tags\":\"bulk\" ",
       "has another hash than its successor recorded"},
      {"a partial one", partial, "secret-3", "secreT-3", partial + ": "},
      {"an old one", kOld, "\"parameter_count\": 1,", "\"parameter_count\": 2,",
       std::string(kOld) + ": "},
      {"the pointer", "latest-us-west-2.txt", "ssm-backup", "ssm-bakcup", "no backup of dev"},
      {"the pointer of incomplete ones", "latest-incomplete-us-west-2.txt", "20261124", "20261123",
       "latest-incomplete-us-west-2.txt: names"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string whole = cli.object("us-west-2", row.key);
    ASSERT_FALSE(whole.empty()) << row.key;
    std::string text = whole;
    if (row.from.empty()) {
      remove("us-west-2", row.key);
    } else {
      ASSERT_NE(text.find(row.from), std::string::npos) << text;
      text.replace(text.find(row.from), row.from.size(), row.to);
      put("us-west-2", row.key, text);
    }
    if (row.finding.empty()) {
      // It is an unfinished one now; its child says that a parent is gone.
      EXPECT_EQ(verify(), 0) << out();
      EXPECT_THAT(out(), HasSubstr("2 unfinished"));
    } else {
      EXPECT_EQ(verify(), 4) << out();
      EXPECT_THAT(out(), AllOf(HasSubstr(row.finding), HasSubstr("next: us-west-2: ")));
    }
    EXPECT_THAT(out() + cli.world.err.str(), Not(HasSubstr("secre")));
    put("us-west-2", row.key, whole);
  }
  EXPECT_EQ(verify(), 0) << out();
}

TEST_F(VerifyAll, AnIndexThatBelongsToNothingIsDamage) {
  put("us-west-2", "manifests/dev/us-west-2/20261001_000000.index", "[]\n");
  EXPECT_EQ(verify(), 4);
  EXPECT_THAT(out(), AllOf(HasSubstr("20261001_000000.index: is an index whose document and "
                                     "manifest are gone"),
                           HasSubstr("next: us-west-2: restore only from what")));
  EXPECT_EQ(verify({"--output", "json"}), 4);
  EXPECT_EQ(boost::json::parse(out()).at("regions").at(0).at("strays").as_array().size(), 1U);
  // Beside an unfinished document it is a part of it.
  remove("us-west-2", "manifests/dev/us-west-2/20261001_000000.index");
  put("us-west-2", "manifests/dev/us-west-2/20261122_235900.index", "");
  EXPECT_EQ(verify(), 0) << out();
}

TEST_F(VerifyAll, ASnapshotThatWasRemovedFromTheMiddleIsTold) {
  const std::string& stamp = stamps[1];
  for (const char* part : {".json", ".index"})
    remove("us-west-2", "manifests/dev/us-west-2/" + stamp + part);
  remove("us-west-2", document(stamp));
  EXPECT_EQ(verify(), 0) << out();
  EXPECT_THAT(out(), HasSubstr("its parent manifests/dev/us-west-2/" + stamp +
                               ".json is gone, though older ones are there"));
}

}  // namespace
}  // namespace ssmb::cli
