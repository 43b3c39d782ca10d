// Speaks JSON 1.1 to a World whose clock stands still, and looks into the answers.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/dispatch.h"
#include "sandbox/world.h"

namespace ssmb::sandbox {

namespace json = boost::json;

inline const Time kNoon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} +
                          std::chrono::hours{12} + std::chrono::milliseconds{345};

inline aws::HttpRequest json_request(std::string_view target, std::string_view body,
                                     std::string_view region = "us-west-2") {
  aws::HttpRequest request;
  request.method = "POST";
  request.headers.set("Content-Type", "application/x-amz-json-1.1");
  request.headers.set("X-Amz-Target", std::string(target));
  request.headers.set(
      "Authorization",
      fmt::format("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/{}/ssm/aws4_request, "
                  "SignedHeaders=host;x-amz-date, Signature={}",
                  region, std::string(64, '0')));
  request.headers.set("X-Amz-Date", "20261122T120000Z");
  request.body = SecretBytes(body);
  return request;
}

class WorldCaller {
 public:
  explicit WorldCaller(std::uint64_t seed = 1) : world_([] { return kNoon; }, seed) {}

  World& world() { return world_; }
  void use_region(std::string region) { region_ = std::move(region); }

  aws::HttpResponse send(const aws::HttpRequest& request) {
    return serve(world_, request, Arrival{}).response;
  }

  // `body` may use ' in place of ".
  aws::HttpResponse call(std::string_view target, std::string body) {
    std::ranges::replace(body, '\'', '"');
    return send(json_request(target, body, region_));
  }

  // The answer to a call that must succeed.
  json::object ssm(std::string_view operation, std::string body = "{}") {
    const auto response = call(fmt::format("AmazonSSM.{}", operation), std::move(body));
    EXPECT_EQ(response.status, 200) << operation << ": " << response.body.view();
    return json::parse(response.body.view()).as_object();
  }

  // The error code; empty for a success.
  std::string refusal(std::string_view operation, std::string body) {
    const auto response = call(fmt::format("AmazonSSM.{}", operation), std::move(body));
    if (response.status == 200) return "";
    return std::string(json::parse(response.body.view()).at("__type").as_string());
  }

  json::object control(std::string method, std::string path, std::string body = "") {
    std::ranges::replace(body, '\'', '"');
    aws::HttpRequest request;
    request.method = std::move(method);
    const auto question = path.find('?');
    request.path = "/_sandbox/" + path.substr(0, question);
    if (question != std::string::npos) request.query = path.substr(question + 1);
    request.body = SecretBytes(body);
    const auto response = send(request);
    EXPECT_EQ(response.status, 200) << path << ": " << response.body.view();
    return json::parse(response.body.view()).as_object();
  }

  void put(std::string_view name, std::string_view value = "v", std::string_view more = "") {
    ssm("PutParameter",
        fmt::format("{{'Name':'{}','Value':'{}','Type':'String'{}}}", name, value, more));
  }
  void overwrite(std::string_view name, std::string_view value) {
    ssm("PutParameter", fmt::format("{{'Name':'{}','Value':'{}','Overwrite':true}}", name, value));
  }

 private:
  World world_;
  std::string region_ = "us-west-2";
};

// "a,b,c": one member of each object in a list.
inline std::string pluck(const json::value& list, std::string_view member) {
  std::string all;
  for (const json::value& item : list.as_array())
    all += (all.empty() ? "" : ",") + std::string(item.at(member).as_string());
  return all;
}
inline std::string list_of(const json::value& list) {
  std::string all;
  for (const json::value& item : list.as_array())
    all += (all.empty() ? "" : ",") + std::string(item.as_string());
  return all;
}

// Every page of a listing, by its names.
inline std::vector<std::vector<std::string>> pages(WorldCaller& caller, std::string_view operation,
                                                   std::string_view members) {
  std::vector<std::vector<std::string>> all;
  std::string token;
  do {
    const json::object page = caller.ssm(
        operation,
        fmt::format("{{{}{}}}", members, token.empty() ? "" : ",'NextToken':'" + token + "'"));
    auto& names = all.emplace_back();
    for (const json::value& item : page.at("Parameters").as_array())
      names.emplace_back(item.at("Name").as_string());
    const json::value* next = page.if_contains("NextToken");
    token = next ? std::string(next->as_string()) : "";
  } while (!token.empty() && all.size() < 1000);
  return all;
}

}  // namespace ssmb::sandbox
