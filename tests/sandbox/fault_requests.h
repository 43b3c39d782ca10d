// Requests that faults strike, and a world in which they would succeed.
#pragma once

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "sandbox/faults_json.h"
#include "sandbox/s3/state.h"
#include "sandbox/ssm/store.h"
#include "tests/sandbox/s3_caller.h"
#include "tests/sandbox/world_caller.h"

namespace ssmb::sandbox {

inline aws::HttpRequest put_parameter() {
  return json_request("AmazonSSM.PutParameter", R"({"Name":"/new","Value":"v","Type":"String"})");
}
inline aws::HttpRequest get_parameters(const std::vector<std::string>& names) {
  const json::object body{{"Names", json::array(names.begin(), names.end())},
                          {"WithDecryption", true}};
  return json_request("AmazonSSM.GetParameters", json::serialize(body));
}

// Listings; `token` empty: the first page.
inline aws::HttpRequest describe(const std::string& token = "") {
  json::object body;
  if (!token.empty()) body["NextToken"] = token;
  return json_request("AmazonSSM.DescribeParameters", json::serialize(body));
}
inline aws::HttpRequest history(const std::string& token = "") {
  json::object body{{"Name", "/secret"}, {"WithDecryption", true}};
  if (!token.empty()) body["NextToken"] = token;
  return json_request("AmazonSSM.GetParameterHistory", json::serialize(body));
}
inline aws::HttpRequest get_resources(const std::string& token = "") {
  json::object body;
  if (!token.empty()) body["PaginationToken"] = token;
  return json_request("ResourceGroupsTaggingAPI_20170126.GetResources", json::serialize(body));
}

// Signed, as far as anybody looks, for `service` at noon.
inline void sign_at_noon(aws::HttpRequest& request, std::string_view service) {
  request.headers.set("Authorization",
                      fmt::format("AWS4-HMAC-SHA256 Credential=AKID/20261122/us-west-2/{}/"
                                  "aws4_request, SignedHeaders=host, Signature={}",
                                  service, std::string(64, '0')));
  request.headers.set("X-Amz-Date", "20261122T120000Z");
}
inline aws::HttpRequest s3_request(std::string method, std::string path, std::string query = "",
                                   std::string_view body = "") {
  aws::HttpRequest request;
  request.method = std::move(method);
  request.path = std::move(path);
  request.query = std::move(query);
  request.headers.set("Host", "127.0.0.1:8080");
  sign_at_noon(request, "s3");
  request.body = SecretBytes(body);
  return request;
}
inline aws::HttpRequest caller_identity() {
  aws::HttpRequest request;
  request.method = "POST";
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  sign_at_noon(request, "sts");
  request.body = SecretBytes("Action=GetCallerIdentity&Version=2011-06-15");
  return request;
}

// The token with which a listing goes on; empty at its end.
inline std::string token_in(const aws::HttpResponse& response, const std::string& name) {
  if (response.body.view().starts_with('<')) return xml_text(response, name.c_str());
  const json::value body = json::parse(response.body.view());
  const json::value* token = body.as_object().if_contains(name);
  return token ? std::string(token->as_string()) : "";
}

// Parameters "/plain" and "/secret" (a SecureString, "hidden", tagged), a bucket "bucket" with the
// object "old".
class FaultCaller {
 public:
  FaultCaller() {
    good(
        json_request("AmazonSSM.PutParameter", R"({"Name":"/plain","Value":"v","Type":"String"})"));
    good(json_request("AmazonSSM.PutParameter",
                      R"({"Name":"/secret","Value":"hidden","Type":"SecureString",
                          "Tags":[{"Key":"k","Value":"v"}]})"));
    good(s3_request("PUT", "/bucket", "",
                    "<CreateBucketConfiguration><LocationConstraint>us-west-2</LocationConstraint>"
                    "</CreateBucketConfiguration>"));
    good(s3_request("PUT", "/bucket/old", "", "x"));
  }

  World& world() { return world_; }
  ssm::Store& store() { return world_.ssm(AccountId(Accounts::kOpenAccount), Region("us-west-2")); }

  // A list of rules, ' for ".
  void set(std::string rules) {
    std::ranges::replace(rules, '\'', '"');
    auto read = parse_faults(R"({"rules":)" + rules + "}");
    ASSERT_TRUE(read) << read.error().what;
    world_.faults().set(*std::move(read));
  }
  // Is there a parameter or an object that was not there at the start?
  bool has_effect() {
    return store().size() > 2 || world_.s3().buckets.at(BucketName("bucket")).objects.size() > 1;
  }

 private:
  void good(const aws::HttpRequest& request) {
    const auto response = serve(world_, request, {}).response;
    EXPECT_EQ(response.status, 200) << response.body.view();
  }

  World world_{[] { return kNoon; }, 1};
};

}  // namespace ssmb::sandbox
