// Region facts through the command line: backup, show, diff and restore.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "sandbox/ssm/settings.h"
#include "sandbox_cli.h"

namespace ssmb::cli {
namespace {

namespace json = boost::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kWest = "us-west-2";
constexpr std::string_view kTier = sandbox::ssm::kDefaultTierSetting;
constexpr const char* kPolicy =
    R"({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": )"
    R"({"AWS": "arn:aws:iam::222233334444:root"}, "Action": "ssm:GetParameter", "Resource": )"
    R"("arn:aws:ssm:us-west-2:123456789012:parameter/app/dev/shared"}]})";

// One of three Advanced parameters is shared, and the default tier was set by somebody.
struct RegionFactsCommands : ::testing::Test {
  RegionFactsCommands() {
    cli.prepare(4);
    json::array advanced;
    for (const char* name : {"/app/dev/shared", "/app/dev/big", "/app/dev/small"})
      advanced.push_back({{"Name", name}, {"Value", "secret"}, {"Tier", "Advanced"}});
    cli.sandbox.seed(kWest, std::move(advanced));
    share(kPolicy);
    set_tier("Intelligent-Tiering");
  }
  sandbox::ssm::Store& store(const char* region = kWest) {
    return cli.sandbox.world.ssm(AccountId("123456789012"), Region(region));
  }
  void share(const char* policy) {
    store().find_unique("/app/dev/shared")->shares = {{.id = "i", .hash = "h", .text = policy}};
  }
  void set_tier(const char* value) { store().settings[std::string(kTier)] = {.value = value}; }
  int west(std::vector<std::string> words) {
    words.insert(words.end(), {"--region", kWest});
    return cli.run(std::move(words));
  }
  void backup() { ASSERT_EQ(west({"backup"}), 0) << err(); }
  // A manifest as a version without Region facts wrote it.
  void make_manifest_old() {
    const std::string key = newest_manifest();
    auto manifest = json::parse(cli.object(kWest, key)).as_object();
    ASSERT_TRUE(manifest.erase("shares") != 0);
    cli.put(kWest, key, json::serialize(manifest));
  }
  std::string newest() { return std::string(trim(cli.object(kWest, "latest-us-west-2.txt"))); }
  std::string newest_manifest() {
    const std::string document = newest();
    const auto time = document.substr(document.size() - std::string("20261122_130000.json").size());
    return fmt::format("manifests/dev/{}/{}", kWest, time);
  }
  std::string out() const { return cli.world.out.str(); }
  std::string err() const { return cli.world.err.str(); }
  json::value parsed() const { return json::parse(out()); }

  SandboxCli cli;
};

TEST_F(RegionFactsCommands, ShowTellsThem) {
  backup();
  ASSERT_EQ(west({"show"}), 0) << err();
  EXPECT_THAT(out(), HasSubstr("  Region facts\n"
                               "    setting     /ssm/parameter-store/high-throughput-enabled = "
                               "false (Default)\n"
                               "    setting     /ssm/parameter-store/default-parameter-tier = "
                               "Intelligent-Tiering (Customized)\n"
                               "    shares      1 of 3 Advanced parameters\n"
                               "    share       /app/dev/shared: allow 222233334444: "
                               "ssm:GetParameter\n"));
  ASSERT_EQ(west({"show", "--output", "json"}), 0);
  const json::value document = parsed();
  const auto& facts = document.at("snapshots").at(0).at("regionFacts");
  EXPECT_EQ(facts.at("settings").at(1).at("value"), "Intelligent-Tiering");
  EXPECT_EQ(facts.at("shares").at("advanced"), 3);
  EXPECT_EQ(facts.at("shares").at("known"), 3);
  const auto& share = facts.at("shares").at("list").at(0);
  EXPECT_EQ(share.at("name"), "/app/dev/shared");
  EXPECT_EQ(share.at("policies").at(0).at("policy"), kPolicy);
}

TEST_F(RegionFactsCommands, ShowTellsThoseOfOneParameter) {
  backup();
  ASSERT_EQ(west({"show", "/app/dev/shared", "--output", "json"}), 0) << err();
  EXPECT_EQ(parsed().at("parameter").at("ResourcePolicies").at(0).at("Policy").as_string(),
            kPolicy);
  ASSERT_EQ(west({"show", "/app/dev/big"}), 0) << err();
  EXPECT_THAT(out(), AllOf(HasSubstr("\n  shares"), Not(HasSubstr("secret"))));
}

TEST_F(RegionFactsCommands, AnOldManifestRecordsNone) {
  backup();
  make_manifest_old();
  ASSERT_EQ(west({"show"}), 0) << err();
  EXPECT_THAT(out(), HasSubstr("    shares      not recorded\n"));
  ASSERT_EQ(west({"show", "--output", "json"}), 0);
  EXPECT_TRUE(parsed().at("snapshots").at(0).at("regionFacts").at("shares").is_null());
  share("{}");
  const auto asked = cli.sandbox.calls("ssm:GetResourcePolicies", kWest);
  ASSERT_EQ(west({"diff"}), 0) << out() << err();
  EXPECT_THAT(out(), AllOf(HasSubstr("no difference: "),
                           HasSubstr("  not compared: shares: from: not recorded\n"),
                           Not(HasSubstr("to: not recorded"))));
  EXPECT_EQ(cli.sandbox.calls("ssm:GetResourcePolicies", kWest), asked);
  ASSERT_EQ(west({"restore"}), 0) << err();
  EXPECT_THAT(out(), HasSubstr("not known: who else may use the Advanced parameters: the snapshot "
                               "does not\n  record it\n"));
}

TEST_F(RegionFactsCommands, DiffWithLiveCountsThem) {
  backup();
  ASSERT_EQ(west({"diff"}), 0) << out() << err();
  EXPECT_THAT(out(), Not(HasSubstr("not compared")));
  store().find_unique("/app/dev/shared")->shares.clear();
  store().settings.clear();
  ASSERT_EQ(west({"diff"}), 4) << err();
  EXPECT_THAT(out(), AllOf(HasSubstr("us-west-2  no difference but of Region facts: 7 the same\n"),
                           HasSubstr("\n  REGION FACT\n"
                                     "  setting  /ssm/parameter-store/default-parameter-tier: "
                                     "Intelligent-Tiering -> Standard\n"
                                     "  share    /app/dev/shared\n"
                                     "           allow 222233334444: ssm:GetParameter -> nobody\n"),
                           HasSubstr("next: `ssm-backup restore --env dev --region us-west-2")));
  ASSERT_EQ(west({"diff", "live", "newest", "--output", "json"}), 4) << err();
  const json::value compared = parsed().at("comparisons").at(0);
  EXPECT_EQ(compared.at("differs"), true);
  const auto& facts = compared.at("regionFacts");
  EXPECT_EQ(facts.at("differs"), true);
  EXPECT_EQ(facts.at("settings").at(0).at("from"), "Standard");
  EXPECT_EQ(facts.at("shares").at(0).at("from").as_array().size(), 0U);
  EXPECT_EQ(facts.at("shares").at(0).at("to").at(0).at("policy"), kPolicy);
  EXPECT_EQ(facts.at("notCompared").as_array().size(), 0U);
}

TEST_F(RegionFactsCommands, DiffOfTwoSnapshotsCountsThem) {
  backup();
  const std::string before = newest();
  set_tier("Advanced");
  (void)cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(std::chrono::hours{1}, {}));
  backup();
  ASSERT_EQ(west({"diff", before, "newest"}), 4) << err();
  EXPECT_THAT(out(), HasSubstr("Intelligent-Tiering -> Advanced"));
  make_manifest_old();
  ASSERT_EQ(west({"diff", before, "newest"}), 4) << err();
  EXPECT_THAT(out(), HasSubstr("not compared: shares: to: not recorded"));
}

