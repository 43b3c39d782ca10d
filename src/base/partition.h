// AWS's partitions: clouds apart, each with its own accounts, domains and ARNs.
#pragma once

#include <string_view>

#include "base/ids.h"

namespace ssmb {

struct Partition {
  std::string_view id;             // "aws-cn", the second part of every ARN
  std::string_view region_prefix;  // how the names of its Regions begin; "": every other name
  std::string_view domain;         // of its services: "amazonaws.com.cn"
  std::string_view signin_domain;  // of AWS Sign-In, which renews `aws login`
};

// By the Region's name alone, so that Regions that do not exist yet have one too. Every rule about
// partitions (hosts, ARNs, policies) takes it from here.
// https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
const Partition& partition_of(const Region& region);

}  // namespace ssmb
