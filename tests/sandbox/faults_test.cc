#include "sandbox/faults.h"

#include <gtest/gtest.h>

#include "sandbox/faults_json.h"
#include "tests/sandbox/fault_requests.h"
#include "tests/sandbox/world_caller.h"

namespace ssmb::sandbox {
namespace {

using enum Delivery::Kind;

// Does what the request was to make exist?
enum class Effect { none, done };

struct Row {
  std::string name;
  std::string rule;  // JSON, ' for "
  aws::HttpRequest request;
  int status = 0;
  std::string says;  // somewhere in the body
  Effect effect = Effect::none;
  Delivery::Kind kind = whole;
};

Served struck(FaultCaller& caller, const Row& row) {
  caller.set("[" + row.rule + "]");
  return serve(caller.world(), row.request, {});
}

const std::string kDenied = "no service control policy allows the action";

std::vector<Row> rows_of_errors() {
  const auto put = put_parameter();
  const auto object = s3_request("PUT", "/bucket/new", "", "x");
  return {
      {"throttle, SSM", "{'fault':'throttle'}", put, 400, "\"ThrottlingException\""},
      {"throttle, tagging", "{'fault':'throttle'}", get_resources(), 400, "\"ThrottledException\""},
      {"throttle, STS", "{'fault':'throttle'}", caller_identity(), 400, "<Code>Throttling</Code>"},
      {"throttle, S3", "{'fault':'throttle'}", object, 503, "<Code>SlowDown</Code>"},
      {"500, SSM", "{'fault':'error-500'}", put, 500, "\"InternalServerError\""},
      {"500, tagging", "{'fault':'error-500'}", get_resources(), 500, "InternalServiceException"},
      {"500, STS", "{'fault':'error-500'}", caller_identity(), 500, "<Code>InternalFailure<"},
      {"500, S3", "{'fault':'error-500'}", object, 500, "<Code>InternalError</Code>"},
      {"503, SSM", "{'fault':'error-503'}", put, 503, "\"ServiceUnavailableException\""},
      {"503, STS", "{'fault':'error-503'}", caller_identity(), 503, "<Code>ServiceUnavailable<"},
      {"503, S3", "{'fault':'error-503'}", object, 503, "<Code>SlowDown</Code>"},
      {"denied in given words, SSM", "{'fault':'access-denied','message':'" + kDenied + "'}", put,
       400, kDenied},
      {"denied, SSM", "{'fault':'access-denied'}", put, 400,
       "user/sandbox is not authorized to perform: ssm:PutParameter"},
      {"denied, S3", "{'fault':'access-denied','message':'" + kDenied + "'}", object, 403, kDenied},
      {"not enabled, SSM", "{'fault':'opt-in'}", put, 400, "\"UnrecognizedClientException\""},
      {"not enabled, STS", "{'fault':'opt-in'}", caller_identity(), 403,
       "<Code>InvalidClientTokenId</Code>"},
      {"not enabled, S3", "{'fault':'opt-in'}", object, 403, "<Code>InvalidAccessKeyId</Code>"},
      {"a proxy's page", "{'fault':'html'}", put, 502, "<title>502 Bad Gateway</title>"},
      {"a proxy that smiles", "{'fault':'html','status':200}", put, 200, "<html>"},
      {"huge error, SSM", "{'fault':'huge-error','status':400}", put, 400,
       std::string(std::size_t{1} << 20, 'x')},
      {"huge error, S3", "{'fault':'huge-error'}", object, 500,
       std::string(std::size_t{1} << 20, 'x')},
      {"wrong clock, SSM", "{'fault':'wrong-clock','seconds':3600}", put, 400, "Signature expired"},
      {"wrong clock, STS", "{'fault':'wrong-clock','seconds':-3600}", caller_identity(), 403,
       "<Code>SignatureDoesNotMatch</Code>"},
      {"wrong clock, S3", "{'fault':'wrong-clock','seconds':-3600}", object, 403,
       "<Code>RequestTimeTooSkewed</Code>"},
      {"a clock that is little off", "{'fault':'wrong-clock','seconds':600}", put, 200, "Version",
       Effect::done},
      {"stale token, SSM", "{'fault':'stale-token'}", describe("x"), 400, "\"InvalidNextToken\""},
      {"stale token, history", "{'fault':'stale-token'}", history("x"), 400, "InvalidNextToken"},
      {"stale token, tagging", "{'fault':'stale-token'}", get_resources("x"), 400,
       "\"PaginationTokenExpiredException\""},
      {"stale token, S3", "{'fault':'stale-token'}",
       s3_request("GET", "/bucket", "list-type=2&continuation-token=AAAA"), 400, "InvalidArgument"},
      {"Complete that failed after its 200", "{'fault':'complete-200-error'}",
       s3_request("POST", "/bucket/new", "uploadId=x"), 200, "<Code>InternalError</Code>"},
      {"a key that is denied", "{'fault':'denied-key'}", get_parameters({"/plain", "/secret"}), 400,
       "kms:Decrypt on resource: arn:aws:kms:us-west-2:123456789012:alias/aws/ssm"},
      {"a key that is denied for another", "{'fault':'denied-key','parameter':'/other*'}",
       get_parameters({"/plain", "/secret"}), 200, "hidden"},
      {"a denied key is no matter of a String", "{'fault':'denied-key'}",
       get_parameters({"/plain"}), 200, "Parameters"},
  };
}

std::vector<Row> rows_of_deliveries() {
  const auto put = put_parameter();
  const auto object = s3_request("PUT", "/bucket/new", "", "x");
  return {
      {"reset before, SSM", "{'fault':'reset-before'}", put, 0, "", Effect::none, reset},
      {"reset before, S3", "{'fault':'reset-before'}", object, 0, "", Effect::none, reset},
      {"reset after, SSM", "{'fault':'reset-after'}", put, 200, "", Effect::done, reset},
      {"reset after, S3", "{'fault':'reset-after'}", object, 200, "", Effect::done, reset},
      {"cut body", "{'fault':'cut-body'}", put, 200, "", Effect::done, cut},
      {"cut body that is empty", "{'fault':'cut-body'}", object, 200, "", Effect::done, reset},
      {"slow body", "{'fault':'slow-body','seconds':4}", put, 200, "Version", Effect::done},
      {"silent", "{'fault':'silent'}", put, 0, "", Effect::none, never},
      {"cut JSON", "{'fault':'cut-json'}", put, 200, "{", Effect::done},
      {"empty page", "{'fault':'empty-page'}", describe(), 200, "{\"Parameters\":[],\"NextToken\""},
  };
}

TEST(Faults, EachStrikesAsItsNameSays) {
  std::set<std::string> seen;
  auto rows = rows_of_errors();
  std::ranges::move(rows_of_deliveries(), std::back_inserter(rows));
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    FaultCaller caller;
    const Served served = struck(caller, row);
    EXPECT_EQ(served.response.status, row.status);
    EXPECT_TRUE(served.response.body.view().contains(row.says))
        << served.response.body.view().substr(0, 1000);
    EXPECT_EQ(served.delivery.kind, row.kind);
    EXPECT_EQ(caller.has_effect(), row.effect == Effect::done);
    for (const auto& [key, count] : caller.world().faults().fired()) {
      seen.emplace(kind_of(std::get<Fault>(key)).name);
      EXPECT_EQ(count, 1);
    }
  }
  for (const FaultKind& kind : fault_kinds())
    EXPECT_TRUE(seen.contains(std::string(kind.name))) << kind.name;
}

TEST(Faults, EachKindHasOneRowAndOneName) {
  std::set<Fault> faults;
  for (const FaultKind& kind : fault_kinds()) {
    EXPECT_TRUE(faults.insert(kind.fault).second) << kind.name;
    EXPECT_EQ(fault_named(kind.name), kind.fault);
    EXPECT_EQ(kind_of(kind.fault).name, kind.name);
  }
  // The enum's last one: all before it are there.
  EXPECT_EQ(faults.size(), static_cast<std::size_t>(Fault::opt_in) + 1);
  EXPECT_EQ(fault_named("tea"), std::nullopt);
}

TEST(Faults, HalfOfABodyIsWhatIsCut) {
  FaultCaller caller;
  caller.set(
      "[{'fault':'cut-body','count':1},{'fault':'cut-json','count':1},"
      "{'fault':'slow-body','seconds':4,'count':1}]");
  const auto ask = [&] { return serve(caller.world(), get_parameters({"/plain"}), {}); };
  const Served cut_off = ask();
  const Served halved = ask();
  const Served slow = ask();
  const std::size_t size = ask().response.body.size();
  EXPECT_EQ(cut_off.response.body.size(), size);
  EXPECT_EQ(cut_off.delivery.bytes, size / 2);
  EXPECT_EQ(halved.response.body.size(), size / 2);
  EXPECT_EQ(slow.response.body.size(), size);
  EXPECT_EQ(slow.delivery.delay + slow.delivery.stretch, std::chrono::seconds{4});
}

TEST(Faults, AProxysPageCarriesNothingOfTheService) {
  FaultCaller caller;
  caller.set("[{'fault':'html'}]");
  const auto response = serve(caller.world(), put_parameter(), {}).response;
  EXPECT_EQ(response.headers.get("Content-Type"), "text/html");
  EXPECT_EQ(response.headers.get("x-amzn-RequestId"), "");
  EXPECT_EQ(serve(caller.world(), s3_request("HEAD", "/bucket"), {}).response.body.size(), 0U);
}

TEST(Faults, AClientThatTakesTheServicesTimeIsServed) {
  FaultCaller caller;
  caller.set("[{'fault':'wrong-clock','seconds':7200}]");
  aws::HttpRequest request = put_parameter();
  const auto refused = serve(caller.world(), request, {}).response;
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.headers.get("Date"), "Sun, 22 Nov 2026 14:00:00 GMT");
  request.headers.set("X-Amz-Date", "20261122T140000Z");
  EXPECT_EQ(serve(caller.world(), request, {}).response.status, 200);
  // What is kept has the true time.
  EXPECT_EQ(caller.store().find("/new")->current().modified, kNoon);
}

