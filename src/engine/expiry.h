// When lifecycle deletes an object of a repository.
#pragma once

#include <optional>
#include <vector>

#include "aws/client.h"
#include "engine/doctor/lifecycle.h"
#include "snapshot/address.h"

namespace ssmb::engine {

struct Expiry {
  enum class Known {
    at,       // `at` says when
    never,    // no rule is for it; or it lies in a directory
    unknown,  // neither the object nor the rules may be asked
  } known = Known::unknown;
  std::optional<Time> at;

  bool operator==(const Expiry&) const = default;
};

struct ExpiryRequest {
  snapshot::RepositoryAddress address;
  Region region;     // of the parameters: the bucket's too, unless the address says otherwise
  AccountId caller;  // owns the bucket, unless the address says otherwise
  ObjectKey object;  // relative to the repository
  Time created;      // where S3 does not say when
  // Where S3 does not say when: the bucket's rules. `known`: those in `rules`, nullopt if they may
  // not be read; `ask`: they are asked for.
  enum class Rules { ask, known } rules_are = Rules::ask;
  std::optional<std::vector<doctor::LifecycleRule>> rules = {};
};

// By S3's own word of the object, else by the rules. An error is an interrupt.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html (x-amz-expiration)
ResultTask<Expiry> find_expiry(aws::Session& session, ExpiryRequest request, CallScope scope);

}  // namespace ssmb::engine
