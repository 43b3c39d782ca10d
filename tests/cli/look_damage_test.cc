// list, show and verify where a repository is damaged, closed, emptied or not there at all.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "look_world.h"

namespace ssmb::cli {
namespace {

using ssmb::testing::target_of;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const char* const kName = "/app/dev/p005";
const char* const kPointer = "latest-us-west-2.txt";
const char* const kIndex = "manifests/dev/us-west-2/20261122_130000.index";
const char* const kManifest = "manifests/dev/us-west-2/20261122_130000.json";

// Looks at us-west-2, mostly.
struct LookDamage : LookTest {
  LookDamage() : key(trim(cli.object("us-west-2", kPointer))) {}

  int west(std::vector<std::string> words) {
    words.insert(words.end(), {"--region", "us-west-2"});
    return cli.run(std::move(words));
  }
  void backup(const std::string& run) {
    EXPECT_EQ(west({"backup", "--run-id", run}), 0) << cli.world.err.str();
  }
  void close(const std::string& what) {
    cli.sandbox.transport.set_hook(
        [what](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
          const bool refused = request.path.contains(what) && request.method != "PUT";
          if (!refused) return std::nullopt;
          aws::HttpResponse response;
          response.status = 403;
          response.body =
              SecretBytes(request.method == "HEAD" ? ""
                                                   : "<Error><Code>AccessDenied</Code>"
                                                     "<Message>Access Denied</Message></Error>");
          return response;
        });
  }
  std::string out() const { return cli.world.out.str(); }
  std::string err() const { return cli.world.err.str(); }
  boost::json::value json() const { return boost::json::parse(cli.world.out.str()); }

  std::string key;  // of the newest snapshot in us-west-2
};

TEST_F(LookDamage, AMissingIndexDoesNotHideAParameter) {
  remove("us-west-2", kIndex);
  EXPECT_EQ(west({"show", kName}), 4);
  EXPECT_THAT(out(), HasSubstr("SecureString"));
  EXPECT_THAT(err(), AllOf(HasSubstr("the whole document was read, for the index"),
                           HasSubstr(kIndex), HasSubstr("next: `ssm-backup verify --snapshot")));
  EXPECT_EQ(west({"show"}), 4);
  EXPECT_THAT(err(), HasSubstr(kIndex));
}

TEST_F(LookDamage, AnEmptiedRepositoryIsNotOneWithoutBackups) {
  for (const std::string& each : cli.keys("us-west-2"))
    if (!each.starts_with("latest")) remove("us-west-2", each);
  for (const char* all : {"--output=text", "--all"}) {
    SCOPED_TRACE(all);
    EXPECT_EQ(west({"verify", all}), 4);
    EXPECT_THAT(out(), AllOf(HasSubstr("names " + key + ", which is missing"),
                             HasSubstr("next: us-west-2: run a backup: no complete snapshot")));
  }
  EXPECT_EQ(west({"list"}), 0);
  EXPECT_THAT(out(), HasSubstr("names " + key + ", which is missing"));
  remove("us-west-2", kPointer);
  EXPECT_EQ(west({"verify", "--all"}), 4);
  EXPECT_THAT(out(), HasSubstr("does not exist: no backup has succeeded there"));
}

TEST_F(LookDamage, AMistypedDirectoryIsNotAnEmptyRepository) {
  const std::string there = (cli.directory / "repository").string();
  ASSERT_EQ(west({"backup", "--repository", there}), 0) << err();
  for (const char* command : {"list", "verify", "show"}) {
    SCOPED_TRACE(command);
    EXPECT_EQ(west({command, "--repository", there}), 0) << err();
    EXPECT_EQ(west({command, "--repository", there + "y"}), 2);
    EXPECT_THAT(err(), HasSubstr("error: there is no directory " + there + "y\n"));
    EXPECT_THAT(out(), Not(HasSubstr("no snapshots")));
    EXPECT_EQ(west({command, "--repository", (cli.directory / "Pulumi.dev.yaml").string()}), 2);
    EXPECT_THAT(err(), HasSubstr("is not a directory"));
  }
  EXPECT_FALSE(std::filesystem::exists(there + "y"));
}

// A dry run took it for a pointer that is not there yet, and said that all was well.
TEST_F(LookDamage, ABucketThatDoesNotExistIsSaidByEveryCommand) {
  const char* nowhere = "s3://no-such-bucket-of-ours,region=us-west-2";
  const std::vector<std::string> commands[] = {
      {"backup", "--dry-run"}, {"backup"}, {"list"}, {"show"}, {"show", kName}, {"verify"}};
  for (auto words : commands) {
    SCOPED_TRACE(words.back());
    words.insert(words.end(), {"--repository", nowhere});
    EXPECT_NE(west(words), 0);
    EXPECT_THAT(err(),
                AllOf(HasSubstr("the bucket does not exist"), HasSubstr("next: check the bucket")));
    EXPECT_THAT(out(), Not(HasSubstr("no snapshots")));
  }
}

// The first Region whose repository did not answer was all that was told.
TEST_F(LookDamage, ARegionThatCannotBeReachedHidesNoOther) {
  const struct {
    const char* name;
    int status;
    const char* code;
    int exit;
    const char* says;
  } rows[] = {
      {"denied", 403, "AccessDenied", 1, "access was denied"},
      {"failing", 500, "InternalError", 1, "the service failed"},
      {"no bucket", 404, "NoSuchBucket", 2, "the bucket does not exist"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    cli.sandbox.transport.set_hook(
        [&row](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
          const auto bucket = SandboxCli::bucket("ap-northeast-1");
          if (!(request.endpoint.host + request.path).contains(bucket.view())) return std::nullopt;
          return aws::HttpResponse{
              .status = row.status,
              .headers = {},
              .body = SecretBytes(fmt::format("<Error><Code>{}</Code></Error>", row.code))};
        });
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"list"}, {"show"}, {"show", kName}}) {
      SCOPED_TRACE(words.back());
      EXPECT_EQ(cli.run(words), row.exit);
      EXPECT_THAT(err(), AllOf(HasSubstr("error: ap-northeast-1: "), HasSubstr(row.says)));
      EXPECT_THAT(out(), ContainsRegex("(^|\n)us-west-2  "));
      EXPECT_THAT(out(), ContainsRegex("(^|\n)us-east-1  "));
    }
    EXPECT_EQ(cli.run({"list", "--output", "json"}), row.exit);
    EXPECT_EQ(json().at("errors").at(0).at("region"), "ap-northeast-1");
    EXPECT_EQ(json().at("snapshots").as_array().size(), 2U);
    EXPECT_EQ(cli.run({"list", "--output", "json", "--region", "ap-northeast-1"}), row.exit);
    EXPECT_EQ(json().at("status"), "failed");
  }
}