TEST(Faults, ADeniedKeyFailsTheWholeBatchAndNoOther) {
  FaultCaller caller;
  caller.set("[{'fault':'denied-key','parameter':'/sec*'}]");
  const auto status = [&](const aws::HttpRequest& request) {
    return serve(caller.world(), request, {}).response.status;
  };
  EXPECT_EQ(status(get_parameters({"/plain", "/secret"})), 400);
  EXPECT_EQ(status(get_parameters({"/plain"})), 200);
  EXPECT_EQ(status(history()), 400);
  EXPECT_EQ(status(json_request("AmazonSSM.GetParameter", R"({"Name":"/secret"})")), 200);
  EXPECT_EQ(status(json_request("AmazonSSM.GetParametersByPath",
                                R"({"Path":"/","WithDecryption":true})")),
            400);
}

TEST(Faults, AnEmptyPageLosesNothing) {
  WorldCaller caller;
  for (int i = 0; i < 25; ++i) caller.put(fmt::format("/p/{:02}", i));
  caller.world().faults().set({{.fault = Fault::empty_page, .probability = 0.5}});
  struct Listing {
    const char* operation;
    const char* members;
  };
  const Listing listings[] = {{"DescribeParameters", "'MaxResults':3"},
                              {"GetParametersByPath", "'Path':'/p','MaxResults':3"}};
  for (const Listing& listing : listings) {
    SCOPED_TRACE(listing.operation);
    std::set<std::string> names;
    std::size_t empty = 0;
    std::size_t all = 0;
    for (const auto& page : pages(caller, listing.operation, listing.members)) {
      names.insert(page.begin(), page.end());
      all += page.size();
      empty += page.empty();
    }
    EXPECT_EQ(names.size(), 25U);
    EXPECT_EQ(all, 25U);
    EXPECT_GT(empty, 0U);
  }
}

