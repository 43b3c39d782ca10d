// A Transport whose answers a test writes down, and which remembers what it was asked.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "aws/http/transport.h"

namespace ssmb::aws {

class ScriptedTransport final : public Transport {
 public:
  using Handler = std::function<Result<HttpResponse>(const HttpRequest&)>;
  explicit ScriptedTransport(Handler handler) : handler_(std::move(handler)) {}

  ResultTask<HttpResponse> send(HttpRequest request, CallScope scope) override {
    scopes_.push_back(std::move(scope));
    requests_.push_back(std::move(request));
    co_return handler_(requests_.back());
  }

  const std::vector<HttpRequest>& requests() const { return requests_; }
  const std::vector<CallScope>& scopes() const { return scopes_; }  // of each request

 private:
  Handler handler_;
  std::vector<HttpRequest> requests_;
  std::vector<CallScope> scopes_;
};

// An answer with headers given as pairs.
inline HttpResponse answer(int status, std::string_view body,
                           const std::vector<std::pair<std::string, std::string>>& headers = {}) {
  HttpResponse response{.status = status, .headers = {}, .body = SecretBytes(body)};
  for (const auto& [name, value] : headers) response.headers.add(name, value);
  return response;
}

}  // namespace ssmb::aws
