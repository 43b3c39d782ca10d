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

ErrorKind kind_of(int status) {
  if (status == 429) return ErrorKind::throttled;
  if (status >= 500) return ErrorKind::transient;
  return status == 401 || status == 403 ? ErrorKind::denied : ErrorKind::invalid;
}

std::string code_in(const aws::HttpResponse& response) {
  const std::string_view text = trim(response.body.view());
  return is_code(text) ? fmt::format(" {}", text) : std::string();
}

struct Sent {
  aws::HttpRequest request;
  std::string next;
  WebPost::Twice twice = WebPost::Twice::harmful;
};

ResultTask<WebAnswer> one_try(Runtime& runtime, aws::Transport& transport, Sent sent,
                              CallScope scope) {
  const std::string host = sent.request.endpoint.host;
  scope.deadline = std::min(scope.deadline, runtime.steady() + kOneTry);
  auto response = co_await transport.send(std::move(sent.request), scope);
  if (!response) {
    Error error = std::move(response).error().within(host);
    // It may have arrived: nobody is told twice.
    if (error.kind == ErrorKind::transient && sent.twice == WebPost::Twice::harmful)
      error.kind = ErrorKind::timeout;
    co_return fail(std::move(error));
  }
  if (response->status >= 200 && response->status <= 299)
    co_return WebAnswer{.status = response->status, .body = std::move(response->body)};
  co_return fail(kind_of(response->status),
                 fmt::format("{} answered {}{}", host, response->status, code_in(*response)),
                 sent.next);
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

// What is wrong is said, and the URL is not.
Result<aws::HttpRequest> request_to(const WebPost& post) {
  const auto bad = [&post](std::string_view why) {
    return fail(ErrorKind::configuration, fmt::format("{}'s URL {}", post.whose, why),
                "write it as https://HOST/PATH");
  };
  const std::string_view url = post.url.reveal();
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return bad("has no scheme");
  const auto path = url.find_first_of("/?#", scheme + 3);
  if (url.substr(0, path).contains('@')) return bad("names a user, and may hold a password");
  auto endpoint = aws::parse_endpoint(url.substr(0, path));
  if (!endpoint) return bad("names no server");
  const bool may_be_read = post.clear == WebPost::Clear::anywhere && post.authorization.empty();
  if (endpoint->scheme == aws::Endpoint::Scheme::http && !is_this_machine(endpoint->host) &&
      !may_be_read)
    return bad("is http://: what it says would go in clear over the network");
  aws::HttpRequest request{.method = "POST", .endpoint = *endpoint};
  if (path != std::string_view::npos) {
    const std::string_view rest = url.substr(path, url.find('#') - path);
    const auto question = rest.find('?');
    request.path = rest.substr(0, question);
    if (question != std::string_view::npos) request.query = rest.substr(question + 1);
    if (request.path.empty()) request.path = "/";
  }
  return request;
}

ResultTask<WebAnswer> post(Runtime& runtime, aws::Transport& transport, WebPost post,
                           CallScope scope) {
  SSMB_CO_TRY(request, request_to(post));
  request.headers.add("Content-Type", post.content_type);
  if (!post.authorization.empty())
    request.headers.add("Authorization", std::string(post.authorization.reveal()));
  request.body = std::move(post.body);
  const Sent sent{.request = request, .next = post.next, .twice = post.twice};
  const auto attempt = [&](int) { return one_try(runtime, transport, sent, scope); };
  co_return co_await with_retries(runtime, kRetry, Idempotency::safe, scope, attempt);
}

ResultTask<WebAnswer> post_json(Runtime& runtime, aws::Transport& transport, WebOrder order,
                                CallScope scope) {
  WebPost what{.url = std::move(order.url),
               .authorization = {},
               .content_type = "application/json; charset=utf-8",
               .body = SecretBytes(boost::json::serialize(order.body)),
               .whose = "the webhook",
               .next = "see whether the webhook or token is still good"};
  if (!order.token.empty())
    what.authorization = SecretText(fmt::format("Bearer {}", order.token.reveal()));
  return post(runtime, transport, std::move(what), std::move(scope));
}

}  // namespace ssmb::notify