TEST_F(LookDamage, WithoutThePointerTheSoundSnapshotIsNamed) {
  const std::string sound = "--snapshot " + key;
  for (const char* text : {"", "rubbish"}) {
    SCOPED_TRACE(text);
    put("us-west-2", kPointer, text);
    if (*text == 0) remove("us-west-2", kPointer);
    for (const char* all : {"--output=text", "--all"}) {
      EXPECT_EQ(west({"verify", all}), 4);
      EXPECT_THAT(out(), ContainsRegex("us-west-2 +sound"));
      EXPECT_THAT(out(), ContainsRegex("next: us-west-2: run a backup: a complete one mends the "
                                       "pointer; the newest sound snapshot is [0-9.]+ m?s old"));
      EXPECT_TRUE(trim(out()).ends_with(sound)) << out();
      EXPECT_THAT(out(), Not(HasSubstr("no backup has succeeded")));
    }
    EXPECT_EQ(west({"show"}), *text == 0 ? 1 : 4);
    EXPECT_THAT(err(), HasSubstr(sound));
    EXPECT_EQ(west({"list"}), 0);
    EXPECT_TRUE(trim(out()).ends_with(sound)) << out();
    EXPECT_EQ(west({"list", "--output", "json"}), 0);
    EXPECT_TRUE(json().at("pointers").at(0).as_object().contains("problem"));
  }
  backup("mend");
  EXPECT_THAT(err() + out(), HasSubstr("repaired: it named 'rubbish', "));
  EXPECT_EQ(west({"verify", "--all"}), 0) << out();
}

TEST_F(LookDamage, WhereTheLatestIsAlteredAnOlderSoundOneIsLookedFor) {
  backup("second");
  const std::string newest(trim(cli.object("us-west-2", kPointer)));
  std::string text = cli.object("us-west-2", newest);
  text.replace(text.find("secret-3"), 8, "secreT-3");
  put("us-west-2", newest, text);
  EXPECT_EQ(west({"verify"}), 4);
  EXPECT_THAT(out(), AllOf(ContainsRegex("us-west-2 +ALTERED"), ContainsRegex("us-west-2 +sound"),
                           HasSubstr("find out who wrote the others")));
  EXPECT_TRUE(trim(out()).ends_with("--snapshot " + key)) << out();
  EXPECT_EQ(west({"verify", "--output", "json"}), 4);
  EXPECT_EQ(json().at("next").at(0).at("newestSound").as_string(), key);
}

