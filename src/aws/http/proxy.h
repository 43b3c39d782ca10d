// Which requests go through a proxy, as the environment says. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/http/message.h"
#include "base/error.h"
#include "base/secret.h"

namespace ssmb::aws {

struct Proxy {
  Endpoint endpoint;
  std::string user;  // empty: no authentication
  SecretText password;
  bool operator==(const Proxy&) const = default;
};

class ProxySettings {
 public:
  // Reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY; the lower-case name wins over the upper-case one,
  // as in curl, and an empty variable counts as absent. A proxy is "[http[s]://][user:password@]
  // host[:port]"; without a port it is the scheme's own. Errors: configuration (the variable is
  // named, its value is not shown: it may hold a password).
  static Result<ProxySettings> from(const std::map<std::string, std::string>& environment);

  // The proxy on the way to `endpoint`; nullptr: none. NO_PROXY is a list of "*", "host",
  // ".domain" or "domain" (it and all below), addresses and IPv4 networks ("10.0.0.0/8"), each
  // with ":port" behind if only that port is meant. This machine (localhost, 127.0.0.0/8, ::1)
  // and the link (169.254.0.0/16, fd00:ec2::/32) are never asked through a proxy: the metadata
  // service would answer with the proxy's credentials.
  const Proxy* proxy_for(const Endpoint& endpoint) const;

 private:
  std::optional<Proxy> https_;
  std::optional<Proxy> http_;
  std::vector<std::string> exceptions_;
};

}  // namespace ssmb::aws
