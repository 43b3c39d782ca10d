// The pure parts of credentials: profile files, documents, command lines.
#include <gtest/gtest.h>

#include "aws/auth/document.h"
#include "aws/auth/profile.h"
#include "aws/auth/shell_words.h"

namespace ssmb::aws {
namespace {

TEST(ShellWords, SplitAsShlexDoes) {
  struct Row {
    const char* name;
    const char* text;
    std::vector<std::string> words;  // none: refused
  };
  const Row rows[] = {
      {"plain", "tool get --json", {"tool", "get", "--json"}},
      {"white space around", "  a\t b \n", {"a", "b"}},
      {"single quotes", "'/opt/my tool' 'a\\b' 'say \"x\"'", {"/opt/my tool", "a\\b", "say \"x\""}},
      {"double quotes", R"("a b" "q\"q" "b\\s" "k\n")", {"a b", "q\"q", "b\\s", "k\\n"}},
      {"joined parts", R"(--x="a b"'c'd)", {"--x=a bcd"}},
      {"an empty word", "a '' b", {"a", "", "b"}},
      {"a backslash", R"(a\ b \')", {"a b", "'"}},
      {"nothing is expanded", "$HOME ~ * `x` a;b|c", {"$HOME", "~", "*", "`x`", "a;b|c"}},
      {"open single quote", "a 'b", {}},
      {"open double quote", "a \"b\\\"", {}},
      {"backslash at the end", "a \\", {}},
      {"empty", "", {}},
      {"blank", "  ", {}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto words = split_shell_words(row.text);
    ASSERT_EQ(words.has_value(), !row.words.empty());
    if (words)
      EXPECT_EQ(*words, row.words);
    else
      EXPECT_EQ(words.error().kind, ErrorKind::credentials);
  }
}

struct DocumentRow {
  const char* name;
  const char* text;
  const char* problem;  // a part of it; "" for a good one
};

void check_documents(std::span<const DocumentRow> rows, auto parse) {
  for (const DocumentRow& row : rows) {
    SCOPED_TRACE(row.name);
    const Result<Credentials> credentials = parse(row.text);
    if (*row.problem == '\0') {
      ASSERT_TRUE(credentials) << to_line(credentials.error());
      EXPECT_EQ(credentials->access_key_id, "AK");
      EXPECT_EQ(credentials->secret_access_key.reveal(), "SK");
    } else {
      ASSERT_FALSE(credentials);
      EXPECT_EQ(credentials.error().kind, ErrorKind::credentials);
      EXPECT_NE(credentials.error().what.find(row.problem), std::string::npos)
          << credentials.error().what;
      EXPECT_EQ(credentials.error().what.find("hidden"), std::string::npos);
    }
  }
}

TEST(CredentialDocuments, OfAProcess) {
  const DocumentRow rows[] = {
      {"least", R"({"Version":1,"AccessKeyId":"AK","SecretAccessKey":"SK"})", ""},
      {"all",
       R"({"Version":1,"AccessKeyId":"AK","SecretAccessKey":"SK","SessionToken":"T",
           "Expiration":"2026-11-22T14:00:00Z","More":1})",
       ""},
      {"no version", R"({"AccessKeyId":"AK","SecretAccessKey":"SK"})", "Version is missing"},
      {"version 2", R"({"Version":2,"AccessKeyId":"AK","SecretAccessKey":"SK"})",
       "Version is not 1"},
      {"no secret", R"({"Version":1,"AccessKeyId":"hidden"})", "SecretAccessKey is missing"},
      {"empty secret", R"({"Version":1,"AccessKeyId":"AK","SecretAccessKey":""})",
       "SecretAccessKey is empty"},
      {"a date that is none",
       R"({"Version":1,"AccessKeyId":"AK","SecretAccessKey":"SK","Expiration":"hidden"})",
       "Expiration"},
      {"not JSON", "export AWS_SECRET_ACCESS_KEY=hidden", "not JSON"},
      {"a list", R"(["hidden"])", "not a JSON object"},
      {"nothing", "", "not JSON"},
  };
  check_documents(rows, parse_process_document);
  const auto all = parse_process_document(rows[1].text).value();
  EXPECT_EQ(all.session_token.reveal(), "T");
  EXPECT_EQ(to_iso8601(all.expires.value()), "2026-11-22T14:00:00Z");
}

TEST(CredentialDocuments, OfTheMetadataServices) {
  const DocumentRow rows[] = {
      {"a container's",
       R"({"AccessKeyId":"AK","SecretAccessKey":"SK","Token":"T","Expiration":"2026-11-22T14:00:00Z"})",
       ""},
      {"an instance's",
       R"({"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"AK","SecretAccessKey":"SK","Token":"T",
           "Expiration":"2026-11-22T14:00:00Z"})",
       ""},
      {"an instance's without an end",
       R"({"Code":"Success","AccessKeyId":"AK","SecretAccessKey":"SK","Token":"T"})",
       "Expiration is missing"},
      {"an instance's with null for an end",
       R"({"Code":"Success","AccessKeyId":"AK","SecretAccessKey":"SK","Token":"T",
           "Expiration":null})",
       "Expiration is missing"},
      {"a failure", R"({"Code":"AssumeRoleUnauthorizedAccess","Message":"no trust"})",
       "AssumeRoleUnauthorizedAccess: no trust"},
      {"no token", R"({"AccessKeyId":"AK","SecretAccessKey":"SK"})", "Token is missing"},
      {"an error page", "<html>hidden</html>", "not JSON"},
  };
  check_documents(rows, parse_metadata_document);
}

