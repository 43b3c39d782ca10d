// The sandbox's HTTP front: HTTP/1.1 over Boost.Beast, one coroutine a connection, one thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "aws/http/message.h"
#include "base/error.h"
#include "runtime/runtime.h"
#include "runtime/task.h"
#include "sandbox/context.h"
#include "sandbox/delivery.h"
#include "sandbox/http/authority.h"

namespace ssmb::sandbox {

class HttpServer {
 public:
  using Handler = std::function<Served(aws::HttpRequest request, Arrival arrival)>;

  // Requests larger than this are answered 413.
  static constexpr std::size_t kMostBody = std::size_t{256} << 20;

  // Listens at once on "address:port" ("127.0.0.1:0", "[::1]:8080"; port 0: any free one). With an
  // identity it speaks TLS. `runtime` outlives it. Errors: usage (no such address), local_io
  // (taken).
  static Result<std::unique_ptr<HttpServer>> listen(Runtime& runtime, const std::string& address,
                                                    Handler handler,
                                                    std::unique_ptr<ServerIdentity> identity);
  virtual ~HttpServer() = default;

  // "http://127.0.0.1:43123"
  virtual std::string url() const = 0;
  // Takes connections until stop(); run it once.
  virtual Task<void> run() = 0;
  // Closes the listening socket and every connection: run() and all their coroutines end.
  virtual void stop() = 0;
};

}  // namespace ssmb::sandbox
