// backup --copy-to and verify --copies, through the whole program.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "sandbox_cli.h"

namespace ssmb::cli {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const char* const kFar = "s3://dr-copy,region=eu-west-1";

struct Copies : ::testing::Test {
  Copies() { cli.prepare(3); }

  void make_bucket(const std::string& name, const std::string& region) {
    aws::s3::Client s3(cli.sandbox.session, Region(region));
    const auto made = cli.sandbox.runtime.run(
        s3.create_bucket(BucketName(name), aws::s3::Client::ObjectLock::off, {}));
    ASSERT_TRUE(made && *made);
  }
  std::map<std::string, std::string> objects(const std::string& bucket, const std::string& region) {
    aws::s3::Client s3(cli.sandbox.session, Region(region));
    const aws::s3::Bucket where{.name = BucketName(bucket)};
    auto page = cli.sandbox.runtime.run(s3.list_objects(where, "", "", "", {}));
    std::map<std::string, std::string> out;
    if (!page || !*page) return out;
    for (const auto& object : (*page)->objects) {
      auto got = cli.sandbox.runtime.run(s3.get_object(where, object.key, {}, {}));
      if (got && *got) out[object.key.str()] = (*got)->body.view();
    }
    return out;
  }
  std::map<std::string, std::string> primary(const std::string& region) {
    return objects(SandboxCli::bucket(region).str(), region);
  }
  void put(const std::string& bucket, const std::string& key, const std::string& text) {
    aws::s3::Client s3(cli.sandbox.session, Region("eu-west-1"));
    const auto done = cli.sandbox.runtime.run(
        s3.put_object({.name = BucketName(bucket)}, ObjectKey(key), SecretBytes(text), {}, {}));
    ASSERT_TRUE(done && *done);
  }
  std::string out() const { return cli.world.out.str(); }
  std::string err() const { return cli.world.err.str(); }
  boost::json::value json() const { return boost::json::parse(out()); }
  boost::json::value copy_of(const std::string& region) const {
    return cli.summaries().at(region).at("copies").at(0);
  }

