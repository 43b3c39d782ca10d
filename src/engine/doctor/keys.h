// The KMS keys of the SecureStrings that a backup takes: may each be decrypted with?
#pragma once

#include "engine/doctor/region_case.h"

namespace ssmb::engine::doctor {

// One parameter of each key is read, and its value dropped. An error is an interrupt.
ResultTask<void> examine_keys(RegionCase& at);

}  // namespace ssmb::engine::doctor
