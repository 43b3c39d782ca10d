// The runtime's error codes, translated.
#pragma once

#include <string_view>

#include "base/error.h"

namespace ssmb::aws::crt {

// How far an exchange had come decides what a failure means.
enum class Phase {
  connect,   // before the first byte of the request: certainly no effect
  exchange,  // the request may have taken effect
};

// `peer` is the endpoint's URL: "https://ssm.us-west-2.amazonaws.com".
Error to_error(int code, Phase phase, std::string_view peer);

// What s2n says of a failed TLS negotiation ("S2N_ERR_CERT_UNTRUSTED"): a certificate that does
// not verify is kind configuration, anything else unreachable.
Error tls_refusal(std::string_view s2n_name, std::string_view peer);

// The runtime's own words for a code: "socket connection refused (AWS_IO_SOCKET_...)".
std::string describe(int code);

}  // namespace ssmb::aws::crt
