// Profiles of IAM Identity Center: the cached token, its renewal, the portal's answers.
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/digest.h"
#include "tests/aws/profile_world.h"

namespace ssmb::aws {
namespace {

constexpr std::string_view kAccounts = R"(
accounts:
  - id: "111122223333"
    keys: [{access_key_id: AKIDBASE, secret_access_key: s3cret/base}]
    roles:
      - name: behind-sso
        trusts: ["arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Restore_496a941fdfdff76c/alice"]
logins:
  - user: alice
    access_token: t0ken/of+alice
    refresh_token: r3fresh/of+alice
    client_id: the-client
    client_secret: s3cret/of+client
    roles: [111122223333/Restore]
  - {user: bob, access_token: t0ken/of+bob, expires: "2026-11-22T12:00:00Z"}
)";

constexpr std::string_view kConfig = R"([sso-session corp]
sso_region = eu-central-1
sso_start_url = https://corp.awsapps.example/start
[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Restore
[profile older]
sso_start_url = https://corp.awsapps.example/start
sso_region = eu-central-1
sso_account_id = 111122223333
sso_role_name = Restore
[profile other-role]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Admin
[profile behind-sso]
role_arn = arn:aws:iam::111122223333:role/behind-sso
source_profile = sso
role_session_name = hop
[profile corp]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Restore
[profile no-such-session]
sso_session = gone
sso_account_id = 111122223333
sso_role_name = Restore
[profile no-role]
sso_session = corp
sso_account_id = 111122223333
[profile no-region]
sso_start_url = https://corp.awsapps.example/start
sso_account_id = 111122223333
sso_role_name = Restore
[profile differs]
sso_session = corp
sso_region = us-east-1
sso_account_id = 111122223333
sso_role_name = Restore
[profile tokens-only]
sso_session = corp
[profile odd-region]
sso_start_url = https://corp.awsapps.example/start
sso_region = evil.example/
sso_account_id = 111122223333
sso_role_name = Restore
)";

constexpr const char* kArn =
    "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Restore_496a941fdfdff76c/alice";

class ProfileSso : public ProfileWorld {
 protected:
  ProfileSso() : ProfileWorld(kAccounts) { write(".aws/config", kConfig); }

  static std::string file_of(std::string_view key) {
    return ".aws/sso/cache/" + sha1_hex(key) + ".json";
  }
  void write_token(const std::string& members, std::string_view key = "corp") {
    write(file_of(key), "{" + members + "}");
  }
};

constexpr const char* kGood =
    R"("accessToken":"t0ken/of+alice","expiresAt":"2026-11-22T21:00:00Z")";
// Ends in ten minutes, and holds all that a renewal takes.
constexpr const char* kEnding =
    R"("accessToken":"t0ken/of+alice","expiresAt":"2026-11-22T13:10:00Z",
    "refreshToken":"r3fresh/of+alice","clientId":"the-client","clientSecret":"s3cret/of+client",
    "registrationExpiresAt":"2027-01-01T00:00:00Z","startUrl":"https://corp.awsapps.example/start",
    "region":"eu-central-1","scopes":["sso:account:access"])";

TEST_F(ProfileSso, GivesTheRoleThatTheTokenIsGoodFor) {
  write_token(kGood);
  // As programs before 2021 wrote it.
  write_token(R"("accessToken":"t0ken/of+alice","expiresAt":"2026-11-22T21:00:00UTC")",
              "https://corp.awsapps.example/start");
  struct Row {
    const char* profile;
    const char* arn;
  };
  const Row rows[] = {
      {"sso", kArn},
      {"older", kArn},
      {"corp", kArn},  // called like its session, which was then not found
      {"behind-sso", "arn:aws:sts::111122223333:assumed-role/behind-sso/hop"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.profile);
    EXPECT_EQ(identity(row.profile, {{"AWS_REGION", "eu-west-1"}}), row.arn)
        << to_line(error_) << " | " << error_.next;
  }
  EXPECT_EQ(hosts_.front(), "portal.sso.eu-central-1.amazonaws.com");
  EXPECT_EQ(calls("sso-oauth:CreateToken"), 0U);
}

