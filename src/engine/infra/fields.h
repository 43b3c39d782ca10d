// What a resource says, field by field: a bucket's document or a parameter as a flat map, so that a
// difference can be named, and two ways of making the same be compared. Pure.
//
//   "Rule[delete-old-backups]/Expiration/Days"  an element of a document, by S3's names; the items
//                                               of a list are known by their ID, Sid or key
//   "Tag[Environment]", "Value"                 a tag; a parameter's member by SSM's name
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/s3/client.h"

namespace ssmb::engine {

using Fields = std::map<std::string, std::string>;

struct FieldDifference {
  std::string field;
  std::optional<std::string> from;  // nullopt: it is not there
  std::optional<std::string> to;    // nullopt: it must not be there

  bool operator==(const FieldDifference&) const = default;
};

// Elements without text or children are left out: S3 takes `<Prefix></Prefix>` and none for the
// same. A text that is neither XML nor (a policy) JSON has no fields.
Fields fields_of(aws::s3::BucketDocument document, std::string_view text);
std::string tag_field(std::string_view key);  // "Tag[key]"

// What of `desired` is not as `observed` says. More of the same is no difference, others add rules,
// statements and tags; but inside a rule or statement of ours it is.
std::vector<FieldDifference> differences(const Fields& desired, const Fields& observed);

// What to put where `desired` and `observed` differ: desired, with the rules, statements and tags
// of others behind it. An observed text that cannot be read is written over.
std::string merged(aws::s3::BucketDocument document, const std::string& desired,
                   const std::string& observed);

}  // namespace ssmb::engine
