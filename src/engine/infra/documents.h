// A bucket's documents (XML, and JSON for the policy): what ours say, whether a bucket's own
// already says it, and how the two are put together without losing what others added. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/s3/client.h"
#include "parameter/parameter.h"

namespace ssmb::engine {

struct BucketFacts {
  BucketName name;
  Region region;
  Environment env;
};

// In the order in which they are put: the bucket is private before anything else.
const std::vector<aws::s3::BucketDocument>& managed_documents();

// What we want, alone.
std::string desired_document(const BucketFacts& bucket, aws::s3::BucketDocument document);

// The tag that says whose a thing is: an older Pulumi stack's keep "Pulumi".
inline constexpr std::string_view kManagedBy = "ManagedBy";
inline constexpr std::string_view kUs = "ssm-backup";

// Who else manages a bucket of these tags; empty: nobody.
std::string other_manager(const std::string& tagging);

// What to put so that the bucket says what we want; nullopt when it does already. Rules, policy
// statements and tags of others stay; ours are known by their ID, Sid and key. Another's ManagedBy
// is not taken over.
std::optional<std::string> document_to_put(const BucketFacts& bucket,
                                           aws::s3::BucketDocument document,
                                           const std::optional<std::string>& observed);

std::vector<Tag> bucket_tags(const BucketFacts& bucket);

}  // namespace ssmb::engine