  SandboxCli cli;
};

TEST_F(Copies, OneBucketHoldsEveryRegionsObjects) {
  make_bucket("dr-copy", "eu-west-1");
  const std::string directory = (cli.directory / "copy").string();
  ASSERT_EQ(cli.run({"backup", "--copy-to", kFar, "--copy-to", directory}), 0) << err();
  EXPECT_THAT(
      out(), AllOf(HasSubstr("us-west-2: copied to s3://dr-copy\n"),
                   HasSubstr("us-west-2: copied to " + directory), HasSubstr("done and complete")));
  const auto copied = objects("dr-copy", "eu-west-1");
  std::size_t count = 0;
  for (const std::string& region : kRegions) {
    for (const auto& [key, bytes] : primary(region)) {
      ++count;
      EXPECT_EQ(copied.at(key), bytes) << key;
      EXPECT_EQ(read_file(std::filesystem::path(directory) / key).value_or(""), bytes) << key;
    }
  }
  EXPECT_EQ(copied.size(), count);
  EXPECT_EQ(copied.at("latest.txt"), copied.at("latest-ap-northeast-1.txt"));
  const boost::json::value copy = copy_of("us-west-2");
  EXPECT_EQ(copy.at("status"), "copied");
  EXPECT_EQ(copy.at("repository"), "s3://dr-copy");
  EXPECT_EQ(copy.at("copied").as_array().size(), 1U);
  EXPECT_EQ(copy.at("pointers").at(0).at("outcome"), "moved");
  EXPECT_FALSE(copy.as_object().contains("error"));

  for (const char* all : {"--all", "--output=json"}) {
    EXPECT_EQ(cli.run({"verify", "--copies", kFar, "--copies", directory, all}), 0) << out();
  }
  EXPECT_EQ(json().at("copies").as_array().size(), 6U);
  EXPECT_EQ(json().at("copies").at(0).at("same"), true);
  // A copy is a repository: nothing else is needed.
  ASSERT_EQ(cli.run({"verify", "--all", "--repository", kFar, "--region", "us-west-2"}), 0);
  ASSERT_EQ(cli.run({"show", "/app/dev/p001", "--repository", directory, "--region", "us-west-2",
                     "--reveal", "--force"}),
            0);
  EXPECT_THAT(out(), HasSubstr("us-west-2 secret-1"));
}

TEST_F(Copies, OneThatFailsIsNamedAndTheNextRunCatchesUp) {
  ASSERT_EQ(cli.run({"backup", "--run-id", "one", "--copy-to", kFar}), 3);
  EXPECT_THAT(out(), AllOf(ContainsRegex("us-west-2 +complete, latest"),
                           HasSubstr("us-west-2: NOT copied to s3://dr-copy: "),
                           HasSubstr("done, incomplete: a copy failed (exit 3)"),
                           HasSubstr("; the next run catches up\n")));
  EXPECT_THAT(err(), HasSubstr("complete, not copied"));
  EXPECT_EQ(cli.summary("us-west-2", "status"), "SUCCESS");
  EXPECT_EQ(cli.summary("us-west-2", "complete"), "false");
  EXPECT_EQ(cli.summary("us-west-2", "failedCount"), "0");
  EXPECT_EQ(copy_of("us-west-2").at("status"), "failed");
  EXPECT_THAT(std::string(copy_of("us-west-2").at("error").at("what").as_string()),
              HasSubstr("dr-copy"));
  // The stack file has no such key, and infra apply would make nothing.
  EXPECT_THAT(out() + err(), HasSubstr("one for copies only where it has `copy: {region: R}`"));
  const std::string key(cli.summary("us-west-2", "s3Key"));
  EXPECT_EQ(trim(cli.object("us-west-2", "latest-us-west-2.txt")), key);

  make_bucket("dr-copy", "eu-west-1");
  cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(std::chrono::hours{1}, {}));
  ASSERT_EQ(cli.run({"backup", "--run-id", "two", "--copy-to", kFar}), 0) << err();
  EXPECT_THAT(out(), HasSubstr("us-west-2: copied to s3://dr-copy, with 1 earlier snapshot\n"));
  const auto copied = objects("dr-copy", "eu-west-1");
  EXPECT_EQ(copied.at(key), primary("us-west-2").at(key));
  EXPECT_EQ(copied.at("latest-us-west-2.txt"), cli.summary("us-west-2", "s3Key") + "\n");
  EXPECT_EQ(cli.run({"verify", "--all", "--copies", kFar}), 0) << out();
}

TEST_F(Copies, ADryRunLooksIntoTheCopyAndWritesNothing) {
  EXPECT_EQ(cli.run({"backup", "--dry-run", "--copy-to", kFar}), 3);
  EXPECT_THAT(out(), AllOf(HasSubstr("us-west-2: cannot be copied to s3://dr-copy: "),
                           HasSubstr("incomplete: a copy failed")));
  make_bucket("dr-copy", "eu-west-1");
  ASSERT_EQ(cli.run({"backup"}), 0);
  EXPECT_EQ(cli.run({"backup", "--dry-run", "--copy-to", kFar}), 0) << out();
  EXPECT_THAT(out(),
              HasSubstr("us-west-2: would be copied to s3://dr-copy, with 1 earlier snapshot\n"));
  EXPECT_EQ(copy_of("us-west-2").at("status"), "foreseen");
  EXPECT_THAT(objects("dr-copy", "eu-west-1"), IsEmpty());
}

