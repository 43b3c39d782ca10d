// Profiles that assume roles: whose credentials are taken, and what is said when that fails.
#include "tests/aws/profile_world.h"

namespace ssmb::aws {
namespace {

constexpr std::string_view kAccounts = R"(
accounts:
  - id: "111122223333"
    keys:
      - {access_key_id: AKIDBASE, secret_access_key: s3cret/base, user: base}
      - {access_key_id: ASIAMACHINE, secret_access_key: s3cret/machine,
         session_token: machine+token, arn: "arn:aws:sts::111122223333:assumed-role/machine/i-1"}
    roles:
      - {name: first, trusts: ["arn:aws:iam::111122223333:user/base"], max_session_duration: 7200}
      - {name: behind-first, trusts: ["arn:aws:iam::111122223333:role/first"]}
      - {name: of-machine, trusts: ["arn:aws:iam::111122223333:role/machine"]}
      - {name: of-pod, trusts: ["*"]}
      - {name: behind-pod, trusts: ["arn:aws:iam::111122223333:role/of-pod"]}
  - id: "999988887777"
    keys: [{access_key_id: AKIDOTHER, secret_access_key: s3cret/other}]
    roles:
      - {name: backup, trusts: ["111122223333"], external_id: "secret:42",
         max_session_duration: 7200}
)";

constexpr std::string_view kConfig = R"([profile base]
region = eu-west-1
[profile role]
role_arn = arn:aws:iam::111122223333:role/first
source_profile = base
role_session_name = nightly
[profile unnamed-session]
role_arn = arn:aws:iam::111122223333:role/first
source_profile = base
[profile two-hops]
role_arn = arn:aws:iam::111122223333:role/behind-first
source_profile = role
role_session_name = second
[profile other-account]
role_arn = arn:aws:iam::999988887777:role/backup
source_profile = base
external_id = secret:42
role_session_name = far
duration_seconds = 7200
[profile other-account-guess]
role_arn = arn:aws:iam::999988887777:role/backup
source_profile = base
external_id = secret:43
[profile itself]
aws_access_key_id = AKIDBASE
aws_secret_access_key = s3cret/base
role_arn = arn:aws:iam::111122223333:role/first
source_profile = itself
role_session_name = self
[profile behind-keys]
role_arn = arn:aws:iam::111122223333:role/first
source_profile = itself
role_session_name = keys
[profile from-environment]
role_arn = arn:aws:iam::111122223333:role/first
credential_source = Environment
role_session_name = env
[profile from-instance]
role_arn = arn:aws:iam::111122223333:role/of-machine
credential_source = Ec2InstanceMetadata
role_session_name = imds
[profile from-container]
role_arn = arn:aws:iam::111122223333:role/of-machine
credential_source = EcsContainer
role_session_name = ecs
[profile pod]
role_arn = arn:aws:iam::111122223333:role/of-pod
web_identity_token_file = TOKEN
role_session_name = pod
[profile behind-pod]
role_arn = arn:aws:iam::111122223333:role/behind-pod
source_profile = pod
role_session_name = pod2

[profile a]
role_arn = arn:aws:iam::111122223333:role/first
source_profile = b
[profile b]
role_arn = arn:aws:iam::111122223333:role/first
source_profile = c
[profile c]
role_arn = arn:aws:iam::111122223333:role/first
source_profile = a
[profile own-tail]
role_arn = arn:aws:iam::111122223333:role/first
source_profile = own-tail
[profile both]
role_arn = arn:aws:iam::111122223333:role/first
source_profile = base
credential_source = Environment
[profile neither]
role_arn = arn:aws:iam::111122223333:role/first
[profile no-such-source]
role_arn = arn:aws:iam::111122223333:role/first
source_profile = nowhere
[profile hollow]
region = eu-west-1
[profile behind-hollow]
role_arn = arn:aws:iam::111122223333:role/first
source_profile = hollow
[profile mfa]
role_arn = arn:aws:iam::111122223333:role/first
source_profile = base
mfa_serial = arn:aws:iam::111122223333:mfa/base
[profile behind-mfa]
role_arn = arn:aws:iam::111122223333:role/behind-first
source_profile = mfa
[profile short]
role_arn = arn:aws:iam::111122223333:role/first
source_profile = base
duration_seconds = 60
[profile soon]
role_arn = arn:aws:iam::111122223333:role/first
source_profile = base
duration_seconds = soon
[profile long-chain]
role_arn = arn:aws:iam::111122223333:role/behind-first
source_profile = role
duration_seconds = 7200
[profile longer-than-the-role]
role_arn = arn:aws:iam::111122223333:role/first
source_profile = base
duration_seconds = 43200
[profile untrusted]
role_arn = arn:aws:iam::111122223333:role/of-machine
source_profile = base
[profile no-such-role]
role_arn = arn:aws:iam::111122223333:role/gone
source_profile = base
[profile odd-source]
role_arn = arn:aws:iam::111122223333:role/first
credential_source = Somewhere
[profile token-alone]
web_identity_token_file = TOKEN
)";

