// One HTTP request and one HTTP response, as values.
#pragma once

#include <cstddef>
#include <memory>
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

// A request's body: made once, and shared by all tries and by whoever still sends it. Wiped when
// the last of them is done.
class Body {
 public:
  Body() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): bytes are a body, at no cost
  Body(SecretBytes bytes) : bytes_(std::make_shared<const SecretBytes>(std::move(bytes))) {}

  std::string_view view() const { return bytes_ ? bytes_->view() : std::string_view(); }
  std::size_t size() const { return view().size(); }
  bool empty() const { return view().empty(); }

 private:
  std::shared_ptr<const SecretBytes> bytes_;
};

struct HttpRequest {
  std::string method = "GET";
  Endpoint endpoint;
  std::string path = "/";  // percent-encoded as it goes over the wire
  std::string query;       // without "?", encoded; "" for none
  Headers headers;         // Host and Content-Length are the transport's business
  Body body;
};

struct HttpResponse {
  int status = 0;
  Headers headers;
  SecretBytes body;
};

}  // namespace ssmb::aws
