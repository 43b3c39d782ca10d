#include "cli/topics.h"

namespace ssmb::cli {

Topic environment_topic() {
  return {
      .name = "environment",
      .summary = "The environment variables that are read.",
      .commands = {},
      .blocks =
          {{.title = {},
            .text = "A flag goes before a variable, a variable before a profile. What is empty "
                    "counts as unset. Proxies may be written in lower case, too.",
            .rows = {}},
           {.title = {},
            .text = {},
            .rows =
                {{"Region", "AWS_REGION, else AWS_DEFAULT_REGION: the home Region (--home-region)"},
                 {"keys",
                  "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN (older "
                  "name: AWS_SECURITY_TOKEN)"},
                 {"profiles",
                  "AWS_PROFILE, else AWS_DEFAULT_PROFILE (--profile); AWS_CONFIG_FILE "
                  "and AWS_SHARED_CREDENTIALS_FILE in place of those in HOME; "
                  "AWS_LOGIN_CACHE_DIRECTORY: where `aws login` keeps its tokens"},
                 {"web identity",
                  "AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, "
                  "AWS_ROLE_SESSION_NAME"},
                 {"container",
                  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, "
                  "AWS_CONTAINER_CREDENTIALS_FULL_URI, "
                  "AWS_CONTAINER_AUTHORIZATION_TOKEN, "
                  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"},
                 {"EC2",
                  "AWS_EC2_METADATA_DISABLED=true: not asked; "
                  "AWS_EC2_METADATA_SERVICE_ENDPOINT, "
                  "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: where it answers"},
                 {"endpoints",
                  "AWS_ENDPOINT_URL: of every service (--endpoint-url); of one: "
                  "AWS_ENDPOINT_URL_SSM, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_STS, "
                  "AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API, "
                  "AWS_ENDPOINT_URL_SNS, AWS_ENDPOINT_URL_SSO, "
                  "AWS_ENDPOINT_URL_SSO_OIDC, AWS_ENDPOINT_URL_SIGNIN; "
                  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true minds none of them"},
                 {"network",
                  "HTTPS_PROXY, HTTP_PROXY, NO_PROXY; AWS_CA_BUNDLE, else "
                  "SSL_CERT_FILE: a PEM file of authorities in place of the system's; "
                  "SSL_CERT_DIR: OpenSSL's directory of them"},
                 {"notices",
                  "SSM_BACKUP_NOTIFY: whom to tell (notify --config); and what that "
                  "file names as env:NAME: SSM_BACKUP_SLACK and SSM_BACKUP_MAIL of the jobs "
                  "in deploy/jenkins"},
                 {"metrics",
                  "SSM_BACKUP_METRICS_FILE (--metrics-file), SSM_BACKUP_METRICS_PUSH "
                  "(--metrics-push), SSM_BACKUP_METRICS_AUTH (--metrics-auth)"},
                 {"Jenkins",
                  "BUILD_TAG: the run's id (--run-id); BUILD_NUMBER, BUILD_URL: in "
                  "notices"},
                 {"terminal", "NO_COLOR: no colour; TERM=dumb: neither colour nor a moving line"}}},
           {.title = {},
            .text = "Those that hold a secret are wiped from the process's own environment at the "
                    "start: `ps e` does not show them.",
            .rows = {}}},
      .examples = {{"doctor --env dev", "endpoints, proxy and credentials, and who has said so"}},
      .docs = {"README.md", "docs/secrets.md"}};
}

}  // namespace ssmb::cli
