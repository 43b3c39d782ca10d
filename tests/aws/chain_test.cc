// Which identity is taken, and what is said when it fails; every service is a script.
#include "aws/auth/chain.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "runtime/virtual_runtime.h"
#include "tests/support/scripted_transport.h"

namespace ssmb::aws {
namespace {

using Environment = std::map<std::string, std::string>;

constexpr const char* kDocument =
    R"({"Code":"Success","AccessKeyId":"META","SecretAccessKey":"s","Token":"t",
        "Expiration":"2026-11-22T19:00:00Z"})";
constexpr const char* kStsAnswer =
    "<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
    "<AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>WEB</AccessKeyId>"
    "<SecretAccessKey>s</SecretAccessKey><SessionToken>a&amp;b</SessionToken>"
    "<Expiration>2026-11-22T14:00:00Z</Expiration></Credentials>"
    "</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>";

// An instance with a role, a container's service, and STS.
Result<HttpResponse> everything(const HttpRequest& request) {
  if (request.endpoint.host.starts_with("sts.")) return answer(200, kStsAnswer);
  if (request.path == "/latest/api/token") return answer(200, "session");
  if (request.path.ends_with("/security-credentials/")) return answer(200, "the-role\n");
  return answer(200, kDocument);
}

class ChainTest : public testing::Test {
 public:
  ChainTest() {
    std::filesystem::create_directories(home_ / ".aws");
    write(".aws/config",
          "[default]\nregion = eu-west-1\n[profile keys]\nregion = eu-north-1\n"
          "[profile half]\naws_access_key_id = A\n[profile empty]\nregion = us-east-1\n"
          "[profile role]\nrole_arn = arn:aws:iam::1:role/r\nregion = eu-west-1\n"
          "[profile mfa]\nrole_arn = arn:aws:iam::1:role/r\nmfa_serial = m\n"
          "[profile sso]\nsso_session = x\n[profile login]\nlogin_session = arn\n"
          "[profile web]\nregion = us-west-2\nrole_arn = "
          "arn:aws:iam::1:role/w\nweb_identity_token_file = " +
              (home_ / "token").string() + "\n");
    write(".aws/credentials", "[keys]\naws_access_key_id = KEYS\naws_secret_access_key = s\n");
    write("token", "jwt+1\n");
  }
  ~ChainTest() override { std::filesystem::remove_all(home_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(home_ / name) << text;
  }
  Environment with_home(Environment environment) {
    environment["HOME"] = home_.string();
    return environment;
  }
  // The key that would be used, or the error's kind and line.
  std::string outcome(Environment environment, std::optional<std::string> profile = {}) {
    error_ = {};
    options_ = {.profile = std::move(profile),
                .environment = with_home(std::move(environment)),
                .endpoints = Endpoints::from({}, {}).value()};
    auto source = make_credentials(runtime_, transport_, options_);
    if (!source) return failed(source.error());
    const auto credentials = runtime_.run((*source)->get({})).value();
    if (!credentials) return failed(credentials.error());
    described_ = (*source)->describe();
    return (*credentials)->access_key_id;
  }
  std::string failed(const Error& error) {
    error_ = error;
    return std::string(to_string(error.kind));
  }

  std::filesystem::path home_ =
      std::filesystem::path(testing::TempDir()) / ("chain-" + std::to_string(::getpid()));
  VirtualRuntime runtime_{1};
  std::function<Result<HttpResponse>(const HttpRequest&)> world_ = everything;
  ScriptedTransport transport_{[this](const HttpRequest& request) { return world_(request); }};
  CredentialsOptions options_;
  Error error_;
  std::string described_;
};

const Environment kKeys = {{"AWS_ACCESS_KEY_ID", "ENV"}, {"AWS_SECRET_ACCESS_KEY", "s"}};

Environment operator+(Environment a, const Environment& b) {
  a.insert(b.begin(), b.end());
  return a;
}

TEST_F(ChainTest, TakesTheFirstSourceThatIsThere) {
  const Environment web = {{"AWS_WEB_IDENTITY_TOKEN_FILE", (home_ / "token").string()},
                           {"AWS_ROLE_ARN", "arn:aws:iam::1:role/w"}};
  const Environment container = {{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x"}};
  const Environment profile = {{"AWS_PROFILE", "keys"}};
  struct Row {
    const char* name;
    Environment environment;
    std::optional<std::string> flag;
    const char* key;
    const char* source;  // a part of its description
  };
  const Row rows[] = {
      {"environment before all", kKeys + web + profile + container, {}, "ENV", "environment"},
      {"web identity before the profile", web + profile + container, {}, "WEB", "web identity"},
      {"a named profile before the container", profile + container, {}, "KEYS", "profile keys"},
      {"a default profile without keys is not there", container, {}, "META", "container"},
      {"the instance last", {}, {}, "META", "IMDS"},
      {"--profile before the environment", kKeys + web, "keys", "KEYS", "profile keys"},
      {"--profile before AWS_PROFILE", profile, "web", "WEB", "web identity"},
      {"a role alone is no identity", {{"AWS_ROLE_ARN", "arn"}}, {}, "META", "IMDS"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(outcome(row.environment, row.flag), row.key) << to_line(error_);
    EXPECT_NE(described_.find(row.source), std::string::npos) << described_;
  }
}

TEST_F(ChainTest, ASourceThatIsThereAndFailsIsNeverPassedOver) {
  struct Row {
    const char* name;
    Environment environment;
    std::optional<std::string> flag;
    const char* what;
    const char* next;
    const char* kind = "credentials";
  };
  const Row rows[] = {
      {"half an environment", {{"AWS_ACCESS_KEY_ID", "x"}}, {}, "AWS_SECRET_ACCESS_KEY", "both"},
      {"the other half", {{"AWS_SECRET_ACCESS_KEY", "x"}}, {}, "AWS_ACCESS_KEY_ID is", "both"},
      {"a token without a role",
       {{"AWS_WEB_IDENTITY_TOKEN_FILE", "/t"}},
       {},
       "AWS_ROLE_ARN",
       "AWS_ROLE_ARN"},
      {"no such profile", {}, "gone", "no profile gone", "list-profiles", "configuration"},
      {"no such profile, by variable",
       {{"AWS_PROFILE", "gone"}},
       {},
       "no profile gone",
       "list-profiles",
       "configuration"},
      {"the environment does not help it", kKeys, "gone", "no profile gone", "list-profiles",
       "configuration"},
      {"a profile without credentials", kKeys, "empty", "holds no credentials",
       "aws_access_key_id"},
      {"half a profile", {}, "half", "no aws_secret_access_key", "both"},
      {"a role of nobody",
       {},
       "role",
       "neither source_profile nor",
       "exactly one",
       "configuration"},
      {"MFA", {}, "mfa", "MFA", "export-credentials", "configuration"},
      {"SSO", {}, "sso", "the sso_session x", "[sso-session x]", "configuration"},
      {"login", {}, "login", "nobody has signed in as arn", "aws login --profile login"},
      {"a container URI to anywhere",
       {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://evil.example/x"}},
       {},
       "evil.example",
       "https"},
      {"nothing, and no metadata",
       {{"AWS_EC2_METADATA_DISABLED", "TRUE"}},
       {},
       "AWS_EC2_METADATA_DISABLED",
       "--profile"},
      {"a token file that is gone",
       {{"AWS_WEB_IDENTITY_TOKEN_FILE", "/no/token"}, {"AWS_ROLE_ARN", "a"}},
       {},
       "/no/token",
       ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(outcome(row.environment, row.flag), row.kind);
    EXPECT_NE(error_.what.find(row.what), std::string::npos) << error_.what;
    EXPECT_NE(error_.next.find(row.next), std::string::npos) << error_.next;
    EXPECT_TRUE(transport_.requests().empty()) << "nobody else is asked";
  }
}

TEST_F(ChainTest, TheInstanceIsAskedByVersionTwo) {
  EXPECT_EQ(outcome({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1338/"}}), "META");
  ASSERT_EQ(transport_.requests().size(), 3U);
  const HttpRequest& token = transport_.requests()[0];
  EXPECT_EQ(token.method + " " + token.endpoint.url() + token.path,
            "PUT http://127.0.0.1:1338/latest/api/token");
  EXPECT_EQ(token.headers.get("X-aws-ec2-metadata-token-ttl-seconds"), "21600");
  const HttpRequest& role = transport_.requests()[2];
  EXPECT_EQ(role.path, "/latest/meta-data/iam/security-credentials/the-role");
  EXPECT_EQ(role.headers.get("X-aws-ec2-metadata-token"), "session");
}

TEST_F(ChainTest, AMachineThatIsNoInstanceFailsSoonAndSaysWhatToDo) {
  world_ = [](const HttpRequest&) -> Result<HttpResponse> {
    return fail(ErrorKind::unreachable, "no route");
  };
  EXPECT_EQ(outcome({}), "credentials");
  EXPECT_NE(error_.what.find("no route"), std::string::npos) << error_.what;
  EXPECT_NE(error_.next.find("AWS_ACCESS_KEY_ID"), std::string::npos);
  EXPECT_LE(transport_.requests().size(), 2U);
  EXPECT_LT(runtime_.steady() - SteadyTime{}, std::chrono::seconds{3});
}

TEST_F(ChainTest, FailuresOfTheMetadataServices) {
  struct Row {
    const char* name;
    const char* path;  // whose answer is
    int status;
    const char* body;
    const char* what;
    const char* next;
  };
  const Row rows[] = {
      {"IMDSv2 is off", "/latest/api/token", 403, "", "HTTP status 403", "hop limit"},
      {"no role", "/latest/meta-data/iam/security-credentials/", 404, "", "no role", "--profile"},
      {"the role's trust", "/latest/meta-data/iam/security-credentials/the-role", 200,
       R"({"Code":"AssumeRoleUnauthorizedAccess","Message":"m"})", "AssumeRoleUnauthorizedAccess",
       ""},
      {"busy for good", "/latest/api/token", 503, "", "HTTP status 503", "AWS_ACCESS_KEY_ID"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    world_ = [&](const HttpRequest& request) {
      return request.path == row.path ? answer(row.status, row.body) : everything(request);
    };
    EXPECT_EQ(outcome({}), "credentials");
    EXPECT_NE(error_.what.find(row.what), std::string::npos) << error_.what;
    EXPECT_NE(error_.next.find(row.next), std::string::npos) << error_.next;
  }
}

TEST_F(ChainTest, AContainerIsAskedWithItsToken) {
  write("pod-token", "from the file\n");
  struct Row {
    const char* name;
    Environment environment;
    const char* url;
    const char* token;
  };
  const Row rows[] = {
      {"ECS",
       {{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/7?a=b"}},
       "http://169.254.170.2/v2/credentials/7?a=b",
       ""},
      {"EKS",
       {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"},
        {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", (home_ / "pod-token").string()}},
       "http://169.254.170.23/v1/credentials?",
       "from the file"},
      {"this machine",
       {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost:4000"},
        {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc"}},
       "http://localhost:4000/?",
       "Basic abc"},
      {"elsewhere by TLS",
       {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "https://creds.example/x"}},
       "https://creds.example/x?",
       ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(outcome(row.environment), "META") << to_line(error_);
    const HttpRequest& request = transport_.requests().back();
    EXPECT_EQ(request.endpoint.url() + request.path + "?" + request.query, row.url);
    EXPECT_EQ(request.headers.get("Authorization"), row.token);
  }
}

TEST_F(ChainTest, WebIdentityAsksTheRegionsSts) {
  const Environment environment = {{"AWS_WEB_IDENTITY_TOKEN_FILE", (home_ / "token").string()},
                                   {"AWS_ROLE_ARN", "arn:aws:iam::1:role/w"},
                                   {"AWS_ROLE_SESSION_NAME", "me"},
                                   {"AWS_REGION", "ap-east-1"}};
  int tries = 0;
  world_ = [&](const HttpRequest&) {
    const std::string busy =
        "<ErrorResponse><Error><Code>IDPCommunicationError</Code></Error></ErrorResponse>";
    return ++tries == 1 ? answer(400, busy) : answer(200, kStsAnswer);
  };
  EXPECT_EQ(outcome(environment), "WEB") << to_line(error_);
  const HttpRequest& request = transport_.requests().back();
  EXPECT_EQ(request.endpoint.url(), "https://sts.ap-east-1.amazonaws.com");
  EXPECT_FALSE(request.headers.find("Authorization"));
  EXPECT_EQ(request.body.view(),
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3A"
            "role%2Fw&RoleSessionName=me&WebIdentityToken=jwt%2B1");
}

TEST_F(ChainTest, WebIdentityThatIsRefusedSaysBySts) {
  world_ = [](const HttpRequest&) {
    return answer(403,
                  "<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not authorized"
                  "</Message></Error><RequestId>r-1</RequestId></ErrorResponse>");
  };
  EXPECT_EQ(outcome({{"AWS_WEB_IDENTITY_TOKEN_FILE", (home_ / "token").string()},
                     {"AWS_ROLE_ARN", "arn:aws:iam::1:role/w"}}),
            "credentials");
  EXPECT_NE(to_line(error_).find("AccessDenied"), std::string::npos) << to_line(error_);
  EXPECT_EQ(error_.fault.value().request_id, "r-1");
  EXPECT_EQ(to_line(error_).find("jwt"), std::string::npos);
  EXPECT_EQ(transport_.requests().size(), 1U);
}

// STS repeats a token that it cannot read; a proxy, all that was sent.
TEST_F(ChainTest, WebIdentityThatIsRefusedIsNeverQuoted) {
  for (const char* body :
       {"<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>No such provider for "
        "jwt+1</Message></Error></ErrorResponse>",
        "POST / WebIdentityToken=jwt+1"}) {
    SCOPED_TRACE(body);
    world_ = [body](const HttpRequest&) { return answer(400, body); };
    EXPECT_EQ(outcome({{"AWS_WEB_IDENTITY_TOKEN_FILE", (home_ / "token").string()},
                       {"AWS_ROLE_ARN", "arn:aws:iam::1:role/w"},
                       {"AWS_REGION", "ap-east-1"}}),
              "credentials");
    EXPECT_EQ(to_line(error_).find("jwt"), std::string::npos) << to_line(error_);
  }
}

TEST_F(ChainTest, TheRegionComesFromVariablesThenTheProfile) {
  struct Row {
    const char* name;
    Environment environment;
    std::optional<std::string> flag;
    const char* region;
  };
  const Row rows[] = {
      {"AWS_REGION", {{"AWS_REGION", "a"}, {"AWS_DEFAULT_REGION", "b"}}, "keys", "a"},
      {"AWS_DEFAULT_REGION", {{"AWS_DEFAULT_REGION", "b"}}, {}, "b"},
      {"the default profile's", {}, {}, "eu-west-1"},
      {"the named profile's", {{"AWS_PROFILE", "empty"}}, {}, "us-east-1"},
      {"the flag's", {{"AWS_PROFILE", "empty"}}, "keys", "eu-north-1"},
      {"none", {}, "half", ""},
      {"no such profile", {}, "gone", ""},
      {"no files", {{"AWS_CONFIG_FILE", "/no/file"}}, {}, ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto region = sdk_region(
        {.profile = row.flag, .environment = with_home(row.environment), .endpoints = {}});
    ASSERT_TRUE(region) << to_line(region.error());
    EXPECT_EQ(region->value_or(Region()).str(), row.region);
  }
}

TEST_F(ChainTest, WithoutAHomeNoFileOfTheWorkingDirectoryIsRead) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(home_);
  const auto region = sdk_region({.profile = {}, .environment = {}, .endpoints = {}});
  std::filesystem::current_path(before);
  ASSERT_TRUE(region);
  EXPECT_EQ(region->value_or(Region()), Region());
}

}  // namespace
}  // namespace ssmb::aws
