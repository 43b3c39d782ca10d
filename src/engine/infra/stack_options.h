// The options of a stack that are off unless its file asks for them. Pure.
#pragma once

#include "engine/config_field.h"
#include "engine/infra/stack.h"

namespace ssmb::engine {

using OptionalField = std::optional<ConfigField>;

// Region to key. One text serves several Regions only where each has its own key of that name.
Result<std::map<Region, KmsKeyId>> read_kms_keys(const OptionalField& field,
                                                 const std::vector<Region>& regions);
// Region to bucket: S3 logs into a bucket of the same Region and account only.
Result<std::map<Region, BucketName>> read_log_buckets(const OptionalField& field,
                                                      const std::vector<Region>& regions);
Result<std::optional<ObjectLock>> read_object_lock(const OptionalField& field);
Result<std::optional<CopyOption>> read_copy(const OptionalField& field,
                                            const std::vector<Region>& regions);

}  // namespace ssmb::engine
