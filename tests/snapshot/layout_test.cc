#include "snapshot/layout.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ssmb::snapshot {
namespace {

const Time kTime = *parse_timestamp("20261122_130001");

SnapshotId id(const char* environment, const char* region, SnapshotId::Extent extent) {
  return {.environment = Environment(environment),
          .region = Region(region),
          .time = kTime,
          .extent = extent};
}

TEST(Layout, KeysAreThoseOfTheDesign) {
  const SnapshotId full = id("dev", "us-west-2", SnapshotId::Extent::full);
  EXPECT_EQ(document_key(full).str(),
            "2026-11-22/us-west-2/ssm-backup-dev-us-west-2-20261122_130001.json");
  EXPECT_EQ(document_key(id("dev", "us-west-2", SnapshotId::Extent::partial)).str(),
            "2026-11-22/us-west-2/partial-dev-us-west-2-20261122_130001.json");
  EXPECT_EQ(document_key(id("dev", "", SnapshotId::Extent::full)).str(),
            "2026-11-22/ssm-backup-dev-20261122_130001.json");
  EXPECT_EQ(manifest_key(full).str(), "manifests/dev/us-west-2/20261122_130001.json");
  EXPECT_EQ(index_key(full).str(), "manifests/dev/us-west-2/20261122_130001.index");
  EXPECT_EQ(latest_key(Region("us-west-2")).str(), "latest-us-west-2.txt");
  EXPECT_EQ(latest_key().str(), "latest.txt");
  EXPECT_EQ(latest_incomplete_key(Region("us-west-2")).str(), "latest-incomplete-us-west-2.txt");
}

TEST(Layout, EveryKeyParsesBack) {
  for (const char* environment : {"dev", "prod", "dev-2", "us-west-2", "a.b_C"}) {
    for (const char* region : {"us-west-2", "ap-northeast-1", ""}) {
      SCOPED_TRACE(std::string(environment) + " " + region);
      const SnapshotId full = id(environment, region, SnapshotId::Extent::full);
      EXPECT_EQ(parse_document_key(document_key(full).view()), full);
      if (full.region.empty()) continue;
      EXPECT_EQ(parse_manifest_key(manifest_key(full).view()), full);
      EXPECT_EQ(parse_index_key(index_key(full).view()), full);
      const SnapshotId partial = id(environment, region, SnapshotId::Extent::partial);
      EXPECT_EQ(parse_document_key(document_key(partial).view()), partial);
    }
  }
}

// The old restore job takes the last key that holds "ssm-backup-<env>".
TEST(Layout, OnlyAFullDocumentIsFoundByTheOldFallback) {
  for (const char* environment : {"dev", "prod", "manifests", "latest", "partial", "a-b"}) {
    const SnapshotId full = id(environment, "us-west-2", SnapshotId::Extent::full);
    const SnapshotId partial = id(environment, "us-west-2", SnapshotId::Extent::partial);
    const std::string text = "ssm-backup-" + full.environment.str();
    EXPECT_NE(document_key(full).str().find(text), std::string::npos);
    for (const ObjectKey& key :
         {document_key(partial), manifest_key(full), index_key(full), latest_key(),
          latest_key(full.region), latest_incomplete_key(full.region)})
      EXPECT_EQ(key.str().find(text), std::string::npos) << key.str();
  }
}

TEST(Layout, OtherKeysAreNoDocuments) {
  for (const char* key : {"", "latest.txt", "2026-11-22/", "ssm-backup-dev-20261122_130001.json",
                          "2026-11-22/us-west-2/ssm-backup-dev-us-east-1-20261122_130001.json",
                          "2026-11-22/us-west-2/ssm-backup-dev-us-west-2-20261122_130001.json.tmp",
                          "2026-11-22/us-west-2/ssm-backup--us-west-2-20261122_130001.json",
                          "2026-11-22/us-west-2/ssm-backup-dev-us-west-2-20261322_130001.json",
                          "2026-13-22/us-west-2/ssm-backup-dev-us-west-2-20261122_130001.json",
                          "20261122/us-west-2/ssm-backup-dev-us-west-2-20261122_130001.json",
                          "2026-11-22//ssm-backup-dev--20261122_130001.json",
                          "2026-11-22/us-west-2/x/ssm-backup-dev-us-west-2-20261122_130001.json",
                          "2026-11-22/partial-dev-20261122_130001.json",
                          "2026-11-22/us-west-2/ssm-backup-us-west-2-20261122_130001.json",
                          "manifests/dev/us-west-2/20261122_130001.json"})
    EXPECT_FALSE(parse_document_key(key)) << key;
  for (const char* key :
       {"manifests/dev/us-west-2/20261122_130001.txt", "manifests/dev/x",
        "manifests/dev//20261122_130001.json", "manifests/../us-west-2/20261122_130001.json"})
    EXPECT_FALSE(parse_manifest_key(key)) << key;
}

TEST(Layout, EnvironmentsThatCannotBeInAKey) {
  for (const char* text : {"", ".", "..", "a/b", "a b", "é", "a\n", "a*"})
    EXPECT_FALSE(check_environment(Environment(text))) << text;
  EXPECT_FALSE(check_environment(Environment(std::string(65, 'a'))));
  EXPECT_TRUE(check_environment(Environment(std::string(64, 'a'))));
  for (const char* text : {"", "US", "a/b", "a_b"})
    EXPECT_FALSE(check_region(Region(text))) << text;
}

}  // namespace
}  // namespace ssmb::snapshot
