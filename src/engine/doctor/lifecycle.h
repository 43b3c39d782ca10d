// What a bucket's lifecycle rules do to an object, whatever the rules are called. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "engine/infra/fields.h"

namespace ssmb::engine::doctor {

struct LifecycleRule {
  std::string id;
  std::string prefix;             // of the keys that it is for; empty: all
  std::optional<int> days;        // Expiration
  std::optional<Time> date;       // the same, by the calendar
  std::optional<int> abort_days;  // AbortIncompleteMultipartUpload
};

// The rules that are switched on. One that asks for tags or sizes is left out: ours have no tags,
// and of their sizes nothing is known.
std::vector<LifecycleRule> rules_in(const Fields& lifecycle);

// Those that are for every object below the repository's prefix (empty: the whole bucket).
std::vector<LifecycleRule> rules_for_all(const std::vector<LifecycleRule>& rules,
                                         std::string_view prefix);

// When an object of that key goes; nullopt: no rule is for it. "Amazon S3 calculates the time by
// adding the number of days specified in the rule to the object creation time and rounding up the
// resulting time to the next day at midnight UTC."
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
std::optional<Time> expiry_of(const std::vector<LifecycleRule>& rules, const ObjectKey& key,
                              Time created);

}  // namespace ssmb::engine::doctor
