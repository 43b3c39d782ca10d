#include "snapshot/address.h"

#include <gtest/gtest.h>

namespace ssmb::snapshot {
namespace {

TEST(Address, S3AndDirectories) {
  const S3Address full{.bucket = BucketName("my-bucket"),
                       .prefix = "a/b",
                       .region = Region("us-west-2"),
                       .owner = AccountId("123456789012")};
  EXPECT_EQ(parse_repository("s3://my-bucket/a/b/,region=us-west-2,owner=123456789012"),
            RepositoryAddress(full));
  EXPECT_EQ(to_string(full), "s3://my-bucket/a/b,region=us-west-2,owner=123456789012");
  const S3Address bare{.bucket = BucketName("my.bucket"), .prefix = {}, .region = {}, .owner = {}};
  EXPECT_EQ(parse_repository("s3://my.bucket"), RepositoryAddress(bare));
  EXPECT_EQ(parse_repository("s3://my.bucket/"), RepositoryAddress(bare));
  EXPECT_EQ(parse_repository("backup,1"), RepositoryAddress(DirectoryAddress{.path = "backup,1"}));
}

TEST(Address, RefusesWhatIsNeither) {
  for (const char* text :
       {"", "s3://", "s3://ab", "s3://My-bucket", "s3://-bucket", "s3://bucket-", "s3://bu..cket",
        "s3://bucket/../x", "s3://bucket//x", "s3://bucket,region=", "s3://bucket,owner=12",
        "s3://bucket,zone=a", "s3://bucket,region", "http://x", "gs://bucket"}) {
    const auto address = parse_repository(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().kind, ErrorKind::usage);
  }
}

}  // namespace
}  // namespace ssmb::snapshot
