// --as-of TIME, and --snapshot with a file, through `show`.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "look_world.h"

namespace ssmb::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// A snapshot of each Region a day: of 12, 13 and 14 parameters.
struct ChosenSnapshot : LookTest {
  ChosenSnapshot() {
    for (int day = 1; day < 3; ++day) {
      (void)cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(std::chrono::days{1}, {}));
      cli.seed("us-west-2", 11 + day, 1);
      EXPECT_EQ(cli.run({"backup", "--run-id", "s"}), 0) << cli.world.err.str();
    }
    (void)cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(std::chrono::hours{3}, {}));
  }
  std::string key_of(const std::string& date) const {
    return fmt::format("{0}/us-west-2/ssm-backup-dev-us-west-2-", date);
  }
  std::string newest() {
    return std::string(trim(cli.object("us-west-2", "latest-us-west-2.txt")));
  }
  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(cli.directory / name, std::ios::binary) << text;
    return (cli.directory / name).string();
  }
  boost::json::value json() const { return boost::json::parse(cli.world.out.str()); }
};

TEST_F(ChosenSnapshot, AsOfATimeItIsTheNewestThatWasStartedByThen) {
  const struct {
    const char* when;
    const char* date;
    std::size_t count;
  } rows[] = {
      {"2026-11-24T15:00:00Z", "2026-11-24", 14},
      {"yesterday", "2026-11-23", 13},
      {"-1d", "2026-11-23", 13},
      {"-50h", "2026-11-22", 12},
      {"2026-11-24", "2026-11-23", 13},
      {"2026-11-23T21:00:00+09:00", "2026-11-22", 12},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.when);
    ASSERT_EQ(cli.run({"show", "--region", "us-west-2", "--as-of", row.when, "--output", "json"}),
              0)
        << cli.world.err.str();
    const auto document = json();
    const auto& shown = document.at("snapshots").at(0);
    EXPECT_THAT(std::string(shown.at("key").as_string()), StartsWith(key_of(row.date)));
    EXPECT_EQ(shown.at("parameters").as_array().size(), row.count);
    EXPECT_EQ(cli.world.err.str(), "");
  }
  ASSERT_EQ(cli.run({"show", "/app/dev/p012", "--as-of", "-1d"}), 0) << cli.world.err.str();
  EXPECT_THAT(cli.world.out.str(), StartsWith("us-west-2  complete  " + key_of("2026-11-23")));
  EXPECT_EQ(cli.run({"show", "/app/dev/p012", "--as-of", "-2d"}), 1);
  EXPECT_THAT(cli.world.err.str(),
              StartsWith("error: no chosen snapshot holds the parameter /app/dev/p012\n"));
}

TEST_F(ChosenSnapshot, WhereNoneIsThatOldTheOldestIsNamed) {
  EXPECT_EQ(cli.run({"show", "--region", "us-west-2", "--as-of", "2026-11-20"}), 1);
  EXPECT_THAT(cli.world.err.str(),
              HasSubstr("no complete snapshot of dev in us-west-2 was started by "
                        "2026-11-20T00:00:00Z\nnext: the oldest is of 2026-11-22T13:00:0"));
  EXPECT_THAT(cli.world.err.str(), HasSubstr(": --snapshot " + key_of("2026-11-22")));
}

TEST_F(ChosenSnapshot, AnIncompleteOneIsPassedOverAloud) {
  cli.sandbox.world.keys().deny_decrypt(Region("us-west-2"), "/app/dev/p007");
  EXPECT_EQ(cli.run({"backup", "--region", "us-west-2"}), 3);
  (void)cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(std::chrono::hours{1}, {}));
  ASSERT_EQ(cli.run({"show", "/app/dev/p001", "--region", "us-west-2", "--as-of", "-1m"}), 0);
  EXPECT_THAT(cli.world.out.str(), HasSubstr(key_of("2026-11-24")));
  EXPECT_THAT(cli.world.err.str(), StartsWith("note: us-west-2: " + key_of("2026-11-24")));
  EXPECT_THAT(cli.world.err.str(),
              HasSubstr(" is passed over: incomplete, 1 parameter could not be read\n"));
}

// It was taken in silence, though the guard had kept the pointers from it.
TEST_F(ChosenSnapshot, AShrunkenOneIsPassedOverAloud) {
  auto& store = cli.sandbox.world.ssm(AccountId("123456789012"), Region("us-west-2"));
  for (int i = 2; i < 10; ++i) store.erase(fmt::format("/app/dev/p{:03}", i));
  EXPECT_EQ(cli.run({"backup", "--region", "us-west-2"}), 3);
  const std::string shrunken = cli.summary("us-west-2", "s3Key");
  (void)cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(std::chrono::hours{1}, {}));
  ASSERT_EQ(cli.run({"show", "/app/dev/p002", "--region", "us-west-2", "--as-of", "-1m"}), 0)
      << cli.world.err.str();
  EXPECT_EQ(cli.world.err.str(), "note: us-west-2: " + shrunken +
                                     " is passed over: complete, it holds 6 parameters, the last "
                                     "good one before it 14\n");
  ASSERT_EQ(cli.run({"show", "/app/dev/p001", "--snapshot", shrunken}), 0) << cli.world.err.str();
  EXPECT_EQ(cli.world.err.str(), "");
}

