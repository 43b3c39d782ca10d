// A bucket's documents, judged. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/s3/client.h"
#include "engine/doctor/lifecycle.h"

namespace ssmb::engine::doctor {

using DocumentText = std::optional<std::string>;  // nullopt: the bucket has none

// What it does to an object of which nothing is said: without a document AES256.
aws::s3::Encryption encryption_in(const DocumentText& text);
bool has_bucket_key(const DocumentText& text);

// What is wrong with it; empty: nothing.
std::string wrong_with_versioning(const DocumentText& text);
std::string wrong_with_public_access(const DocumentText& text);
// `algorithm`: what the bucket encrypts with, which the policy has to ask of whoever uploads.
std::string wrong_with_policy(const DocumentText& text, const BucketName& bucket,
                              const Region& region, const std::string& algorithm);
// `rules`: those that are for every object of ours. Backups have to outlive `max_age`.
std::string wrong_with_lifecycle(const std::vector<LifecycleRule>& rules, Duration max_age);

}  // namespace ssmb::engine::doctor
