#include "base/partition.h"

#include <algorithm>
#include <array>

namespace ssmb {
namespace {

// As botocore's partitions.json and the endpoint rules of its service `signin` have them. The last
// row takes what the others leave.
constexpr std::array kPartitions{
    Partition{"aws-cn", "cn-", "amazonaws.com.cn", "signin.amazonaws.cn"},
    Partition{"aws-us-gov", "us-gov-", "amazonaws.com", "signin.amazonaws-us-gov.com"},
    Partition{"aws-iso", "us-iso-", "c2s.ic.gov", "signin.c2shome.ic.gov"},
    Partition{"aws-iso-b", "us-isob-", "sc2s.sgov.gov", "signin.sc2shome.sgov.gov"},
    Partition{"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "signin.csphome.adc-e.uk"},
    Partition{"aws-iso-f", "us-isof-", "csp.hci.ic.gov", "signin.csphome.hci.ic.gov"},
    Partition{"aws-eusc", "eusc-", "amazonaws.eu", "signin.amazonaws-eusc.eu"},
    Partition{"aws", "", "amazonaws.com", "signin.aws.amazon.com"},
};

}  // namespace

const Partition& partition_of(const Region& region) {
  const auto claims = [&](const Partition& partition) {
    return region.view().starts_with(partition.region_prefix);
  };
  return *std::ranges::find_if(kPartitions, claims);
}

}  // namespace ssmb