TEST_F(RegionFactsCommands, RestoreNamesTheCommands) {
  backup();
  store().settings.clear();
  store().find_unique("/app/dev/shared")->shares.clear();
  const std::string tier =
      "aws ssm update-service-setting --region us-west-2 --setting-id "
      "/ssm/parameter-store/default-parameter-tier --setting-value Intelligent-Tiering";
  const std::string share =
      "aws ssm put-resource-policy --region us-west-2 --resource-arn "
      "arn:aws:ssm:us-west-2:123456789012:parameter/app/dev/shared --policy '" +
      json::serialize(json::parse(kPolicy)) + "'";
  // It is nobody's fault: the restore is complete without them.
  ASSERT_EQ(west({"restore"}), 0) << err();
  EXPECT_THAT(out(), HasSubstr("\nRegion facts, not restored: to be set by hand\n"
                               "  /ssm/parameter-store/default-parameter-tier = "
                               "Intelligent-Tiering: Standard\n  there\n"
                               "    " +
                               tier + "\n"));
  EXPECT_THAT(out(), HasSubstr("    " + share + "\n"));
  ASSERT_EQ(west({"restore", "--apply"}), 0) << err();
  EXPECT_THAT(out(), HasSubstr("not restored: 1 service setting, 1 share: the plan has the "
                               "commands"));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"restore", "--output", "json"},
        std::vector<std::string>{"restore", "--apply", "--output", "json"}}) {
    ASSERT_EQ(west(words), 0) << err();
    const json::value facts = parsed().at("regionFacts");
    EXPECT_EQ(facts.at("settings").at(1).at("command"), json::string(tier));
    EXPECT_EQ(facts.at("settings").at(1).at("live"), "Standard");
    EXPECT_EQ(facts.at("settings").at(0).at("same"), true);
    EXPECT_EQ(facts.at("shares").at(0).at("live"), "none");
    EXPECT_EQ(facts.at("shares").at(0).at("commands").at(0), json::string(share));
  }
  EXPECT_EQ(cli.sandbox.calls("ssm:UpdateServiceSetting", kWest), 0U);
  EXPECT_EQ(cli.sandbox.calls("ssm:PutResourcePolicy", kWest), 0U);
}

TEST_F(RegionFactsCommands, ABackupThatMayNotAskIsCompleteAllTheSame) {
  cli.sandbox.transport.set_hook(
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        const std::string target = ssmb::testing::target_of(request);
        if (target != "GetServiceSetting" && target != "GetResourcePolicies") return std::nullopt;
        return ssmb::testing::denied_answer();
      });
  backup();
  const std::string said = err();
  EXPECT_THAT(said, HasSubstr("Region facts that are not known: high-throughput-enabled, "
                              "default-parameter-tier (access was denied"));
  EXPECT_EQ(said.find("GetResourcePolicies"), said.rfind("GetResourcePolicies"));
  ASSERT_EQ(west({"show"}), 0) << err();
  EXPECT_THAT(out(), AllOf(HasSubstr("default-parameter-tier is not known: access was denied"),
                           HasSubstr("shares      known of 0 of 3 Advanced parameters: ")));
  ASSERT_EQ(west({"diff"}), 0) << out() << err();
  EXPECT_THAT(out(), HasSubstr("not compared: the shares of 3 of 3 Advanced parameters: from: "));
}

}  // namespace
}  // namespace ssmb::cli
