#include "engine/copies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ssmb::engine {
namespace {

using snapshot::RepositoryAddress;
using ::testing::HasSubstr;

std::map<Region, RepositoryAddress> repositories() {
  return {{Region("us-west-2"), *snapshot::parse_repository("s3://primary-west,region=us-west-2")},
          {Region("us-east-1"), *snapshot::parse_repository("s3://primary-east,region=us-east-1")}};
}

TEST(Copies, WhereTheyMayLie) {
  const struct {
    const char* name;
    std::vector<std::string> words;
    const char* refused;  // "": it is not
  } rows[] = {
      {"none", {}, ""},
      {"a directory", {"/srv/copy"}, ""},
      {"another Region", {"s3://copy,region=eu-west-1"}, ""},
      {"another account", {"s3://copy,region=us-west-2,owner=999988887777", "/srv/copy"}, ""},
      {"each in the other", {"s3://copy-a,region=us-west-2", "s3://copy-b,region=us-east-1"}, ""},
      {"no Region", {"s3://copy"}, "does not say in which Region"},
      {"no repository", {"ftp://copy"}, "no repository"},
      {"the Region of one",
       {"s3://copy,region=us-east-1"},
       "lies in us-east-1 with the parameters"},
      {"itself", {"s3://primary-west/other,region=eu-west-1"}, "is the repository of us-west-2"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto parsed = parse_copies("--copy-to", row.words);
    const Result<void> good = parsed ? check_copies("--copy-to", *parsed, repositories())
                                     : Result<void>(fail(parsed.error()));
    EXPECT_EQ(good.has_value(), *row.refused == 0);
    if (good) continue;
    EXPECT_EQ(good.error().kind, ErrorKind::usage);
    EXPECT_THAT(good.error().what, HasSubstr(row.refused));
    EXPECT_FALSE(good.error().next.empty());
  }
}

TEST(Copies, TheSameDirectoryByAnotherNameIsTheSame) {
  const std::map<Region, RepositoryAddress> own{
      {Region("us-west-2"), *snapshot::parse_repository("/tmp/repository")}};
  for (const char* other : {"/tmp/repository/", "/tmp/./repository", "/tmp/x/../repository"}) {
    SCOPED_TRACE(other);
    EXPECT_FALSE(check_copies("--x", *parse_copies("--x", {other}), own));
  }
  EXPECT_TRUE(check_copies("--x", *parse_copies("--x", {"/tmp/repository-copy"}), own));
}

TEST(Copies, NoRegionIsCopiedIntoItself) {
  const auto copy = [](const char* word) { return *snapshot::parse_repository(word); };
  const Region west("us-west-2");
  const AccountId account("123456789012");
  EXPECT_FALSE(outlives(copy("s3://copy,region=us-west-2"), west));
  EXPECT_TRUE(outlives(copy("s3://copy,region=us-west-2,owner=123456789012"), west));
  EXPECT_TRUE(lies_beside(copy("s3://copy,region=us-west-2,owner=123456789012"), west, account));
  EXPECT_FALSE(lies_beside(copy("s3://copy,region=us-west-2,owner=999988887777"), west, account));
  EXPECT_TRUE(outlives(copy("s3://copy,region=us-east-1"), west));
  EXPECT_TRUE(outlives(copy("/srv/copy"), west));
}

}  // namespace
}  // namespace ssmb::engine