TEST_F(ProfileSso, ATokenThatEndsSoonIsRenewedAndWrittenBack) {
  write_token(kEnding);
  EXPECT_EQ(identity("sso"), kArn) << to_line(error_);
  EXPECT_EQ(hosts_.front(), "oidc.eu-central-1.amazonaws.com");
  EXPECT_TRUE(is_private(file_of("corp")));
  const auto document = boost::json::parse(read(file_of("corp"))).as_object();
  EXPECT_NE(document.at("accessToken"), "t0ken/of+alice");
  EXPECT_NE(document.at("refreshToken"), "r3fresh/of+alice");
  EXPECT_TRUE(document.at("expiresAt").as_string().starts_with("2026-11-22T14:00:"));
  for (const char* kept :
       {"clientId", "clientSecret", "registrationExpiresAt", "startUrl", "region", "scopes"})
    EXPECT_TRUE(document.contains(kept)) << kept;
  // The next run finds the new one.
  EXPECT_EQ(identity("sso"), kArn) << to_line(error_);
  EXPECT_EQ(calls("sso-oauth:CreateToken"), 1U);
}

TEST_F(ProfileSso, ATokenThatCannotBeRenewedIsUsedWhileItLasts) {
  struct Row {
    const char* name;
    const char* token;
    std::uint64_t asked;  // to renew it
  };
  const Row rows[] = {
      {"a refresh token that was used",
       R"("accessToken":"t0ken/of+alice","expiresAt":"2026-11-22T13:10:00Z","refreshToken":"used",
          "clientId":"the-client","clientSecret":"x","registrationExpiresAt":"2027-01-01T00:00:00Z")",
       1},
      {"no refresh token", R"("accessToken":"t0ken/of+alice","expiresAt":"2026-11-22T13:10:00Z")",
       0},
      {"a registration that is over",
       R"("accessToken":"t0ken/of+alice","expiresAt":"2026-11-22T13:10:00Z","refreshToken":"used",
          "clientId":"the-client","clientSecret":"x","registrationExpiresAt":"2026-01-01T00:00:00Z")",
       0},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const std::uint64_t before = calls("sso-oauth:CreateToken");
    write_token(row.token);
    EXPECT_EQ(identity("sso"), kArn) << to_line(error_);
    EXPECT_EQ(calls("sso-oauth:CreateToken") - before, row.asked);
  }
}

// The disk is full, the home read-only: the refresh token is used up, and the new token was
// dropped.
TEST_F(ProfileSso, ATokenThatIsRenewedAndCannotBeKeptIsUsed) {
  write_token(kEnding);
  transport_.set_hook([this](const HttpRequest& request) -> std::optional<Result<HttpResponse>> {
    if (!request.endpoint.host.starts_with("oidc.")) return std::nullopt;
    std::filesystem::remove_all(home_ / ".aws/sso");
    write(".aws/sso", "no folder");
    return std::nullopt;
  });
  EXPECT_EQ(identity("sso"), kArn) << to_line(error_);
  ASSERT_EQ(notices_.size(), 1U);
  EXPECT_TRUE(notices_[0].starts_with("the SSO session corp was renewed, and cannot be kept: "))
      << notices_[0];
  EXPECT_TRUE(notices_[0].ends_with("sign in again: aws sso login --profile sso")) << notices_[0];
}

constexpr const char* kExpired =
    R"("accessToken":"t0ken/of+alice","expiresAt":"2026-11-22T12:10:00Z",
    "refreshToken":"r3fresh/of+alice","clientId":"the-client","clientSecret":"s3cret/of+client",
    "registrationExpiresAt":"2027-01-01T00:00:00Z")";

