// All buckets of the sandbox. Names are global, as S3's are; a bucket knows its owner and Region.
#pragma once

#include <map>
#include <string>

#include "base/ids.h"

namespace ssmb::sandbox::s3 {

struct Bucket {
  AccountId owner;
  Region region;
};

struct State {
  std::map<BucketName, Bucket> buckets;
};

}  // namespace ssmb::sandbox::s3
