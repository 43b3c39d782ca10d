// Proof of possession of a key (RFC 9449), which AWS Sign-In asks of whoever renews a login.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace ssmb::aws {

// The value of the DPoP header of a POST to `url`: a JWT signed with ES256 by the P-256 key in
// `pem`, whose public half it carries. `id` is used once. Errors: credentials, for another key.
Result<std::string> dpop_proof(std::string_view pem, std::string_view url, Time now,
                               std::string_view id);

}  // namespace ssmb::aws