// It was called tampering, exit code 4.
TEST_F(LookDamage, WhatMayNotBeReadIsUnreadWithTheRightToAllow) {
  for (const std::string& closed : {key, std::string(kManifest), std::string(kIndex)}) {
    for (const char* all : {"--output=text", "--all"}) {
      SCOPED_TRACE(closed + " " + all);
      close(closed);
      EXPECT_EQ(west({"verify", all}), 1);
      EXPECT_THAT(out(), Not(HasSubstr("ALTERED")));
      EXPECT_THAT(out(), HasSubstr("not read: "));
      EXPECT_THAT(err(), HasSubstr("next: allow s3:GetObject"));
    }
  }
  close(kPointer);
  EXPECT_EQ(west({"verify", "--output", "json"}), 1);
  EXPECT_EQ(json().at("unreadPointers").at(0).at("key").as_string(), kPointer);
  EXPECT_THAT(err(), HasSubstr("next: allow s3:GetObject"));
  EXPECT_EQ(west({"list"}), 0);
  EXPECT_THAT(out(), HasSubstr("latest-us-west-2.txt: could not be read: "));
  EXPECT_EQ(west({"show"}), 1);
  close(kManifest);
  EXPECT_EQ(west({"list", "--output", "json"}), 0);
  EXPECT_EQ(json().at("snapshots").at(0).at("state"), "unread");
  close(key);
  EXPECT_EQ(west({"verify", "--snapshot", key}), 1);
  EXPECT_THAT(out(), ContainsRegex("us-west-2 +UNREAD"));
}

TEST_F(LookDamage, ABrokenSnapshotIsNotShownAsIfItWereSound) {
  const std::string manifest = cli.object("us-west-2", kManifest);
  put("us-west-2", kManifest, "{}");
  const std::vector<std::string> commands[] = {
      {"show", kName}, {"show"}, {"show", kName, "--snapshot", key}, {"show", "--snapshot", key}};
  for (const auto& words : commands) {
    SCOPED_TRACE(words.size());
    EXPECT_EQ(west(words), 4);
    EXPECT_THAT(out(), ::testing::StartsWith("us-west-2  broken  " + key));
    EXPECT_THAT(err(), HasSubstr("next: `ssm-backup verify --all`"));
  }
  EXPECT_THAT(out(), Not(HasSubstr("p005")));
  put("us-west-2", kManifest, manifest);
  std::string text = cli.object("us-west-2", key);
  text.replace(text.find("secret-5"), 8, "secreT-5");
  put("us-west-2", key, text);
  for (const char* reveal : {"--output=text", "--reveal", "--output=json"}) {
    SCOPED_TRACE(reveal);
    EXPECT_EQ(west({"show", kName, reveal, "--force"}), 4);
    EXPECT_THAT(err(), AllOf(HasSubstr("the record of /app/dev/p005 has another hash"),
                             HasSubstr("next: `ssm-backup verify --snapshot " + key)));
    EXPECT_THAT(out() + err(), Not(HasSubstr("secreT-5")));
  }
  EXPECT_EQ(json().at("status"), "failed");
}

// Only the first Region that held the name was shown, and nothing said so.
TEST_F(LookDamage, AParameterIsShownFromEveryRegionThatHoldsIt) {
  ASSERT_EQ(cli.run({"show", kName}), 0) << err();
  for (const std::string& region : kRegions)
    EXPECT_THAT(out(), ContainsRegex("(^|\n)" + region + "  complete  2026"));
  ASSERT_EQ(cli.run({"show", kName, "--output", "json"}), 0);
  EXPECT_EQ(json().at("regions").as_array().size(), 3U);
  EXPECT_EQ(json().at("regions").at(1).at("region").as_string(), "us-west-2");
  EXPECT_EQ(json().at("regions").at(1).at("parameter").at("Name").as_string(), kName);
  ASSERT_EQ(west({"show", kName, "--output", "json"}), 0);
  EXPECT_EQ(json().at("parameter").at("Name").as_string(), kName);

  EXPECT_EQ(cli.run({"show", kName, "--reveal", "--force"}), 2);
  EXPECT_THAT(err(), AllOf(HasSubstr("3 Regions hold /app/dev/p005"),
                           HasSubstr("next: say which: --region ")));
  EXPECT_THAT(out(), IsEmpty());
  const char* only = "/jenkins/dev/backup/region-list";  // in the home Region
  EXPECT_EQ(cli.run({"show", only, "--reveal", "--force"}), 0) << err();
  EXPECT_THAT(out(), HasSubstr("us-east-1"));
}

// "no newest snapshot holds the parameter" was said of one that the backup could not read.
TEST_F(LookDamage, AParameterThatCouldNotBeReadThenIsNotOneThatIsNotThere) {
  cli.sandbox.world.keys().deny_decrypt(Region("us-west-2"), kName);
  ASSERT_EQ(west({"backup"}), 3) << err();
  const std::string incomplete(cli.summary("us-west-2", "s3Key"));
  for (const char* form : {"--output=text", "--output=json"}) {
    SCOPED_TRACE(form);
    EXPECT_EQ(west({"show", kName, "--snapshot", incomplete, form}), 1);
    EXPECT_THAT(err(),
                AllOf(HasSubstr(std::string(kName) + " could not be read when " + incomplete),
                      HasSubstr("next: ")));
    EXPECT_THAT(out() + err(), Not(HasSubstr("holds no parameter")));
  }
  EXPECT_EQ(west({"show", "/app/dev/p006", "--snapshot", incomplete}), 0) << err();
}

