#include "aws/endpoints.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/partition.h"
#include "base/text.h"
#include "base/try.h"

namespace ssmb::aws {
namespace {

struct ServiceNames {
  Service service;
  std::string_view signing;
  std::string_view host;  // before the Region; "": partition_of() has the domain
  std::string_view variable;
};
constexpr std::array kServices{
    ServiceNames{Service::ssm, "ssm", "ssm", "AWS_ENDPOINT_URL_SSM"},
    ServiceNames{Service::s3, "s3", "s3", "AWS_ENDPOINT_URL_S3"},
    ServiceNames{Service::sts, "sts", "sts", "AWS_ENDPOINT_URL_STS"},
    ServiceNames{Service::tagging, "tagging", "tagging",
                 "AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API"},
    ServiceNames{Service::sns, "sns", "sns", "AWS_ENDPOINT_URL_SNS"},
    ServiceNames{Service::sso, "awsssoportal", "portal.sso", "AWS_ENDPOINT_URL_SSO"},
    ServiceNames{Service::sso_oidc, "sso-oauth", "oidc", "AWS_ENDPOINT_URL_SSO_OIDC"},
    ServiceNames{Service::signin, "signin", "", "AWS_ENDPOINT_URL_SIGNIN"},
};

constexpr std::array<std::string_view, 17> kAlwaysOn{
    "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1",
    "ap-southeast-2", "ca-central-1",   "eu-central-1",   "eu-north-1", "eu-west-1",
    "eu-west-2",      "eu-west-3",      "sa-east-1",      "us-east-1",  "us-east-2",
    "us-west-1",      "us-west-2"};

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_host_character(char c) {
  return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
}
bool is_ipv6_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' ||
         c == '.';
}

std::optional<int> parse_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (port < 1 || port > 65535) return std::nullopt;
  return port;
}

std::unexpected<Error> bad_endpoint(std::string_view url, std::string_view why) {
  return fail(ErrorKind::configuration, fmt::format("'{}' {}", printable(url, 100), why),
              "write it as http://HOST[:PORT] or https://HOST[:PORT]");
}

// "host", "host:port" or "[v6]:port" into the endpoint; false where it is neither.
bool read_authority(std::string_view text, Endpoint& endpoint) {
  std::string_view port;
  bool valid = false;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    endpoint.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    valid = endpoint.host.contains(':') && std::ranges::all_of(endpoint.host, is_ipv6_character);
  } else {
    const std::size_t colon = text.find(':');
    endpoint.host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon);
    valid = !endpoint.host.empty() && std::ranges::all_of(endpoint.host, is_host_character);
  }
  if (!valid) return false;
  if (port.empty()) return true;
  const auto number = port.starts_with(':') ? parse_port(port.substr(1)) : std::nullopt;
  if (number) endpoint.port = *number;
  return number.has_value();
}

const ServiceNames& names_of(Service service) {
  return *std::ranges::find(kServices, service, &ServiceNames::service);
}

// A service's variable is made of its id.
std::string id_of(const ServiceNames& names) {
  constexpr std::string_view kPrefix = "AWS_ENDPOINT_URL_";
  return to_lower(names.variable.substr(kPrefix.size()));
}

std::string_view value_of(const std::map<std::string, std::string>& environment,
                          std::string_view name) {
  const auto entry = environment.find(std::string(name));
  return entry == environment.end() ? std::string_view{} : std::string_view(entry->second);
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view url) {
  if (url.contains('@')) {
    return fail(ErrorKind::configuration, "the endpoint's URL names a user",  // and may a password
                "credentials never go into an endpoint's URL");
  }
  Endpoint endpoint;
  const std::size_t colon = url.find("://");
  const std::string scheme = to_lower(url.substr(0, colon == std::string_view::npos ? 0 : colon));
  if (scheme != "http" && scheme != "https") {
    return bad_endpoint(url, "does not begin with http:// or https://");
  }
  endpoint.scheme = scheme == "https" ? Endpoint::Scheme::https : Endpoint::Scheme::http;
  endpoint.port = scheme == "https" ? 443 : 80;
  std::string_view rest = url.substr(colon + 3);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.find_first_of("/?#") != std::string_view::npos) {
    return bad_endpoint(url, "has a path, a query or a fragment");
  }
  if (!read_authority(rest, endpoint)) return bad_endpoint(url, "has no valid host and port");
  return endpoint;
}