TEST(Faults, AnEmptyPageOfEachListingGoesOn) {
  struct Listing {
    const char* name;
    std::function<aws::HttpRequest(const std::string&)> ask;
    std::string token;
    std::string item;
  };
  const Listing listings[] = {
      {"history", history, "NextToken", "hidden"},
      {"tagging", get_resources, "PaginationToken", "ResourceARN"},
      {"S3",
       [](const std::string& token) {
         return s3_request("GET", "/bucket",
                           "list-type=2" + (token.empty() ? "" : "&continuation-token=" + token));
       },
       "NextContinuationToken", "<Key>old</Key>"},
  };
  for (const Listing& listing : listings) {
    SCOPED_TRACE(listing.name);
    FaultCaller caller;
    caller.set("[{'fault':'empty-page','count':2}]");
    std::string token;
    for (int i = 0; i < 2; ++i) {
      const auto response = serve(caller.world(), listing.ask(token), {}).response;
      EXPECT_FALSE(response.body.view().contains(listing.item)) << response.body.view();
      const std::string next = token_in(response, listing.token);
      // Clients take the same token twice for a service that turns in a circle.
      EXPECT_NE(next, token);
      token = next;
    }
    const auto last = serve(caller.world(), listing.ask(token), {}).response;
    EXPECT_TRUE(last.body.view().contains(listing.item)) << last.body.view();
    EXPECT_EQ(token_in(last, listing.token), "");
  }
}

TEST(Faults, AFirstPageHasNoTokenThatCouldBeStale) {
  FaultCaller caller;
  caller.set("[{'fault':'stale-token'}]");
  EXPECT_EQ(serve(caller.world(), describe(), {}).response.status, 200);
  EXPECT_TRUE(caller.world().faults().fired().empty());
}

TEST(Faults, ACallThatTheQuotaRefusesSpendsNoFaultOfTheService) {
  FaultCaller caller;
  caller.set("[{'fault':'error-500','count':1}]");
  caller.world().quotas().set({{.name = "all", .operations = {"*"}, .rate = 0, .burst = 1}}, kNoon);
  EXPECT_EQ(serve(caller.world(), describe(), {}).response.status, 500);
  caller.set("[{'fault':'error-500','count':1}]");
  EXPECT_EQ(serve(caller.world(), describe(), {}).response.status, 400);
  const auto& fired = caller.world().faults().fired();
  EXPECT_EQ(fired.at({Fault::error_500, "ssm:DescribeParameters", Region("us-west-2")}), 1);
}

}  // namespace
}  // namespace ssmb::sandbox