TEST_F(ChosenSnapshot, ATimeThatIsNoneIsOneLineBeforeAnyCall) {
  const struct {
    std::vector<std::string> words;
    const char* says;
  } rows[] = {
      {{"--as-of", "soon"}, "error: --as-of: 'soon' is no time\nnext: write 2026-11-22T13:00:01Z"},
      {{"--as-of", "2026-11-25"}, "error: --as-of: '2026-11-25' lies ahead: it is 2026-11-24T16:0"},
      {{"--as-of", "-1d", "--snapshot", "x"},
       "error: --snapshot and --as-of exclude each other\nnext: leave one out"},
  };
  cli.sandbox.control("reset-counters", boost::json::object{});
  for (const auto& row : rows) {
    SCOPED_TRACE(row.says);
    std::vector<std::string> words{"show"};
    words.insert(words.end(), row.words.begin(), row.words.end());
    EXPECT_EQ(cli.run(words), 2);
    EXPECT_THAT(cli.world.err.str(), StartsWith(row.says));
  }
  EXPECT_EQ(cli.sandbox.calls("ssm:GetParameters", "ap-northeast-1"), 0U);
}

TEST_F(ChosenSnapshot, AFileNeedsNoRepositoryAndNoMetadata) {
  const std::string path = file("saved.json", cli.object("us-west-2", newest()));
  cli.sandbox.transport.set_hook(
      [](const aws::HttpRequest&) -> std::optional<Result<aws::HttpResponse>> {
        return fail(ErrorKind::unreachable, "the Region is gone");
      });
  ASSERT_EQ(cli.run({"show", "/app/dev/p013", "--snapshot", path}), 0) << cli.world.err.str();
  EXPECT_THAT(cli.world.out.str(), StartsWith("us-west-2  alone  saved.json\n"));
  ASSERT_EQ(cli.run({"show", "--snapshot", path, "--output", "json"}), 0);
  EXPECT_EQ(json().at("snapshots").at(0).at("state"), "alone");
  EXPECT_EQ(cli.run({"show", "/app/dev/p999", "--snapshot", path}), 1);
  EXPECT_THAT(cli.world.err.str(), HasSubstr("saved.json holds no parameter /app/dev/p999"));
}

TEST_F(ChosenSnapshot, AFileThatDoesNotFitIsOneLine) {
  const std::string record =
      R"({"Name":"/app/dev/a","Type":"String","Value":"v","Version":1,"ARN":"%"})";
  const std::string old =
      R"({"backup_timestamp":"20250904_014349","environment":"dev","parameters":[)";
  const struct {
    const char* name;
    std::string text;
    std::vector<std::string> more;
    int code;
    const char* says;
  } rows[] = {
      {"another environment",
       replaced(old, "dev", "prod") + "]}",
       {},
       2,
       "is of another environment than dev"},
      {"another Region",
       cli.object("us-west-2", newest()),
       {"--region", "us-east-1"},
       2,
       "which --region does not name"},
      {"no Region", old + record + "]}", {}, 2, "tells its Region\nnext: say which: --region"},
      {"a Region that is none",
       old + replaced(record, "%", "arn:aws:ssm:../x:1:parameter/a") + "]}",
       {},
       2,
       "tells its Region"},
      {"the flag's Region", old + record + "]}", {"--region", "us-east-1"}, 0, ""},
      {"torn", old + record, {"--region", "us-east-1"}, 4, "breaks off"},
      {"no document", "text", {}, 1, "x.json"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    std::vector<std::string> words{"show", "/app/dev/a", "--snapshot", file("x.json", row.text)};
    words.insert(words.end(), row.more.begin(), row.more.end());
    EXPECT_EQ(cli.run(words), row.code) << cli.world.err.str();
    EXPECT_THAT(cli.world.err.str(), HasSubstr(row.says));
  }
}

// With a directory and its files a key is still a key.
TEST_F(ChosenSnapshot, AKeyIsNotAFileThoughOneLiesThere) {
  const std::string place = (cli.directory / "there").string();
  ASSERT_EQ(cli.run({"backup", "--region", "us-west-2", "--repository", place}), 0);
  ASSERT_EQ(cli.run({"show", "--region", "us-west-2", "--repository", place, "--output", "json"}),
            0);
  const std::string key(json().at("snapshots").at(0).at("key").as_string());
  ASSERT_EQ(cli.run({"show", "--repository", place, "--snapshot", key, "--output", "json"}), 0);
  EXPECT_EQ(json().at("snapshots").at(0).at("state"), "complete");
  const std::string path = place + "/" + key;
  ASSERT_EQ(cli.run({"show", "--snapshot", path, "--output", "json"}), 0) << cli.world.err.str();
  EXPECT_EQ(json().at("snapshots").at(0).at("state"), "alone");
}

}  // namespace
}  // namespace ssmb::cli