// Hours of reading, and one call that failed at their end threw away what they had found.
TEST_F(LookDamage, DamageThatWasFoundIsToldThoughTheWayBreaksLater) {
  std::string text = cli.object("us-west-2", key);
  text.replace(text.find("secret-3"), 8, "secreT-3");
  put("us-west-2", key, text);
  cli.sandbox.transport.set_hook(
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (!request.path.contains(kPointer)) return std::nullopt;
        return aws::HttpResponse{.status = 404,
                                 .headers = {},
                                 .body = SecretBytes("<Error><Code>NoSuchBucket</Code></Error>")};
      });
  EXPECT_EQ(west({"verify", "--all"}), 4);
  EXPECT_THAT(out(),
              AllOf(ContainsRegex("us-west-2 +ALTERED"), HasSubstr("is not as the index has it"),
                    HasSubstr("us-west-2: not verified: "), HasSubstr("next: us-west-2: "),
                    Not(HasSubstr("all sound"))));
  EXPECT_EQ(west({"verify", "--all", "--output", "json"}), 4);
  EXPECT_EQ(json().at("snapshots").at(0).at("sound"), false);
  EXPECT_EQ(json().at("unreadRegions").at(0).at("region"), "us-west-2");
}

// Why a snapshot is incomplete stood in its manifest alone.
TEST_F(LookDamage, ListAndShowSayWhyASnapshotIsIncomplete) {
  cli.sandbox.transport.set_hook(
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        const bool tags =
            target_of(request) == "GetResources" || target_of(request) == "ListTagsForResource";
        if (!tags) return std::nullopt;
        aws::HttpResponse response;
        response.status = 400;
        response.body = SecretBytes(R"({"__type":"AccessDeniedException","message":"no"})");
        return response;
      });
  ASSERT_EQ(west({"backup"}), 3) << err();
  cli.sandbox.transport.set_hook({});
  const char* why = "the tags of 12 parameters could not be read";
  EXPECT_EQ(west({"list"}), 0);
  EXPECT_THAT(out(), HasSubstr(std::string(": incomplete: ") + why));
  EXPECT_EQ(west({"list", "--output", "json"}), 0);
  const std::string incomplete(json().at("snapshots").at(0).at("key").as_string());
  EXPECT_EQ(json().at("snapshots").at(0).at("incompleteBecause").as_string(), why);
  EXPECT_EQ(west({"show", "--snapshot", incomplete}), 0);
  EXPECT_THAT(out(), ContainsRegex(std::string("incomplete +") + why));
}

TEST_F(LookDamage, AParentThatCannotBeReadIsTold) {
  close(kManifest);
  EXPECT_EQ(west({"backup", "--include", "/app/*", "--progress", "plain"}), 0) << err();
  EXPECT_THAT(err(), HasSubstr("the newest manifest cannot be its parent: "));
  EXPECT_THAT(cli.summary("us-west-2", "parentProblem"), HasSubstr("AccessDenied"));
  cli.sandbox.transport.set_hook({});
  const std::string partial = cli.summary("us-west-2", "s3Key");
  ASSERT_EQ(west({"show", "--snapshot", partial}), 0);
  EXPECT_THAT(out(), ContainsRegex("parent +could not be read: .*AccessDenied"));
  ASSERT_EQ(west({"verify", "--snapshot", partial}), 0);
  EXPECT_THAT(out(), ContainsRegex("sound, partial +[0-9]+ .*  unknown\n"));
}

// With --region and --repository nobody reads which names the environment takes.
TEST_F(LookDamage, ARunWithoutMetadataDoesNotMoveAPointerOfAnotherScope) {
  cli.sandbox.seed("ap-northeast-1",
                   {{{"Name", "/jenkins/dev/backup/include"}, {"Value", R"(["/app/dev/p00*"])"}}});
  ASSERT_EQ(west({"backup", "--accept-shrink"}), 0) << err();
  const std::string before = cli.object("us-west-2", kPointer);
  const std::string where = "s3://" + SandboxCli::bucket("us-west-2").str() + ",region=us-west-2";
  EXPECT_EQ(west({"backup", "--repository", where}), 3);
  EXPECT_EQ(cli.object("us-west-2", kPointer), before);
  EXPECT_THAT(out(), AllOf(HasSubstr("latest-us-west-2.txt still names"),
                           HasSubstr("assumed without the metadata")));
}

}  // namespace
}  // namespace ssmb::cli
