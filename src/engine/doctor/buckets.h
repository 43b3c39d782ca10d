// One bucket: is it there and whose, and is it as the stack makes them? Reads only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/doctor/lifecycle.h"
#include "engine/doctor/region_case.h"

namespace ssmb::engine::doctor {

struct BucketPlace {
  aws::s3::Bucket bucket;  // with its owner
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

// What is wrong with a document; empty: nothing. `text`: nullopt: the bucket has none. Pure.
using DocumentText = std::optional<std::string>;
std::string wrong_with_versioning(const DocumentText& text);
std::string wrong_with_public_access(const DocumentText& text);
// `algorithm`: what the bucket encrypts with, which the policy has to ask of whoever uploads.
std::string wrong_with_policy(const DocumentText& text, const BucketName& bucket,
                              const Region& region, const std::string& algorithm);
std::string wrong_with_lifecycle(const std::vector<LifecycleRule>& rules);

}  // namespace ssmb::engine::doctor
