// The HTTP seam: one request in, one response out.
//
// Implementations: CrtTransport (the network, over the AWS Common Runtime), and in tests the
// sandbox's InProcessTransport or a script. Nothing above this line knows of sockets.
#pragma once

#include <cstddef>

#include "aws/http/message.h"
#include "runtime/runtime.h"

namespace ssmb::aws {

class Transport {
 public:
  virtual ~Transport() = default;

  // Sends the request as it stands (already signed) and returns whatever status came back; it
  // neither retries nor follows redirects. Errors: unreachable (no connection: certainly no
  // effect), transient (the connection broke, or the body was cut), timeout, cancelled, and
  // configuration (bad CA bundle or proxy, TLS verification failed). An error carries no fault:
  // the caller knows the operation and adds it.
  // A response body over `kMaxResponseBytes` is an error (corrupt).
  // May be called many times at once from coroutines of the runtime's executor.
  virtual ResultTask<HttpResponse> send(HttpRequest request, CallScope scope) = 0;

  static constexpr std::size_t kMaxResponseBytes = std::size_t{64} << 20;
};

}  // namespace ssmb::aws