std::string_view signing_name(Service service) { return names_of(service).signing; }

std::vector<std::string> service_ids() {
  std::vector<std::string> ids;
  for (const ServiceNames& names : kServices) ids.push_back(id_of(names));
  return ids;
}

namespace {

using Environment = std::map<std::string, std::string>;

bool is_ignored(const Environment& environment, const ProfileEndpoints& profile) {
  const std::string_view said = trim(value_of(environment, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"));
  return equal_ignoring_case(said.empty() ? trim(profile.ignore) : said, "true");
}

struct Configured {
  std::string source;
  std::string_view url;  // empty: nobody has said any
};

Configured configured(const ServiceNames& names, const Environment& environment,
                      const ProfileEndpoints& profile) {
  for (const std::string_view variable : {names.variable, std::string_view("AWS_ENDPOINT_URL")}) {
    if (const std::string_view url = value_of(environment, variable); !url.empty())
      return {.source = std::string(variable), .url = url};
  }
  const std::string id = id_of(names);
  if (const std::string_view url = value_of(profile.services, id); !url.empty())
    return {.source = fmt::format("endpoint_url of {} in [services {}]", id, profile.section),
            .url = url};
  return {.source = fmt::format("endpoint_url of profile {}", profile.profile), .url = profile.url};
}

}  // namespace

Result<Endpoints> Endpoints::from(const std::optional<std::string>& flag,
                                  const Environment& environment, const ProfileEndpoints& profile) {
  Endpoints endpoints;
  if (!flag && is_ignored(environment, profile)) return endpoints;
  for (const ServiceNames& names : kServices) {
    const Configured given = flag ? Configured{.source = "--endpoint-url", .url = *flag}
                                  : configured(names, environment, profile);
    if (given.url.empty() && !flag) continue;
    auto endpoint = parse_endpoint(given.url);
    if (!endpoint) {
      if (flag) endpoint.error().kind = ErrorKind::usage;
      return fail(std::move(endpoint).error().within(given.source));
    }
    endpoints.custom_.emplace(names.service,
                              Given{.endpoint = *std::move(endpoint), .said_by = given.source});
  }
  return endpoints;
}

Endpoint Endpoints::regional(Service service, const Region& region) const {
  const auto given = custom_.find(service);
  if (given != custom_.end()) return given->second.endpoint;
  const Partition& partition = partition_of(region);
  const std::string_view label = names_of(service).host;
  return {.scheme = Endpoint::Scheme::https,
          .host = label.empty() ? fmt::format("{}.{}", region, partition.signin_domain)
                                : fmt::format("{}.{}.{}", label, region, partition.domain),
          .port = 443};
}

bool Endpoints::custom(Service service) const { return custom_.contains(service); }

std::string_view Endpoints::said_by(Service service) const {
  const auto given = custom_.find(service);
  return given == custom_.end() ? std::string_view() : std::string_view(given->second.said_by);
}

bool is_region_name(const Region& region) {
  const std::string_view name = region.view();
  const bool fits = !name.empty() && name.size() <= 32 && !name.starts_with('-');
  return fits && std::ranges::all_of(name, [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_opt_in(const Region& region) {
  return partition_of(region).id == "aws" &&
         std::ranges::find(kAlwaysOn, region.view()) == kAlwaysOn.end();
}

std::span<const std::string_view> always_on_regions() { return kAlwaysOn; }

}  // namespace ssmb::aws
