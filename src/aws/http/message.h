// One HTTP request and one HTTP response, as values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"

namespace ssmb::aws {

// Where to connect. Default ports are written out (80, 443).
struct Endpoint {
  enum class Scheme { http, https };
  Scheme scheme = Scheme::https;
  std::string host;  // a name, an IPv4 address, or an IPv6 address without brackets
  int port = 443;

  // "host" or "host:port", the port only where it is not the scheme's own: the Host header.
  std::string authority() const;
  std::string url() const;  // "https://host:port" likewise, without a path
  bool operator==(const Endpoint&) const = default;
};

// Names compare without case; the order is kept; a name may repeat.
class Headers {
 public:
  void add(std::string name, std::string value) {
    entries_.emplace_back(std::move(name), std::move(value));
  }
  void set(std::string_view name, std::string value);  // replaces all of that name
  void remove(std::string_view name);
  std::optional<std::string_view> find(std::string_view name) const;  // the first
  std::string_view get(std::string_view name) const { return find(name).value_or(""); }
  const std::vector<std::pair<std::string, std::string>>& entries() const { return entries_; }

 private:
  std::vector<std::pair<std::string, std::string>> entries_;
};

struct HttpRequest {
  std::string method = "GET";
  Endpoint endpoint;
  std::string path = "/";  // percent-encoded as it goes over the wire
  std::string query;       // without "?", encoded; "" for none
  Headers headers;         // Host and Content-Length are the transport's business
  SecretBytes body;
};

struct HttpResponse {
  int status = 0;
  Headers headers;
  SecretBytes body;
};

}  // namespace ssmb::aws
