#include "aws/auth/ask.h"

#include <fmt/format.h>

#include "base/try.h"

namespace ssmb::aws {
namespace {

ResultTask<HttpResponse> try_once(Runtime& runtime, Transport& transport, HttpRequest request,
                                  Duration limit, CallScope scope) {
  const std::string url = request.endpoint.url() + request.path;
  SSMB_CO_TRY(response,
              co_await transport.send(std::move(request), scope.until(runtime.steady() + limit)));
  if (response.status == 429 || response.status >= 500)
    co_return fail(ErrorKind::transient,
                   fmt::format("{} answered with HTTP status {}", url, response.status));
  co_return std::move(response);
}

}  // namespace

ResultTask<HttpResponse> ask(Runtime& runtime, Transport& transport, HttpRequest request,
                             AskOptions options, CallScope scope) {
  auto attempt = [&](int) {
    return try_once(runtime, transport, request, options.attempt_timeout, scope);
  };
  co_return co_await with_retries(runtime, options.retry, Idempotency::safe, scope, attempt);
}

}  // namespace ssmb::aws
