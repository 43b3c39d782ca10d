// The whole program against the sandbox: three Regions, a stack file, a work directory.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "aws/s3/client.h"
#include "base/files.h"
#include "cli_world.h"
#include "sandbox/ssm/store.h"
#include "tests/support/sandbox_session.h"

namespace ssmb::cli {

inline const std::vector<std::string> kRegions{"ap-northeast-1", "us-west-2", "us-east-1"};
inline constexpr std::string_view kBucketStem = "jenkins-infra-ssm-backup-dev-123456789012-";

struct SandboxCli {
  explicit SandboxCli(std::uint64_t seed = 1)
      : sandbox(seed), world(sandbox.runtime, sandbox.transport) {
    std::string pattern = (std::filesystem::temp_directory_path() / "ssmb-cli-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "no temporary directory";
    directory = pattern;
    std::ofstream(directory / "Pulumi.dev.yaml")
        << "config:\n"
           "  jenkins-ssm-backup-s3:projectName: jenkins-infra\n"
           "  jenkins-ssm-backup-s3:environment: dev\n"
           "  jenkins-ssm-backup-s3:regions: [ap-northeast-1, us-west-2, us-east-1]\n"
           "  jenkins-ssm-backup-s3:defaultRegion: ap-northeast-1\n";
  }
  ~SandboxCli() { std::filesystem::remove_all(directory); }

  // Adds the flags that every command of a test shares.
  int run(std::vector<std::string> words) {
    if (words[0] == "infra") {
      words.insert(words.end(), {"-f", (directory / "Pulumi.dev.yaml").string()});
    } else {
      words.insert(words.end(), {"--env", "dev", "--work-dir", work().string()});
    }
    return world.run(std::move(words));
  }
  // Buckets, metadata, and `count` parameters in each Region.
  // The home Region holds six more: the metadata itself.
  void prepare(int count) {
    EXPECT_EQ(run({"infra", "apply"}), 0) << world.err.str();
    for (const std::string& region : kRegions) seed(region, 0, count);
  }
  void seed(const std::string& region, int from, int count) {
    boost::json::array parameters;
    for (int i = from; i < from + count; ++i) {
      parameters.push_back({{"Name", fmt::format("/app/dev/p{:03}", i)},
                            {"Value", fmt::format("{} secret-{}", region, i)},
                            {"Type", i % 2 == 0 ? "String" : "SecureString"},
                            {"Tags", {{{"Key", "Owner"}, {"Value", "team"}}}}});
    }
    sandbox.seed(region, std::move(parameters));
  }
  // The object's bytes, read as an old reader would; empty if there is none.
  std::string object(const std::string& region, const std::string& key) {
    aws::s3::Client s3(sandbox.session, Region(region));
    auto got = sandbox.runtime.run(s3.get_object({.name = bucket(region)}, ObjectKey(key), {}, {}));
    return got && *got ? std::string((*got)->body.view()) : std::string();
  }
  void put(const std::string& region, const std::string& key, const std::string& text) {
    aws::s3::Client s3(sandbox.session, Region(region));
    const auto done = sandbox.runtime.run(
        s3.put_object({.name = bucket(region)}, ObjectKey(key), SecretBytes(text), {}, {}));
    EXPECT_TRUE(done && *done);
  }
  std::vector<std::string> keys(const std::string& region) {
    aws::s3::Client s3(sandbox.session, Region(region));
    auto page = sandbox.runtime.run(s3.list_objects({.name = bucket(region)}, "", "", "", {}));
    std::vector<std::string> out;
    if (page && *page) {
      for (const auto& object : (*page)->objects) out.push_back(object.key.str());
    }
    return out;
  }
  static BucketName bucket(const std::string& region) {
    return BucketName(std::string(kBucketStem) + region);
  }
  // A member of a Region's entry in region_summaries.json, as text.
  std::string summary(const std::string& region, const std::string& member) const {
    const boost::json::value value = summaries().at(region).at(member);
    return value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
  }
  std::filesystem::path work() const { return directory / "backup-work"; }
  boost::json::value summaries() const {
    return boost::json::parse(read_file(work() / "region_summaries.json").value_or("null"));
  }

  testing::SandboxSession sandbox;
  CliWorld world;
  std::filesystem::path directory;
};

}  // namespace ssmb::cli
