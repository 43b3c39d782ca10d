#include "base/partition.h"

#include <gtest/gtest.h>

namespace ssmb {
namespace {

TEST(Partition, FollowsFromTheNameOfTheRegion) {
  struct Row {
    const char* region;
    const char* id;
    const char* domain;
  };
  const Row rows[] = {
      {"us-east-1", "aws", "amazonaws.com"},
      {"ap-southeast-7", "aws", "amazonaws.com"},
      {"mx-central-1", "aws", "amazonaws.com"},
      {"a-region-of-tomorrow-1", "aws", "amazonaws.com"},
      {"", "aws", "amazonaws.com"},
      {"cn-north-1", "aws-cn", "amazonaws.com.cn"},
      {"cn-northwest-1", "aws-cn", "amazonaws.com.cn"},
      {"us-gov-east-1", "aws-us-gov", "amazonaws.com"},
      {"us-iso-west-1", "aws-iso", "c2s.ic.gov"},
      {"us-isob-west-1", "aws-iso-b", "sc2s.sgov.gov"},
      {"eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk"},
      {"us-isof-east-1", "aws-iso-f", "csp.hci.ic.gov"},
      {"eusc-de-east-1", "aws-eusc", "amazonaws.eu"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.region);
    EXPECT_EQ(partition_of(Region(row.region)).id, row.id);
    EXPECT_EQ(partition_of(Region(row.region)).domain, row.domain);
  }
}

}  // namespace
}  // namespace ssmb
