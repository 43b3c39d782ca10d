// Profiles of `aws login`: the cached credentials and their renewal with a proof of possession.
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "aws/auth/dpop.h"
#include "base/digest.h"
#include "sandbox/sso/dpop.h"
#include "tests/aws/profile_world.h"

namespace ssmb::aws {
namespace {

namespace json = boost::json;

constexpr std::string_view kAccounts = R"(
accounts:
  - id: "111122223333"
    keys:
      - {access_key_id: ASIALOGIN, secret_access_key: s3cret/login, session_token: login+token,
         arn: "arn:aws:iam::111122223333:user/alice"}
logins:
  - user: alice
    arn: arn:aws:iam::111122223333:user/alice
    refresh_token: r3fresh/of+alice
    client_id: arn:aws:signin:::devtools/same-device
)";
constexpr const char* kArn = "arn:aws:iam::111122223333:user/alice";

// As `aws login` makes one; never the same twice, so that none stands in the repository.
std::string new_key(const char* group = "P-256") {
  EVP_PKEY* key = EVP_EC_gen(group);
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey_traditional(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(bio);
  EVP_PKEY_free(key);
  return pem;
}

class ProfileLogin : public ProfileWorld {
 protected:
  ProfileLogin() : ProfileWorld(kAccounts) {
    write(".aws/config", "[profile in]\nlogin_session = " + std::string(kArn) + "\n");
  }

  static std::string file() { return ".aws/login/cache/" + sha256_hex(kArn) + ".json"; }
  static json::object login(std::string_view expires) {
    return {{"accessToken",
             {{"accessKeyId", "ASIALOGIN"},
              {"secretAccessKey", "s3cret/login"},
              {"sessionToken", "login+token"},
              {"accountId", "111122223333"},
              {"expiresAt", expires}}},
            {"tokenType", "aws_sigv4"},
            {"clientId", "arn:aws:signin:::devtools/same-device"},
            {"refreshToken", "r3fresh/of+alice"},
            {"idToken", "an.id.token"},
            {"dpopKey", new_key()},
            {"signInRegion", "eu-west-1"}};
  }
  void write_login(const json::object& document) { write(file(), json::serialize(document)); }
};

TEST_F(ProfileLogin, TakesTheCachedCredentials) {
  write_login(login("2026-11-22T13:10:00Z"));
  EXPECT_EQ(identity("in"), kArn) << to_line(error_);
  EXPECT_EQ(calls("signin:CreateOAuth2Token"), 0U);
}

TEST_F(ProfileLogin, CredentialsThatEndSoonAreRenewedAndWrittenBack) {
  struct Row {
    const char* name;
    const char* expires;
  };
  const Row rows[] = {{"in four minutes", "2026-11-22T13:04:00Z"},
                      {"long ago", "2026-11-21T13:00:00Z"}};
  std::string refresh_token = "r3fresh/of+alice";
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    json::object document = login(row.expires);
    document["refreshToken"] = refresh_token;
    write_login(document);
    hosts_.clear();
    EXPECT_EQ(identity("in"), kArn) << to_line(error_) << " | " << error_.next;
    EXPECT_EQ(hosts_.front(), "eu-west-1.signin.aws.amazon.com");
    EXPECT_TRUE(is_private(file()));
    const auto after = json::parse(read(file())).as_object();
    const auto& keys = after.at("accessToken").as_object();
    EXPECT_NE(keys.at("accessKeyId"), "ASIALOGIN");
    EXPECT_TRUE(keys.at("expiresAt").as_string().starts_with("2026-11-22T13:15:"));
    EXPECT_EQ(keys.at("accountId"), "111122223333");
    EXPECT_EQ(after.at("idToken"), "an.id.token");
    EXPECT_EQ(after.at("dpopKey"), document.at("dpopKey"));
    refresh_token = std::string(after.at("refreshToken").as_string());
  }
  EXPECT_EQ(calls("signin:CreateOAuth2Token"), 2U);
}

TEST_F(ProfileLogin, AnswersThatItsOwnRegionIsAskedWhereTheLoginNamesNone) {
  json::object document = login("2026-11-21T13:00:00Z");
  document.erase("signInRegion");
  write_login(document);
  EXPECT_EQ(identity("in", {{"AWS_REGION", "ap-east-1"}}), kArn) << to_line(error_);
  EXPECT_EQ(hosts_.front(), "ap-east-1.signin.aws.amazon.com");
}

TEST_F(ProfileLogin, IsReadFromAnotherFolderIfOneIsNamed) {
  write("elsewhere/" + sha256_hex(kArn) + ".json", json::serialize(login("2026-11-22T13:10:00Z")));
  EXPECT_EQ(identity("in", {{"AWS_LOGIN_CACHE_DIRECTORY", (home_ / "elsewhere").string()}}), kArn)
      << to_line(error_);
}

TEST_F(ProfileLogin, SaysWhatIsWrongAndWhoMendsIt) {
  struct Row {
    const char* name;
    std::optional<json::object> document;
    const char* what;
  };
  const json::object expired = login("2026-11-22T12:00:00Z");
  const auto changed = [&](const char* member, const json::value& value) {
    json::object document = expired;
    document[member] = value;
    return document;
  };
  json::object homeless = expired;
  homeless.erase("signInRegion");
  const Row rows[] = {
      {"no login", std::nullopt, "nobody has signed in as arn:aws:iam::111122223333:user/alice"},
      {"a refresh token that was used", changed("refreshToken", "hidden"),
       "the login could not be renewed"},
      {"no key", changed("dpopKey", nullptr), "dpopKey is missing"},
      {"a key that is none", changed("dpopKey", "hidden"), "is not a key on P-256"},
      {"a key on another curve", changed("dpopKey", json::value(new_key("P-384"))),
       "is not a key on P-256"},
      {"no Region", homeless, "no Region is known to renew it in"},
      {"no credentials", changed("accessToken", nullptr), "accessToken is missing"},
      {"credentials without a date", login("hidden"), "expiresAt is not a date"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    std::filesystem::remove(home_ / file());
    if (row.document) write_login(*row.document);
    EXPECT_EQ(identity("in"), "credentials");
    EXPECT_NE(error_.what.find(row.what), std::string::npos) << error_.what;
    EXPECT_TRUE(error_.next.starts_with("aws login --profile in")) << error_.next;
    EXPECT_EQ(to_line(error_).find("hidden"), std::string::npos) << to_line(error_);
  }
}

TEST_F(ProfileLogin, CredentialsThatCannotBeRenewedAreUsedWhileTheyLast) {
  json::object document = login("2026-11-22T13:04:00Z");
  document["refreshToken"] = "used";
  write_login(document);
  EXPECT_EQ(identity("in"), kArn) << to_line(error_);
  EXPECT_EQ(calls("signin:CreateOAuth2Token"), 1U);
}

TEST_F(ProfileLogin, CredentialsThatAreRenewedAndCannotBeKeptAreUsed) {
  write_login(login("2026-11-21T13:00:00Z"));
  transport_.set_hook([this](const HttpRequest& request) -> std::optional<Result<HttpResponse>> {
    if (request.path != "/v1/token") return std::nullopt;
    std::filesystem::remove_all(home_ / ".aws/login");
    write(".aws/login", "no folder");
    return std::nullopt;
  });
  EXPECT_EQ(identity("in"), kArn) << to_line(error_);
  ASSERT_EQ(notices_.size(), 1U);
  EXPECT_TRUE(notices_[0].starts_with("the login was renewed, and cannot be kept: "))
      << notices_[0];
  EXPECT_TRUE(notices_[0].ends_with("sign in again: aws login --profile in")) << notices_[0];
}

TEST_F(ProfileLogin, ALifeOfCenturiesIsRefused) {
  write_login(login("2026-11-21T13:00:00Z"));
  transport_.set_hook([](const HttpRequest& request) -> std::optional<Result<HttpResponse>> {
    if (request.path != "/v1/token") return std::nullopt;
    return answer(200, R"({"accessToken":{"accessKeyId":"a","secretAccessKey":"b",
                           "sessionToken":"c"},"refreshToken":"d","expiresIn":9223372036854775807})");
  });
  EXPECT_EQ(identity("in"), "credentials");
  EXPECT_NE(to_line(error_).find("expiresIn is out of range"), std::string::npos)
      << to_line(error_);
}

TEST(Dpop, ProofsHoldAndChangedOnesDoNot) {
  const Time now = VirtualRuntime::default_start();
  const std::string key = new_key();
  const auto proof = dpop_proof(key, "https://a.example/v1/token", now, "once").value();
  const auto check = [&](std::string_view text, Time at) {
    return sandbox::sso::check_dpop(text, "a.example", "/v1/token", at).value_or("");
  };
  EXPECT_EQ(check(proof, now), "");
  EXPECT_EQ(check(proof, now + std::chrono::hours{1}),
            "the DPoP proof is too old, or of the future");
  std::string changed = proof;
  changed[changed.find('.') + 10] ^= 1;
  EXPECT_EQ(check(changed, now), "the DPoP proof is not signed by it");
  const auto elsewhere = dpop_proof(key, "https://b.example/v1/token", now, "once").value();
  EXPECT_EQ(check(elsewhere, now), "the DPoP proof is for another request");
  EXPECT_EQ(check("", now), "the DPoP header holds no JWT");
  EXPECT_FALSE(dpop_proof("no key", "https://a.example", now, "once"));
}

}  // namespace
}  // namespace ssmb::aws
