// The network: Transport over the AWS Common Runtime (aws-c-http, TLS by s2n).
#pragma once

#include <map>
#include <memory>
#include <string>

#include "aws/http/proxy.h"
#include "aws/http/transport.h"

namespace ssmb::aws {

struct CrtTransportOptions {
  // For each endpoint; requests beyond them wait for a free connection.
  std::size_t max_connections = 64;
  // A PEM file that replaces the system's CAs; empty: the system's.
  std::string ca_bundle;
  ProxySettings proxies;
  Duration connect_timeout = std::chrono::seconds{5};
  // Idle connections are closed by then, before most servers do it: a request on a connection
  // that the server is just closing is lost (kind transient).
  Duration max_idle = std::chrono::seconds{20};

  // AWS_CA_BUNDLE, else SSL_CERT_FILE; HTTPS_PROXY, HTTP_PROXY, NO_PROXY (proxy.h). Errors:
  // configuration.
  static Result<CrtTransportOptions> from(const std::map<std::string, std::string>& environment);
};

// Connections are kept alive and shared; TCP_NODELAY is on; TLS is 1.2 or newer and verified. A
// request adds Host and Content-Length unless they are there already. An abandoned request
// (deadline, stop) returns at once and its connection is closed. No environment is read, and no
// CA bundle before the first HTTPS endpoint.
//
// `runtime` outlives the transport, and no send() may be under way when it is destroyed, which
// waits for the runtime's threads (crt/network.h).
std::unique_ptr<Transport> make_crt_transport(Runtime& runtime, CrtTransportOptions options);

}  // namespace ssmb::aws
