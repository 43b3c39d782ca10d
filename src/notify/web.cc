#include "notify/web.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "aws/endpoints.h"
#include "base/text.h"
#include "base/try.h"
#include "runtime/retry.h"

namespace ssmb::notify {
namespace {

constexpr int kTries = 3;
constexpr Backoff kBackoff{.base = std::chrono::seconds{1}, .cap = std::chrono::seconds{4}};
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

// Retry-After: seconds, or a date; zero: neither.
Duration asked_pause(Runtime& runtime, const aws::HttpResponse& response) {
  const std::string_view text = trim(response.headers.get("Retry-After"));
  std::int64_t seconds = 0;
  const char* const last = text.data() + text.size();
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  constexpr std::int64_t kDay = 86'400;  // longer than any scope
  if (bad == std::errc{} && end == last)
    return std::chrono::seconds{std::clamp<std::int64_t>(seconds, 0, kDay)};
  const auto date = parse_http_date(text);
  return date ? std::max(*date - runtime.now(), Duration{0}) : Duration{0};
}

struct Tried {
  Result<WebAnswer> outcome;
  Duration pause{0};  // that the server asks for
};

std::string step_for(const WebPost& post, ErrorKind kind) {
  std::string step;
  if (kind == ErrorKind::throttled) step = post.next_when_busy;
  if (kind == ErrorKind::transient) step = post.next_when_broken;
  return step.empty() ? post.next : step;
}

// Where the answer was lost it may have arrived: nobody is told twice.
Error unanswered(const WebPost& post, Error error) {
  const bool lost = error.kind == ErrorKind::transient || error.kind == ErrorKind::timeout;
  if (!lost || post.twice == WebPost::Twice::harmless) return error;
  error.kind = ErrorKind::timeout;
  error.what += "; it may have arrived";
  error.next = post.next_when_lost;
  return error;
}

Task<Tried> one_try(Runtime& runtime, aws::Transport& transport, const WebPost& post,
                    aws::HttpRequest request, CallScope scope) {
  const std::string host = request.endpoint.host;
  scope = scope.limited(kOneTry, runtime.steady());
  auto response = co_await transport.send(std::move(request), scope);
  if (!response)
    co_return Tried{.outcome = fail(unanswered(post, std::move(response).error().within(host)))};
  if (response->status >= 200 && response->status <= 299)
    co_return Tried{.outcome =
                        WebAnswer{.status = response->status, .body = std::move(response->body)}};
  const ErrorKind kind = kind_of(response->status);
  co_return Tried{
      .outcome =
          fail(kind, fmt::format("{} answered {}{}", host, response->status, code_in(*response)),
               step_for(post, kind)),
      .pause = asked_pause(runtime, *response)};
}

bool may_pass(const Error& error) {
  return error.kind == ErrorKind::throttled || error.kind == ErrorKind::transient ||
         error.kind == ErrorKind::unreachable;
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
  // A server may close a connection between two posts, and then this one's answer would be lost:
  // where it could not be sent again each has a connection of its own.
  if (post.twice != WebPost::Twice::harmless) request.headers.add("Connection", "close");
  request.body = std::move(post.body);
  for (int tries = 1;; ++tries) {
    Tried tried = co_await one_try(runtime, transport, post, request, scope);
    if (tried.outcome || !may_pass(tried.outcome.error())) co_return std::move(tried.outcome);
    Error& error = tried.outcome.error();
    if (auto going_on = check(runtime, scope); !going_on)
      co_return fail(broken_off(std::move(going_on).error(), std::move(error), tries));
    const Duration pause = std::max(kBackoff.delay(tries, runtime.random_unit()), tried.pause);
    const bool fits =
        scope.deadline == SteadyTime::max() || scope.deadline - pause > runtime.steady();
    if (!fits) error.what += fmt::format(" and wants {} to pass", to_human(pause));
    if (!fits || tries == kTries) {
      if (tries > 1) error.what += fmt::format(" (after {} tries)", tries);
      co_return std::move(tried.outcome);
    }
    if (auto slept = co_await runtime.sleep(pause, scope); !slept)
      co_return fail(broken_off(std::move(slept).error(), std::move(error), tries));
  }
}

ResultTask<WebAnswer> post_json(Runtime& runtime, aws::Transport& transport, WebOrder order,
                                CallScope scope) {
  WebPost what{
      .url = std::move(order.url),
      .authorization = {},
      .content_type = "application/json; charset=utf-8",
      .body = SecretBytes(boost::json::serialize(order.body)),
      .whose = "the webhook",
      .next = "see whether the webhook or token is still good",
      .next_when_busy = "it takes nothing for the moment: run `ssm-backup notify` again later",
      .next_when_broken =
          "the server is in trouble: tell people by hand, or run "
          "`ssm-backup notify` again later",
      .next_when_lost = "look there; where it is not, tell people by hand"};
  if (!order.token.empty())
    what.authorization = SecretText(fmt::format("Bearer {}", order.token.reveal()));
  return post(runtime, transport, std::move(what), std::move(scope));
}

}  // namespace ssmb::notify
