// One request on its way through the runtime, and the response as it comes in.
//
// Shared by the coroutine that waits and by the runtime's callbacks, which may still come when
// the coroutine has long been told "timeout".
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "aws/crt/handle.h"
#include "aws/http/connection_pool.h"
#include "aws/http/message.h"
#include "runtime/task.h"

namespace ssmb::aws {

class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  explicit Exchange(HttpRequest request) : request_(std::move(request)) {}
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // Sends the request over a connection of `pool`. `resume` is called once, when take() has the
  // outcome.
  void start(ConnectionPool& pool, Resume<bool> resume);
  // Settles it with `why` unless it is settled already, and closes the connection if the request
  // has gone out: half an answer must not reach the next one. From any thread but the runtime's;
  // also before start().
  void abandon(Error why);
  // After `resume`, once.
  Result<HttpResponse> take();

 private:
  struct Callbacks;

  void send(Lease lease);
  Result<void> prepare();
  void settle(std::optional<Error> error);

  // Fixed once start() has begun; the request's body must outlive the stream.
  HttpRequest request_;
  std::string url_;
  crt::Message message_;
  crt::InputStream body_;

  // The runtime's thread only, until settled; then take()'s.
  HttpResponse response_;
  std::optional<Error> refused_;  // why we broke off, where the runtime's code would not tell

  std::mutex mutex_;
  bool settled_ = false;
  std::optional<Error> error_;
  std::optional<Resume<bool>> resume_;
  Lease lease_;  // while the stream lives
};

}  // namespace ssmb::aws
