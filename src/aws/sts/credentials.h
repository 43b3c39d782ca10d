// The credentials in STS's answers.
#pragma once

#include <string_view>

#include "aws/auth/credentials.h"

namespace ssmb::aws::sts {

// What a successful answer to `action` ("AssumeRole", "AssumeRoleWithWebIdentity") holds. Parsed in
// place: no copy of the keys is left behind. Errors: credentials, when one of the four is missing.
Result<Credentials> read_credentials(SecretBytes body, std::string_view action);

}  // namespace ssmb::aws::sts
