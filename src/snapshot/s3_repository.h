// A repository in an S3 bucket, below an optional prefix.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "aws/s3/client.h"
#include "snapshot/repository.h"

namespace ssmb::snapshot {

struct S3Location {
  aws::s3::Bucket bucket;  // with its owner: sent with every call
  std::string prefix;      // without slashes at its ends; may be empty
  Region region;           // of the bucket
};

struct S3Options {
  // Kept as object metadata (ssm-backup-run): an object that is there after a lost answer is known
  // as one's own by it.
  RunId run_id;
  // nullopt: the bucket's own default, asked for before the first write; AES256, as ever, where it
  // may not be read.
  std::optional<aws::s3::Encryption> encryption;
  // The size of a part; 5 MiB is S3's least, and lets a document have 48 GiB. A writer holds one
  // part in memory.
  std::size_t part_bytes = std::size_t{5} << 20;
};

// `session` outlives the repository.
std::unique_ptr<Repository> make_s3_repository(aws::Session& session, S3Location location,
                                               S3Options options);

}  // namespace ssmb::snapshot
