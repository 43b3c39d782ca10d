// One bucket: is it there and whose, and is it as the stack makes them? Reads only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/doctor/lifecycle.h"
#include "engine/doctor/region_case.h"
#include "engine/doctor/settings.h"

namespace ssmb::engine::doctor {

struct BucketPlace {
  aws::s3::Bucket bucket;  // with its owner
  std::string prefix;      // of the repository in it, without slashes at its ends; may be empty
  Region region;
  // Is it one of the stack's? Else somebody has named it, and infra does not mend it.
  enum class From { stack, flag } from = From::stack;
};

struct BucketLook {
  // Is there any point in asking it for objects?
  enum class Reach { open, closed, silent } reach = Reach::closed;
  std::optional<aws::s3::Encryption> encryption;    // nullopt: it may not be read
  std::optional<std::vector<LifecycleRule>> rules;  // the same
};

// An error is an interrupt.
ResultTask<BucketLook> examine_bucket(RegionCase& at, BucketPlace place);

}  // namespace ssmb::engine::doctor