TEST_F(Copies, NoRegionIsCopiedIntoItself) {
  make_bucket("copy-west", "us-west-2");
  make_bucket("copy-east", "us-east-1");
  ASSERT_EQ(cli.run({"backup", "--copy-to", "s3://copy-west,region=us-west-2", "--copy-to",
                     "s3://copy-east,region=us-east-1"}),
            0)
      << err();
  EXPECT_THAT(out(), AllOf(HasSubstr("us-west-2: copied to s3://copy-east\n"),
                           HasSubstr("us-east-1: copied to s3://copy-west\n"),
                           Not(HasSubstr("us-west-2: copied to s3://copy-west"))));
  EXPECT_EQ(cli.summaries().at("us-west-2").at("copies").as_array().size(), 1U);
  EXPECT_EQ(cli.summaries().at("ap-northeast-1").at("copies").as_array().size(), 2U);
}

TEST_F(Copies, WhatCannotBeACopyIsRefusedBeforeAnythingIsWritten) {
  const std::string own = "s3://" + SandboxCli::bucket("us-west-2").str() + ",region=eu-west-1";
  const struct {
    std::string word;
    const char* error;
  } rows[] = {{"s3://dr-copy", "does not say in which Region"},
              {"s3://dr-copy,region=us-west-2", "lies in us-west-2 with the parameters"},
              {own, "is the repository of us-west-2 itself"}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.word);
    EXPECT_EQ(cli.run({"backup", "--copy-to", row.word}), 2);
    EXPECT_THAT(err(), AllOf(HasSubstr("error: --copy-to " + row.word.substr(0, 12)),
                             HasSubstr(row.error), HasSubstr("next: ")));
    EXPECT_EQ(cli.run({"verify", "--copies", row.word}), 2);
    EXPECT_THAT(err(), HasSubstr(row.error));
  }
  EXPECT_THAT(primary("us-west-2"), IsEmpty());
}

TEST_F(Copies, WhatDiffersIsFound) {
  make_bucket("dr-copy", "eu-west-1");
  ASSERT_EQ(cli.run({"backup", "--run-id", "one", "--copy-to", kFar}), 0) << err();
  const std::string old_key(cli.summary("us-west-2", "s3Key"));
  cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(std::chrono::hours{1}, {}));
  ASSERT_EQ(cli.run({"backup", "--run-id", "two"}), 0) << err();
  const std::string key(cli.summary("us-west-2", "s3Key"));
  const auto west = [this](std::vector<std::string> more) {
    std::vector<std::string> words{"verify", "--region", "us-west-2", "--copies", kFar};
    words.insert(words.end(), more.begin(), more.end());
    return cli.run(std::move(words));
  };
  // Not copied yet.
  EXPECT_EQ(west({}), 4);
  EXPECT_THAT(out(), AllOf(ContainsRegex("us-west-2 +DIFFERS"), HasSubstr("the copy lacks it"),
                           HasSubstr("next: the next backup with --copy-to")));
  EXPECT_EQ(west({"--snapshot", old_key}), 0) << out();
  ASSERT_EQ(cli.run({"backup", "--run-id", "three", "--copy-to", kFar}), 0) << err();
  EXPECT_EQ(west({"--all"}), 0) << out();

  std::string text = objects("dr-copy", "eu-west-1").at(old_key);
  text.replace(text.find("secret-1"), 8, "secreT-1");
  put("dr-copy", old_key, text);
  EXPECT_EQ(west({}), 0) << out();
  EXPECT_EQ(west({"--all", "--output", "json"}), 4);
  const auto findings = json().at("copies").at(0).at("findings").as_array();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].at("key").as_string(), old_key);
  EXPECT_THAT(out(), Not(HasSubstr("secreT")));

  // A pointer may be older, but of no other kind.
  put("dr-copy", "latest-us-west-2.txt", key + "\n");
  EXPECT_EQ(west({}), 0) << out();
  put("dr-copy", "latest-us-west-2.txt", "rubbish\n");
  EXPECT_EQ(west({}), 4);
  EXPECT_THAT(out(), HasSubstr("latest-us-west-2.txt: names 'rubbish' in the copy"));
}