class ProfileRoles : public ProfileWorld {
 protected:
  ProfileRoles() : ProfileWorld(kAccounts) {
    std::string config(kConfig);
    const std::string token = (home_ / "token").string();
    for (auto at = config.find("TOKEN"); at != std::string::npos; at = config.find("TOKEN"))
      config.replace(at, 5, token);
    write(".aws/config", config);
    write(".aws/credentials",
          "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s3cret/base\n");
    write("token", "a.web.identity\n");
  }
};

const std::map<std::string, std::string> kRegion = {{"AWS_REGION", "eu-west-1"}};
const std::map<std::string, std::string> kKeys = {{"AWS_REGION", "eu-west-1"},
                                                  {"AWS_ACCESS_KEY_ID", "AKIDBASE"},
                                                  {"AWS_SECRET_ACCESS_KEY", "s3cret/base"}};

TEST_F(ProfileRoles, GiveTheIdentityThatTheyName) {
  const std::string sessions = "arn:aws:sts::111122223333:assumed-role/";
  struct Row {
    const char* name;
    const char* profile;
    std::string arn;
    Environment environment = kRegion;
    std::uint64_t roles = 1;  // calls of AssumeRole
  };
  const Row rows[] = {
      {"keys", "base", "arn:aws:iam::111122223333:user/base", {}, 0},
      {"a role behind keys", "role", sessions + "first/nightly"},
      {"a session name of our own", "unnamed-session", sessions + "first/ssm-backup-1795352400"},
      {"a role behind a role", "two-hops", sessions + "behind-first/second", kRegion, 2},
      {"a role of another account, by its external id", "other-account",
       "arn:aws:sts::999988887777:assumed-role/backup/far"},
      {"a profile that is its own source", "itself", sessions + "first/self"},
      {"a source with keys and a role: its keys", "behind-keys", sessions + "first/keys"},
      {"the environment", "from-environment", sessions + "first/env", kKeys},
      {"the instance", "from-instance", sessions + "of-machine/imds"},
      {"the container",
       "from-container",
       sessions + "of-machine/ecs",
       {{"AWS_REGION", "eu-west-1"}, {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x"}}},
      {"a web identity", "pod", sessions + "of-pod/pod", kRegion, 0},
      {"a role behind a web identity", "behind-pod", sessions + "behind-pod/pod2"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const std::uint64_t before = calls("sts:AssumeRole");
    EXPECT_EQ(identity(row.profile, row.environment), row.arn)
        << to_line(error_) << " | " << error_.next;
    EXPECT_EQ(calls("sts:AssumeRole") - before, row.roles);
  }
}

TEST_F(ProfileRoles, AreAssumedThoughTheClockIsAheadByMoreThanTheyLast) {
  ahead_ = std::chrono::minutes{75};
  EXPECT_EQ(identity("two-hops", kRegion),
            "arn:aws:sts::111122223333:assumed-role/behind-first/second")
      << to_line(error_);
}

TEST_F(ProfileRoles, AreAskedOfTheRegionsOwnSts) {
  EXPECT_EQ(identity("role", {{"AWS_REGION", "ap-east-1"}}),
            "arn:aws:sts::111122223333:assumed-role/first/nightly");
  EXPECT_EQ(hosts_.front(), "sts.ap-east-1.amazonaws.com");
}

TEST_F(ProfileRoles, ThatCannotBeHadAreRefusedInOneLine) {
  struct Row {
    const char* name;
    const char* profile;
    const char* what;  // a part of the line
    const char* next;
    const char* kind = "configuration";
    Environment environment = kKeys;  // which are never taken instead
    std::size_t asked = 0;            // requests to anybody
  };
  const Row rows[] = {
      {"a circle", "a", "profile c comes back to itself by source_profile: a -> b -> c -> a",
       "credentials of its own"},
      {"its own source without keys", "own-tail", "own-tail -> own-tail", "of its own"},
      {"two sources", "both", "has role_arn, and both source_profile and credential_source",
       "exactly one"},
      {"no source", "neither", "neither source_profile nor credential_source", "exactly one"},
      {"a source that does not exist", "no-such-source",
       "has the source_profile nowhere, which does not exist", "list-profiles"},
      {"a source without credentials", "behind-hollow",
       "has the source_profile hollow, which holds no credentials", "keys"},
      {"MFA", "mfa", "profile mfa assumes a role with MFA", "export-credentials --profile mfa"},
      {"MFA one hop away", "behind-mfa", "profile mfa assumes a role with MFA",
       "export-credentials --profile behind-mfa"},
      {"a minute", "short", "has the duration_seconds '60'", "900 to 43200"},
      {"a duration that is no number", "soon", "has the duration_seconds 'soon'", "900 to 43200"},
      {"a credential_source that is none", "odd-source", "has the credential_source 'Somewhere'",
       "Environment, Ec2InstanceMetadata or EcsContainer"},
      {"an environment without keys", "from-environment", "and there are no credentials",
       "AWS_ACCESS_KEY_ID", "credentials", kRegion},
      {"half an environment",
       "from-environment",
       "profile from-environment: credential_source Environment: credentials from the "
       "environment: AWS_SECRET_ACCESS_KEY is missing",
       "both",
       "credentials",
       {{"AWS_REGION", "eu-west-1"}, {"AWS_ACCESS_KEY_ID", "AKIDBASE"}}},
      {"no container", "from-container", "and there are no credentials",
       "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "credentials"},
      {"the instance, switched off",
       "from-instance",
       "credential_source Ec2InstanceMetadata: the instance's metadata service is switched off",
       "switch it on",
       "credentials",
       {{"AWS_REGION", "eu-west-1"}, {"AWS_EC2_METADATA_DISABLED", "true"}}},
      {"no Region",
       "role",
       "profile role takes its role from a Region's STS, and no Region is set",
       "AWS_REGION",
       "credentials",
       {}},
      {"a Region that is none",
       "role",
       "'eu west' is not the name of a Region",
       "AWS_REGION",
       "configuration",
       {{"AWS_REGION", "eu west"}}},
      {"a token without a role", "token-alone", "has web_identity_token_file, and no role_arn",
       "which role"},
      {"another external id", "other-account-guess",
       "credentials from profile other-account-guess (arn:aws:iam::999988887777:role/backup): "
       "access was denied",
       "must admit profile base with the external_id", "credentials", kKeys, 1},
      {"no trust", "untrusted", "access was denied",
       "the trust policy of arn:aws:iam::111122223333:role/of-machine must admit profile base",
       "credentials", kKeys, 1},
      {"no such role", "no-such-role", "access was denied", "must admit profile base",
       "credentials", kKeys, 1},
      {"two hours behind a role", "long-chain", "the request was refused",
       "lower duration_seconds in profile long-chain", "credentials", kKeys, 2},
      {"longer than the role allows", "longer-than-the-role", "the request was refused",
       "lower duration_seconds", "credentials", kKeys, 1},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    hosts_.clear();
    EXPECT_EQ(identity(row.profile, row.environment), row.kind);
    EXPECT_NE(error_.what.find(row.what), std::string::npos) << error_.what;
    EXPECT_NE(error_.next.find(row.next), std::string::npos) << error_.next;
    EXPECT_EQ(hosts_.size(), row.asked) << "nobody else is asked";
  }
}

TEST_F(ProfileRoles, AnErrorCarriesWhatStsSaid) {
  identity("untrusted", kRegion);
  ASSERT_TRUE(error_.fault);
  EXPECT_EQ(error_.fault->operation, "sts:AssumeRole");
  EXPECT_EQ(error_.fault->code, "AccessDenied");
  EXPECT_EQ(error_.fault->message,
            "User: arn:aws:iam::111122223333:user/base is not authorized to perform: "
            "sts:AssumeRole on resource: arn:aws:iam::111122223333:role/of-machine");
  EXPECT_FALSE(error_.fault->request_id.empty());
}

// Long runs outlive the hour of a chained role: each hop is renewed by the one behind it.
TEST_F(ProfileRoles, AreRenewedHopByHop) {
  const CredentialsOptions options{
      .profile = "two-hops",
      .environment = {{"HOME", home_.string()}, {"AWS_REGION", "eu-west-1"}},
      .endpoints = Endpoints::from({}, {}).value()};
  const auto source = make_credentials(runtime_, transport_, options).value();
  const auto first = runtime_.run(source->get({})).value().value();
  EXPECT_EQ(calls("sts:AssumeRole"), 2U);
  runtime_.run(runtime_.sleep(std::chrono::minutes{50}, {}));
  EXPECT_EQ(runtime_.run(source->get({})).value().value(), first);
  runtime_.run(runtime_.sleep(std::chrono::minutes{6}, {}));
  const auto second = runtime_.run(source->get({})).value().value();
  EXPECT_NE(second->access_key_id, first->access_key_id);
  EXPECT_EQ(calls("sts:AssumeRole"), 4U);
}

}  // namespace
}  // namespace ssmb::aws
