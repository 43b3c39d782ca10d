// Speaks S3 to a World whose clock stands still, with open accounts.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/encoding.h"
#include "sandbox/dispatch.h"
#include "sandbox/s3/checksum.h"
#include "sandbox/s3/state.h"
#include "sandbox/world.h"

namespace ssmb::sandbox {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct S3Request {
  std::string method = "GET";
  std::string target = "/";  // "/bucket/key?query", encoded
  HeaderList headers;
  std::string body;
  std::string region = "us-west-2";  // of the signature's scope
};

class S3Caller {
 public:
  S3Caller() : world_([this] { return now_; }, 1) {}

  World& world() { return world_; }
  s3::Bucket& bucket(const std::string& name) { return world_.s3().buckets.at(BucketName(name)); }
  void wait(Duration duration) { now_ += duration; }

  aws::HttpResponse send(const S3Request& wanted, Arrival arrival = {}) {
    aws::HttpRequest request;
    request.method = wanted.method;
    const std::size_t mark = std::min(wanted.target.find('?'), wanted.target.size());
    request.path = wanted.target.substr(0, mark);
    if (mark < wanted.target.size()) request.query = wanted.target.substr(mark + 1);
    request.headers.set("Host", "127.0.0.1:8080");
    request.headers.set("Authorization",
                        fmt::format("AWS4-HMAC-SHA256 Credential=AKID/20261122/{}/s3/aws4_request, "
                                    "SignedHeaders=host, Signature=0",
                                    wanted.region));
    for (const auto& [name, value] : wanted.headers) request.headers.set(name, value);
    request.body = SecretBytes(wanted.body);
    return serve(world_, std::move(request), arrival).response;
  }

  // For what must succeed.
  aws::HttpResponse good(const S3Request& request) {
    auto response = send(request);
    EXPECT_LT(response.status, 300)
        << request.method << " " << request.target << ": " << response.body.view();
    return response;
  }
  void make_bucket(const std::string& name) {
    good({.method = "PUT",
          .target = "/" + name,
          .body = "<CreateBucketConfiguration><LocationConstraint>us-west-2</LocationConstraint>"
                  "</CreateBucketConfiguration>"});
  }
  aws::HttpResponse put(const std::string& target, const std::string& body,
                        HeaderList headers = {}) {
    return send({.method = "PUT", .target = target, .headers = std::move(headers), .body = body});
  }
  aws::HttpResponse get(const std::string& target, HeaderList headers = {}) {
    return send({.target = target, .headers = std::move(headers)});
  }
  // A document of the bucket, with the checksum that S3 asks for.
  aws::HttpResponse put_document(const std::string& target, const std::string& text) {
    return put(target, text, {{"Content-MD5", to_base64(md5(text))}});
  }

 private:
  Time now_ = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + std::chrono::hours{12};
  World world_;
};

// The first element of that name, anywhere.
inline std::string xml_text(const aws::HttpResponse& response, const char* name) {
  pugi::xml_document document;
  document.load_buffer(response.body.data(), response.body.size());
  return document
      .find_node([&](const pugi::xml_node& node) { return node.name() == std::string_view(name); })
      .text()
      .get();
}
inline std::string code_of(const aws::HttpResponse& response) {
  return response.status < 300 ? "" : xml_text(response, "Code");
}
// "a,b,c": the texts of all elements of that name.
inline std::string xml_texts(const aws::HttpResponse& response, const char* name) {
  pugi::xml_document document;
  document.load_buffer(response.body.data(), response.body.size());
  std::string all;
  for (const auto& found : document.select_nodes((std::string("//") + name).c_str()))
    all += (all.empty() ? "" : ",") + std::string(found.node().text().get());
  return all;
}
inline std::string header_in(const aws::HttpResponse& response, std::string_view name) {
  return std::string(response.headers.get(name));
}

}  // namespace ssmb::sandbox
