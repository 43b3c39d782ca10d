#include "cli/topics.h"

namespace ssmb::cli {

Topic credentials_topic() {
  return {
      .name = "credentials",
      .summary = "Who asks AWS: where keys and roles are found.",
      .commands = {"backup", "restore", "doctor", "iam-policy", "infra apply"},
      .blocks =
          {{.title = "Looked for in this order; the first that is there is taken",
            .text = {},
            .rows = {{"--profile P",
                      "that profile and nothing else: it never falls through to another "
                      "identity"},
                     {"keys", "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN"},
                     {"web identity",
                      "AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, as EKS sets them"},
                     {"a profile",
                      "AWS_PROFILE, else `default`, of ~/.aws/config and "
                      "~/.aws/credentials"},
                     {"container", "ECS task roles and EKS Pod Identity, by their variables"},
                     {"EC2", "the instance's role, unless AWS_EC2_METADATA_DISABLED=true"}}},
           {.title = "What a profile may be",
            .text = "Keys, a credential_process, a role (source_profile over any number of hops, "
                    "credential_source, external_id), a web identity, SSO (sign in first: `aws sso "
                    "login`), or an `aws login`. A role that asks for an MFA code is refused with "
                    "a line that says how to get around it: nobody may sit there to type one.",
            .rows = {}},
           {.title = "When they are refused",
            .text = {},
            .rows = {{"ExpiredToken", "the session is over: sign in again, or get new keys"},
                     {"InvalidClientTokenId",
                      "the key was deleted, or the Region is not enabled "
                      "in the account"},
                     {"SignatureDoesNotMatch", "the secret key is not that of the key id"},
                     {"AccessDenied", "the role lacks a right: `iam-policy` prints all it needs"}}},
           {.title = {},
            .text = "The exit code is 2 for all but a denied right, and what STS calls the caller "
                    "stands in the first lines of `doctor`. Credentials are never printed.",
            .rows = {}}},
      .examples = {{"doctor --env dev", "who am I, from where, and what may I do?"},
                   {"doctor --env dev --profile recovery --for restore", "and as that profile?"},
                   {"iam-policy backup --env dev", "the policy that the role needs"}},
      .docs = {"docs/iam.md", "docs/runbook.md (9.2)"}};
}

}  // namespace ssmb::cli