// It has no manifest, in the copy or here: readable as it was, it could not be verified.
TEST_F(Copies, AnOldSnapshotThatIsNamedIsNotComparedAndNoTrouble) {
  make_bucket("dr-copy", "eu-west-1");
  ASSERT_EQ(cli.run({"backup", "--copy-to", kFar}), 0) << err();
  const std::string old = "2026-11-20/us-west-2/ssm-backup-dev-us-west-2-20261120_130000.json";
  aws::s3::Client s3(cli.sandbox.session, Region("us-west-2"));
  const auto done = cli.sandbox.runtime.run(s3.put_object(
      {.name = SandboxCli::bucket("us-west-2")}, ObjectKey(old),
      SecretBytes(R"({"backup_date":"2026-11-20","backup_timestamp":"20261120_130000",)"
                  R"("environment":"dev","parameter_count":0,"parameters":[]})"),
      {}, {}));
  ASSERT_TRUE(done && *done);
  EXPECT_EQ(cli.run({"verify", "--snapshot", old, "--copies", kFar}), 0) << out() << err();
  EXPECT_THAT(out(), AllOf(HasSubstr("old, readable"), HasSubstr("nothing to compare")));
}

// Of earlier ones that were copied, nothing was said where this run's was not.
TEST_F(Copies, EarlierOnesAreToldWhereThisRunsIsNotCopied) {
  make_bucket("dr-copy", "eu-west-1");
  ASSERT_EQ(cli.run({"backup", "--run-id", "one", "--region", "us-west-2"}), 0) << err();
  cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(std::chrono::hours{1}, {}));
  // Its key is taken there.
  const std::string day = "2026-11-22/us-west-2/ssm-backup-dev-us-west-2-20261122_";
  for (int second = 0; second < 60; ++second)
    put("dr-copy", fmt::format("{}1400{:02}.json", day, second), "another's");
  ASSERT_EQ(cli.run({"backup", "--run-id", "two", "--copy-to", kFar, "--region", "us-west-2"}), 3)
      << err();
  EXPECT_THAT(out(), HasSubstr("us-west-2: NOT copied to s3://dr-copy, but 1 earlier snapshot: "));
  EXPECT_THAT(err(), HasSubstr("s3://dr-copy: 1 earlier copied, too"));
  EXPECT_EQ(copy_of("us-west-2").at("copied").as_array().size(), 1U);
}

TEST_F(Copies, OneThatCannotBeReadIsNoDifference) {
  ASSERT_EQ(cli.run({"backup"}), 0) << err();
  EXPECT_EQ(cli.run({"verify", "--copies", kFar, "--region", "us-west-2"}), 2);
  EXPECT_THAT(out(), AllOf(ContainsRegex("us-west-2 +UNREAD"), HasSubstr("not compared: ")));
  EXPECT_EQ(cli.run({"verify", "--copies", "/nowhere/at-all", "--region", "us-west-2"}), 2);
  EXPECT_THAT(err(), HasSubstr("there is no directory /nowhere/at-all"));
}

TEST_F(Copies, AnIncompleteSnapshotIsCopiedAndItsPointerToo) {
  make_bucket("dr-copy", "eu-west-1");
  cli.sandbox.world.keys().deny_decrypt(Region("us-west-2"), "/app/dev/p001");
  ASSERT_EQ(cli.run({"backup", "--copy-to", kFar, "--region", "us-west-2"}), 3) << err();
  EXPECT_THAT(out(), AllOf(HasSubstr("us-west-2: copied to s3://dr-copy\n"),
                           HasSubstr("could not be read")));
  const auto copied = objects("dr-copy", "eu-west-1");
  EXPECT_TRUE(copied.contains("latest-incomplete-us-west-2.txt"));
  EXPECT_FALSE(copied.contains("latest-us-west-2.txt"));
}

}  // namespace
}  // namespace ssmb::cli