TEST_F(ProfileSso, AnswersOfTheServicesAreNotBelievedBlindly) {
  struct Row {
    const char* name;
    const char* token;
    const char* host;
    HttpResponse response;
    const char* says;
  };
  const Row rows[] = {
      {"a renewal that repeats the client's secret", kExpired, "oidc.",
       answer(400, R"({"error":"invalid_client","error_description":"not s3cret\/of+client"})"),
       "not (value)"},
      {"a token that lives for ever", kExpired, "oidc.",
       answer(200, R"({"accessToken":"a","expiresIn":9223372036854775807})"),
       "expiresIn is out of range"},
      {"a token that ended before it began", kExpired, "oidc.",
       answer(200, R"({"accessToken":"a","expiresIn":-9223372036854775807})"),
       "expiresIn is out of range"},
      {"keys that live for ever", kGood, "portal.",
       answer(200, R"({"roleCredentials":{"accessKeyId":"a","secretAccessKey":"b",
                       "sessionToken":"c","expiration":9223372036854775807}})"),
       "expiration is out of range"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    write_token(row.token);
    transport_.set_hook([&row](const HttpRequest& request) -> std::optional<Result<HttpResponse>> {
      if (!request.endpoint.host.starts_with(row.host)) return std::nullopt;
      return row.response;
    });
    EXPECT_EQ(identity("sso"), "credentials");
    EXPECT_NE(to_line(error_).find(row.says), std::string::npos) << to_line(error_);
    EXPECT_EQ(to_line(error_).find("s3cret"), std::string::npos) << to_line(error_);
  }
}

TEST_F(ProfileSso, SaysWhatIsWrongAndWhoMendsIt) {
  const char* const login = "aws sso login --profile sso";
  struct Row {
    const char* name;
    const char* profile;
    const char* token;  // "": no file
    const char* what;
    const char* next;
    const char* kind = "credentials";
  };
  const Row rows[] = {
      {"no login", "sso", "", "nobody has signed in to the SSO session corp", login},
      {"no login in the older form", "older", "",
       "nobody has signed in to the SSO token of https://corp.awsapps.example/start",
       "aws sso login --profile older"},
      {"an expired token", "sso", R"("accessToken":"hidden","expiresAt":"2026-11-22T12:59:00Z")",
       "the SSO session corp has expired at 2026-11-22T12:59:00Z", login},
      {"an expired token that is not renewed", "sso",
       R"("accessToken":"hidden","expiresAt":"2026-11-22T12:59:00Z","refreshToken":"hidden",
          "clientId":"the-client","clientSecret":"hidden",
          "registrationExpiresAt":"2027-01-01T00:00:00Z")",
       "the SSO session corp could not be renewed", login},
      {"a token that the portal does not know", "sso",
       R"("accessToken":"hidden","expiresAt":"2026-11-22T21:00:00Z")", "access was denied", login},
      {"a role that is not assigned", "other-role", kGood, "access was denied",
       "is this user assigned Admin in account 111122223333?"},
      {"half a file", "sso", R"("accessToken":"hidden)", "is not a JSON object", ""},
      {"a file without a token", "sso", R"("expiresAt":"2026-11-22T21:00:00Z")",
       "accessToken is missing", login},
      {"a date that is none", "sso", R"("accessToken":"hidden","expiresAt":"soon")",
       "expiresAt is not a date", login},
      {"no such session", "no-such-session", kGood, "the sso_session gone, which does not exist",
       "[sso-session gone]", "configuration"},
      {"no role", "no-role", kGood, "has no sso_role_name", "aws configure sso --profile no-role",
       "configuration"},
      {"no Region", "no-region", kGood, "has no sso_region", "aws configure sso", "configuration"},
      {"two Regions", "differs", kGood, "another sso_start_url or sso_region than", "leave them",
       "configuration"},
      {"for tokens only", "tokens-only", kGood, "has no sso_account_id", "aws configure sso",
       "configuration"},
      {"a Region that is none", "odd-region", kGood, "the sso_region 'evil.example/'", "Region",
       "configuration"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    std::filesystem::remove(home_ / file_of("corp"));
    if (*row.token != '\0') write_token(row.token);
    EXPECT_EQ(identity(row.profile), row.kind);
    EXPECT_NE(error_.what.find(row.what), std::string::npos) << error_.what;
    EXPECT_NE(error_.next.find(row.next), std::string::npos) << error_.next;
    EXPECT_EQ(to_line(error_).find("hidden"), std::string::npos) << to_line(error_);
  }
}

}  // namespace
}  // namespace ssmb::aws
