#include "notify/pushgateway.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/try.h"
#include "notify/web.h"

namespace ssmb::notify {
namespace {

// A label in a path. Empty, or with a slash, it is written in Base64.
std::string segment(std::string_view name, std::string_view value) {
  const auto bytes = std::as_bytes(std::span(value.data(), value.size()));
  if (value.empty()) return fmt::format("/{}@base64/=", name);
  if (value.contains('/')) return fmt::format("/{}@base64/{}", name, to_base64url(bytes));
  return fmt::format("/{}/{}", name, percent_encode(value, Slash::encode));
}

WebPost post_to(const Pushgateway& gateway, const std::string& path) {
  std::string_view base = gateway.url;
  while (base.ends_with('/')) base.remove_suffix(1);
  WebPost post{.url = SecretText(fmt::format("{}{}", base, path)),
               .authorization = {},
               .content_type = "text/plain; version=0.0.4; charset=utf-8",
               .body = {},
               .whose = "the Pushgateway",
               .next = "see whether a Pushgateway answers there, and takes this login",
               .clear = WebPost::Clear::anywhere,
               .twice = WebPost::Twice::harmless};
  if (!gateway.login.empty()) {
    const auto login = gateway.login.reveal();
    const auto bytes = std::as_bytes(std::span(login.data(), login.size()));
    post.authorization = SecretText(fmt::format("Basic {}", to_base64(bytes)));
  }
  return post;
}

}  // namespace

std::string push_path(const report::MetricGroup& group) {
  std::string path = fmt::format("/metrics/job/{}", kPushJob);
  path += segment("env", group.env) + segment("command", group.command);
  if (!group.region.empty()) path += segment("region", group.region);
  return path;
}

Result<void> check_pushgateway(const Pushgateway& gateway) {
  if (gateway.url.find_first_of("?#") != std::string::npos)
    return fail(ErrorKind::configuration, "the Pushgateway's URL has a query",
                "write it as http://HOST:9091");
  if (!gateway.login.empty() && !gateway.login.reveal().contains(':'))
    return fail(ErrorKind::configuration, "the Pushgateway's login is not USER:PASSWORD",
                "put both there, with a colon between");
  SSMB_TRY_VOID(request_to(post_to(gateway, "")));
  return {};
}

ResultTask<void> push_metrics(Runtime& runtime, aws::Transport& transport, Pushgateway gateway,
                              report::Metrics metrics, CallScope scope) {
  SSMB_CO_TRY_VOID(check_pushgateway(gateway));
  scope = scope.limited(kPushDeadline, runtime.steady());
  std::size_t pushed = 0;
  for (const auto& [group, samples] : metrics) {
    WebPost order = post_to(gateway, push_path(group));
    order.body = SecretBytes(report::exposition({{group, samples}}));
    auto answer = co_await post(runtime, transport, std::move(order), scope);
    if (!answer) {
      Error error = std::move(answer).error();
      if (pushed != 0)
        error.what += fmt::format("; {} of {} groups were pushed", pushed, metrics.size());
      co_return fail(std::move(error));
    }
    ++pushed;
  }
  co_return Result<void>{};
}

}  // namespace ssmb::notify
