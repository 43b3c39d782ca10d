// Permissions, found out by trying. Reads are made as they are, and small. What writes is asked for
// in a way that no service can carry out, so that its refusal tells that it was allowed to ask:
// - ssm:PutParameter without Overwrite on a name that is taken, with a value that its own
//   AllowedPattern excludes: ParameterAlreadyExists or ParameterPatternMismatchException;
// - tags, labels and deletions of a name that does not exist: InvalidResourceId, ParameterNotFound,
//   InvalidParameters;
// - s3:PutObject with If-Match of an etag that no object has: 412, or 404 NoSuchKey;
// - s3:AbortMultipartUpload of an upload that does not exist: NoSuchUpload.
// IAM is asked before any of these: "Evaluate each policy ... before the request is carried out".
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
#pragma once

#include "engine/doctor/buckets.h"
#include "engine/doctor/region_case.h"

namespace ssmb::engine::doctor {

// Where the objects of snapshots lie.
struct ObjectPlace {
  aws::s3::Bucket bucket;
  Region region;
  std::string prefix;  // without slashes at its ends; may be empty
  aws::s3::Encryption encryption;

  ObjectKey key(std::string_view below) const;
};

// Did the reads come through with which more is looked at?
struct Permitted {
  bool parameters = false;
  bool objects = false;
  bool ssm_answers = true;  // as far as it was asked
};
// `objects`: nullptr: there are none to try on. An error is an interrupt.
ResultTask<Permitted> examine_permissions(RegionCase& at, const ObjectPlace* objects);

// What cannot be tried in any Region without a write.
void tell_untried(Purpose purpose, const Findings& findings);

}  // namespace ssmb::engine::doctor
