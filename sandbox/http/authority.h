// A certificate authority made at start, and a server's certificate from it, for localhost.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

#include "base/error.h"
#include "base/time.h"

namespace ssmb::sandbox {

struct FreeX509 {
  void operator()(X509* certificate) const;
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const;
};
using Certificate = std::unique_ptr<X509, FreeX509>;
using PrivateKey = std::unique_ptr<EVP_PKEY, FreeKey>;

// The server's keys never leave memory; the authority's own is forgotten once it has signed.
struct ServerIdentity {
  std::string authority_pem;  // for AWS_CA_BUNDLE
  // localhost, *.localhost (which OpenSSL as a client takes for too wide), 127.0.0.1, ::1; good for
  // 30 days.
  Certificate certificate;
  PrivateKey key;
};
Result<ServerIdentity> make_server_identity(Time now);

}  // namespace ssmb::sandbox
