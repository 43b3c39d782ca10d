#include "notify/web.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "aws/endpoints.h"
#include "base/text.h"
#include "base/try.h"
#include "runtime/retry.h"

namespace ssmb::notify {
namespace {

constexpr Retry kRetry{
    .policy = {.attempts = 3},
    .backoff = {.base = std::chrono::seconds{1}, .cap = std::chrono::seconds{4}}};
constexpr auto kOneTry = std::chrono::seconds{15};

// What is wrong is said, and the URL is not.
Result<aws::HttpRequest> request_of(const WebOrder& order) {
  const auto bad = [](std::string_view why) {
    return fail(ErrorKind::configuration, fmt::format("the webhook's URL {}", why),
                "write it as https://HOST/PATH");
  };
  const std::string_view url = order.url.reveal();
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return bad("has no scheme");
  const auto path = url.find_first_of("/?#", scheme + 3);
  auto endpoint = aws::parse_endpoint(url.substr(0, path));
  if (!endpoint) return bad("names no server");
  if (endpoint->scheme == aws::Endpoint::Scheme::http && !is_this_machine(endpoint->host))
    return bad("is http://: what it says would go in clear over the network");
  aws::HttpRequest request{.method = "POST", .endpoint = *endpoint};
  if (path != std::string_view::npos) {
    const std::string_view rest = url.substr(path, url.find('#') - path);
    const auto question = rest.find('?');
    request.path = rest.substr(0, question);
    if (question != std::string_view::npos) request.query = rest.substr(question + 1);
    if (request.path.empty()) request.path = "/";
  }
  request.headers.add("Content-Type", "application/json; charset=utf-8");
  if (!order.token.empty())
    request.headers.add("Authorization", fmt::format("Bearer {}", order.token.reveal()));
  request.body = SecretBytes(boost::json::serialize(order.body));
  return request;
}

ErrorKind kind_of(int status) {
  if (status == 429) return ErrorKind::throttled;
  if (status >= 500) return ErrorKind::transient;
  return status == 401 || status == 403 ? ErrorKind::denied : ErrorKind::invalid;
}

std::string code_in(const aws::HttpResponse& response) {
  const std::string_view text = trim(response.body.view());
  return is_code(text) ? fmt::format(" {}", text) : std::string();
}

ResultTask<WebAnswer> one_try(Runtime& runtime, aws::Transport& transport, aws::HttpRequest request,
                              CallScope scope) {
  const std::string host = request.endpoint.host;
  scope.deadline = std::min(scope.deadline, runtime.steady() + kOneTry);
  auto response = co_await transport.send(std::move(request), scope);
  if (!response) {
    Error error = std::move(response).error().within(host);
    // It may have arrived: nobody is told twice.
    if (error.kind == ErrorKind::transient) error.kind = ErrorKind::timeout;
    co_return fail(std::move(error));
  }
  if (response->status >= 200 && response->status <= 299)
    co_return WebAnswer{.status = response->status, .body = std::move(response->body)};
  co_return fail(kind_of(response->status),
                 fmt::format("{} answered {}{}", host, response->status, code_in(*response)),
                 "see whether the webhook or token is still good");
}

}  // namespace

bool is_this_machine(std::string_view host) {
  return host == "127.0.0.1" || host == "localhost" || host == "::1";
}

bool is_code(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  return !text.empty() && text.size() <= kLongest &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos;
}

ResultTask<WebAnswer> post_json(Runtime& runtime, aws::Transport& transport, WebOrder order,
                                CallScope scope) {
  SSMB_CO_TRY(request, request_of(order));
  const auto attempt = [&](int) { return one_try(runtime, transport, request, scope); };
  co_return co_await with_retries(runtime, kRetry, Idempotency::safe, scope, attempt);
}

}  // namespace ssmb::notify
