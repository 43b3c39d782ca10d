#include "engine/doctor/identity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aws/sts/client.h"
#include "base/text.h"
#include "base/try.h"

namespace ssmb::engine::doctor {
namespace {

using aws::Service;

// Those that every command asks.
struct Asked {
  Service service;
  std::string_view name;
};
constexpr std::array kAsked{Asked{Service::ssm, "ssm"}, Asked{Service::s3, "s3"},
                            Asked{Service::sts, "sts"}, Asked{Service::tagging, "tagging"}};

// The same words said of several services are said once.
std::string joined(const std::vector<std::pair<std::string, std::string>>& rows) {
  std::vector<std::string> parts;
  for (const auto& [words, name] : rows) {
    const bool said = std::ranges::any_of(
        parts, [&words](const std::string& part) { return part.starts_with(words + " for "); });
    if (said) continue;
    std::vector<std::string> names;
    for (const auto& [other, of] : rows)
      if (other == words) names.push_back(of);
    const bool all = names.size() == kAsked.size();
    parts.push_back(fmt::format("{} for {}", words, all ? "every service" : join(names, ", ")));
  }
  return join(parts, "; ");
}

std::string proxy_words(const aws::Proxy& proxy) {
  return proxy.endpoint.url() +
         (proxy.user.empty() ? "" : " (with a user and a password, which are not shown)");
}

}  // namespace

void tell_endpoints(const aws::Session& session, const aws::ProxySettings& proxies,
                    const Region& region, const Findings& findings) {
  std::vector<std::pair<std::string, std::string>> given;
  std::vector<std::pair<std::string, std::string>> through;
  for (const auto& [service, name] : kAsked) {
    const aws::Endpoint endpoint = session.endpoints.regional(service, region);
    if (session.endpoints.custom(service)) {
      given.emplace_back(
          fmt::format("{} (by {})", endpoint.url(), session.endpoints.said_by(service)), name);
    }
    if (const aws::Proxy* proxy = proxies.proxy_for(endpoint))
      through.emplace_back(proxy_words(*proxy), name);
  }
  if (given.empty() && through.empty())
    return findings.info("endpoints", "AWS's own, without a proxy");
  findings.info("endpoints", given.empty() ? "AWS's own" : joined(given));
  if (!through.empty()) findings.info("proxy", joined(through));
}

ResultTask<Identity> examine_identity(aws::Session& session, Region region,
                                      const Findings& findings, CallScope scope) {
  constexpr std::string_view kSubject = "credentials";
  constexpr std::string_view kNext = "say which credentials to use: --profile, or AWS_PROFILE";
  const auto credentials = co_await session.credentials.get(scope);
  if (!credentials && credentials.error().kind == ErrorKind::cancelled)
    co_return fail(credentials.error());
  if (!credentials) {
    findings.amiss(std::string(kSubject), credentials.error(), kNext);
    co_return Identity{.standing = Standing::refused, .account = {}};
  }
  const auto identity = co_await aws::sts::Client(session, region).get_caller_identity(scope);
  if (!identity && identity.error().kind == ErrorKind::cancelled) co_return fail(identity.error());
  if (!identity) {
    findings.amiss(std::string(kSubject), identity.error(), kNext);
    const bool refused = identity.error().kind == ErrorKind::credentials;
    co_return Identity{.standing = refused ? Standing::refused : Standing::unknown, .account = {}};
  }
  std::string words = fmt::format("{}, account {}, from {}", printable(identity->arn.view(), 200),
                                  identity->account, session.credentials.describe());
  if (const auto expires = (*credentials)->expires)
    words += fmt::format(", good for {}", to_human(*expires - session.runtime.now()));
  findings.ok(std::string(kSubject), std::move(words));
  co_return Identity{.standing = Standing::known, .account = identity->account};
}

void tell_clock(const aws::Session& session, const Findings& findings) {
  constexpr Duration kWrong = std::chrono::minutes{5};
  constexpr Duration kOff = std::chrono::seconds{30};
  constexpr std::string_view kSubject = "clock";
  constexpr std::string_view kNext = "set this machine's clock (is NTP running?)";
  if (!session.clock_offset)
    return findings.unknown(std::string(kSubject), "no answer has said what time it is");
  const Duration offset = *session.clock_offset;
  const Duration apart = std::chrono::abs(offset);
  if (apart < std::chrono::seconds{1})
    return findings.ok(std::string(kSubject), "within a second of AWS's");
  const std::string words =
      fmt::format("{} {} AWS's", to_human(apart), offset > Duration{0} ? "behind" : "ahead of");
  // S3 and SSM refuse a signature that is further off.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
  if (apart > kWrong)
    return findings.amiss(std::string(kSubject), words + ", and AWS refuses what is signed by it",
                          std::string(kNext));
  if (apart > kOff) return findings.info(std::string(kSubject), words, std::string(kNext));
  findings.ok(std::string(kSubject), words);
}

}  // namespace ssmb::engine::doctor
