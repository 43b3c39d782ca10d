// The KMS key of a SecureString in another place. Pure.
#pragma once

#include <optional>
#include <string>

#include "engine/restore/mapping.h"

namespace ssmb::engine::restore {

struct MappedKey {
  KmsKeyId key;
  std::optional<std::string> doubt;  // it may be unknown in the target: names --kms-map
};
// By --kms-map; else as mapping.h says. `from`: the record's own place.
MappedKey mapped_key(const KmsKeyId& key, const Mapping& mapping, const rules::Place& from);

}  // namespace ssmb::engine::restore