TEST(Profiles, ReadBothFilesAndLetCredentialsWin) {
  const ProfileFiles files{
      .config = SecretBytes(
          "# comment\n[default]\nregion = eu-west-1\n\n"
          "[profile work]\nregion=us-east-2\naws_access_key_id = FROM-CONFIG\n"
          "aws_secret_access_key = c\n[profile role]\nrole_arn = arn:r\nmfa_serial = m\n"
          "source_profile = work\ncredential_source = c\nexternal_id = e\n"
          "role_session_name = n\nduration_seconds = 900\n"
          "[profile sso]\nsso_session = s\n[profile old-sso]\nsso_start_url = u\n"
          "sso_account_id = 012345678901\nsso_role_name = R\n[profile in]\nlogin_session = arn:l\n"
          "[profile proc]\ncredential_process = /opt/x \"a b\" --y=z\n"
          "[profile nested]\ns3 =\n  addressing_style = path\nregion = ap-south-1\n"
          "[sso-session s]\nsso_region = us-east-1\nsso_start_url = https://s.example\n"),
      .credentials = SecretBytes("[default]\naws_access_key_id = AK\n"
                                 "aws_secret_access_key = s/e+c=r\naws_session_token=tok==\n"
                                 "[work]\naws_access_key_id = FROM-CREDENTIALS\n"
                                 "aws_secret_access_key = d\n")};
  const auto get = [&](const char* name) { return find_profile(files, name).value().value(); };
  EXPECT_EQ(get("default").region, "eu-west-1");
  EXPECT_EQ(get("default").access_key_id, "AK");
  EXPECT_EQ(get("default").secret_access_key.reveal(), "s/e+c=r");
  EXPECT_EQ(get("default").session_token.reveal(), "tok==");
  EXPECT_EQ(get("work").access_key_id, "FROM-CREDENTIALS");
  EXPECT_EQ(get("work").secret_access_key.reveal(), "d");
  EXPECT_EQ(get("work").region, "us-east-2");
  EXPECT_EQ(get("role").role_arn, "arn:r");
  EXPECT_EQ(get("role").mfa_serial, "m");
  EXPECT_EQ(get("role").source_profile, "work");
  EXPECT_EQ(get("role").credential_source, "c");
  EXPECT_EQ(get("role").external_id, "e");
  EXPECT_EQ(get("role").role_session_name, "n");
  EXPECT_EQ(get("role").duration_seconds, "900");
  EXPECT_EQ(get("sso").sso_session, "s");
  EXPECT_EQ(get("old-sso").sso_start_url, "u");
  EXPECT_EQ(get("old-sso").sso_account_id, "012345678901");
  EXPECT_EQ(get("old-sso").sso_role_name, "R");
  EXPECT_EQ(get("in").login_session, "arn:l");
  EXPECT_EQ(find_sso_session(files, "s").value().value().region, "us-east-1");
  EXPECT_EQ(find_sso_session(files, "s").value().value().start_url, "https://s.example");
  EXPECT_FALSE(find_sso_session(files, "work").value());
  EXPECT_EQ(get("proc").credential_process, "/opt/x \"a b\" --y=z");
  EXPECT_EQ(get("nested").region, "ap-south-1");
  for (const char* name : {"none", "s", "", "profile work"}) {
    SCOPED_TRACE(name);
    EXPECT_FALSE(find_profile(files, name).value());
  }
}

TEST(Profiles, RefuseWhatIsNoProfileFileWithoutQuotingIt) {
  const ProfileFiles files{
      .config = {}, .credentials = SecretBytes("aws_secret_access_key = hidden\n[default\n")};
  const auto profile = find_profile(files, "default");
  ASSERT_FALSE(profile);
  EXPECT_EQ(profile.error().kind, ErrorKind::credentials);
  EXPECT_NE(profile.error().what.find("credentials file"), std::string::npos);
  EXPECT_EQ(to_line(profile.error()).find("hidden"), std::string::npos);
}

TEST(Profiles, AreChosenByFlagThenVariable) {
  using By = ProfileChoice::By;
  struct Row {
    const char* name;
    std::optional<std::string> flag;
    std::map<std::string, std::string> environment;
    const char* profile;
    By by;
  };
  const Row rows[] = {
      {"nothing", {}, {}, "default", By::fallback},
      {"flag", "f", {{"AWS_PROFILE", "v"}}, "f", By::flag},
      {"variable", {}, {{"AWS_PROFILE", "v"}, {"AWS_DEFAULT_PROFILE", "d"}}, "v", By::variable},
      {"older variable", {}, {{"AWS_DEFAULT_PROFILE", "d"}}, "d", By::variable},
      {"empty variable", {}, {{"AWS_PROFILE", ""}}, "default", By::fallback},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto choice = choose_profile(row.flag, row.environment);
    EXPECT_EQ(choice.name, row.profile);
    EXPECT_EQ(choice.by, row.by);
  }
}

}  // namespace
}  // namespace ssmb::aws
