// The world's authenticator over accounts read from a file: signatures are checked.
#pragma once

#include "sandbox/auth/accounts.h"
#include "sandbox/world.h"

namespace ssmb::sandbox {

// From now on only these accounts' keys may call `world`, and only their KMS keys exist.
void use_accounts(World& world, Accounts accounts);

}  // namespace ssmb::sandbox
