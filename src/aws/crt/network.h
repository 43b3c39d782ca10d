// The process's one instance of the AWS Common Runtime: libraries, event loop, resolver.
#pragma once

#include <memory>

struct aws_client_bootstrap;

namespace ssmb::aws::crt {

// Starts the libraries, once in a process; any thread. About 2 ms, so it is for the first request
// or signature to call, never for --help. They are not shut down again: they hold no secrets.
void start_libraries();

// One event loop thread and a host resolver.
class Network {
 public:
  virtual ~Network() = default;
  virtual aws_client_bootstrap* bootstrap() = 0;
};

// The shared one, made on first use. Its last owner waits until the runtime's threads have ended
// (at most one second: a connection whose TLS negotiation failed lingers up to 30). Never from a
// callback of the runtime.
std::shared_ptr<Network> shared_network();

}  // namespace ssmb::aws::crt
