#include "aws/http/proxy.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <charconv>

#include "base/encoding.h"
#include "base/text.h"
#include "base/try.h"

namespace ssmb::aws {
namespace {

namespace ip = boost::asio::ip;

using Environment = std::map<std::string, std::string>;

struct Variable {
  std::string name;
  std::string value;
};

// The lower-case name first.
std::optional<Variable> find(const Environment& environment, std::string upper) {
  for (const std::string& name : {to_lower(upper), upper}) {
    const auto found = environment.find(name);
    if (found != environment.end() && !trim(found->second).empty())
      return Variable{.name = name, .value = std::string(trim(found->second))};
  }
  return std::nullopt;
}

std::optional<int> parse_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port < 1 || port > 65535)
    return std::nullopt;
  return port;
}

struct HostPort {
  std::string_view host;
  std::optional<int> port;
};

// "host", "host:port", "[v6]", "[v6]:port" or a bare IPv6 address.
std::optional<HostPort> split_host(std::string_view text) {
  std::string_view behind;
  HostPort parts;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    parts.host = text.substr(1, close - 1);
    behind = text.substr(close + 1);
  } else {
    const auto colon = text.find(':');
    const bool bare_v6 = colon != std::string_view::npos && text.rfind(':') != colon;
    parts.host = bare_v6 ? text : text.substr(0, colon);
    behind = bare_v6 ? std::string_view{} : text.substr(parts.host.size());
  }
  if (parts.host.empty()) return std::nullopt;
  if (behind.empty()) return parts;
  parts.port = behind.starts_with(':') ? parse_port(behind.substr(1)) : std::nullopt;
  if (!parts.port) return std::nullopt;
  return parts;
}

std::unexpected<Error> malformed(const Variable& variable) {
  return fail(ErrorKind::configuration,
              variable.name + " is not the address of a proxy (its value is not shown)",
              "write it as http://host:port or http://user:password@host:port");
}

Result<Proxy> parse_proxy(const Variable& variable) {
  std::string_view rest = variable.value;
  Proxy proxy;
  proxy.endpoint.scheme = Endpoint::Scheme::http;
  if (const auto scheme_end = rest.find("://"); scheme_end != std::string_view::npos) {
    const std::string scheme = to_lower(rest.substr(0, scheme_end));
    if (scheme == "https")
      proxy.endpoint.scheme = Endpoint::Scheme::https;
    else if (scheme != "http")
      return malformed(variable);
    rest.remove_prefix(scheme_end + 3);
  }
  if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
    if (slash + 1 != rest.size()) return malformed(variable);
    rest.remove_suffix(1);
  }
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    const std::string_view login = rest.substr(0, at);
    const auto colon = std::min(login.find(':'), login.size());
    auto user = percent_decode(login.substr(0, colon));
    auto password = percent_decode(login.substr(std::min(colon + 1, login.size())));
    if (!user || !password) return malformed(variable);
    proxy.user = std::move(*user);
    proxy.password = SecretText(*password);
    wipe(password->data(), password->size());
    rest.remove_prefix(at + 1);
  }
  const auto parts = split_host(rest);
  if (!parts) return malformed(variable);
  proxy.endpoint.host = to_lower(parts->host);
  proxy.endpoint.port =
      parts->port.value_or(proxy.endpoint.scheme == Endpoint::Scheme::https ? 443 : 80);
  return proxy;
}

std::optional<ip::address> as_address(std::string_view text) {
  boost::system::error_code error;
  auto address = ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  return address;
}

// This machine, and what only answers on its own link.
bool is_local(std::string_view host) {
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  const auto address = as_address(host);
  if (!address) return false;
  if (address->is_loopback()) return true;
  if (address->is_v4()) return (address->to_v4().to_uint() >> 16) == 0xA9FE;
  const auto bytes = address->to_v6().to_bytes();
  return bytes[0] == 0xFD && bytes[1] == 0x00 && bytes[2] == 0x0E && bytes[3] == 0xC2;
}

bool in_network(std::string_view network_text, const ip::address& address) {
  boost::system::error_code error;
  const auto network = ip::make_network_v4(std::string(network_text), error);
  if (error || !address.is_v4()) return false;
  return ip::network_v4(address.to_v4(), network.prefix_length()).canonical() ==
         network.canonical();
}

bool matches(std::string_view exception, const Endpoint& endpoint, const std::string& host) {
  if (exception == "*") return true;
  const auto address = as_address(host);
  if (exception.contains('/')) return address && in_network(exception, *address);
  const auto parts = split_host(exception);
  if (!parts || (parts->port && *parts->port != endpoint.port)) return false;
  std::string_view name = parts->host;
  if (address) return as_address(name) == address;
  if (name.starts_with("*.")) name.remove_prefix(1);
  if (!name.starts_with('.')) {
    if (name == host) return true;
    return host.ends_with("." + std::string(name));
  }
  return host.ends_with(name) || name.substr(1) == host;
}

}  // namespace

Result<ProxySettings> ProxySettings::from(const Environment& environment) {
  ProxySettings settings;
  if (const auto variable = find(environment, "HTTPS_PROXY")) {
    SSMB_TRY(proxy, parse_proxy(*variable));
    settings.https_ = std::move(proxy);
  }
  if (const auto variable = find(environment, "HTTP_PROXY")) {
    SSMB_TRY(proxy, parse_proxy(*variable));
    settings.http_ = std::move(proxy);
  }
  if (const auto variable = find(environment, "NO_PROXY")) {
    for (const std::string_view part : split(variable->value, ',')) {
      if (!trim(part).empty()) settings.exceptions_.push_back(to_lower(trim(part)));
    }
  }
  return settings;
}

const Proxy* ProxySettings::proxy_for(const Endpoint& endpoint) const {
  const auto& proxy = endpoint.scheme == Endpoint::Scheme::https ? https_ : http_;
  if (!proxy) return nullptr;
  const std::string host = to_lower(endpoint.host);
  if (is_local(host)) return nullptr;
  const auto applies = [&](const std::string& entry) { return matches(entry, endpoint, host); };
  return std::ranges::any_of(exceptions_, applies) ? nullptr : &*proxy;
}

}  // namespace ssmb::aws
