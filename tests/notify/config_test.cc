// The file that says whom to tell.

#include "notify/config.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ssmb::notify {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(NotifyConfig, IsRead) {
  const auto config = parse_config(R"(
language: ja
runbook: https://wiki.example.com/runbook
slack:
  webhook: file:/run/secrets/slack
mail:
  server: smtp.example.com
  user: backup
  password: ssm:/ops/smtp,region=us-west-2
  from: ssm-backup@example.com
  to: [ops-alerts@example.com]
  on_call: [oncall@example.com]
webhook: env:HOOK
sns: arn:aws:sns:us-west-2:123456789012:ops
)");
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_EQ(config->language, Language::japanese);
  EXPECT_EQ(config->slack->channel, "#infra-backup-alerts");
  EXPECT_EQ(config->slack->webhook->name, "/run/secrets/slack");
  EXPECT_EQ(config->mail->port, 587);
  EXPECT_EQ(config->mail->password->kind, SecretSource::Kind::parameter);
  EXPECT_EQ(config->mail->password->name, "/ops/smtp");
  EXPECT_EQ(config->mail->password->region, Region("us-west-2"));
  EXPECT_EQ(config->webhook->name, "HOOK");
}

TEST(NotifyConfig, SaysWhichKeyIsWrong) {
  const std::string mail = "mail: {server: s, from: a@b, to: [c@d]";
  struct Row {
    const char* name;
    std::string yaml;
    const char* says;
  };
  const Row rows[] = {
      {"not YAML", "a: [", "not YAML"},
      {"a list", "- a", "not a map"},
      {"nobody", "language: en", "names nobody"},
      {"a key that is misspelt", "slak: {webhook: env:A}", "slak is not known"},
      {"a language that is none", "{language: fr, webhook: env:A}", "neither en nor ja"},
      {"neither webhook nor token", "slack: {channel: '#a'}", "slack wants a webhook or a token"},
      {"both", "slack: {webhook: env:A, token: env:B}", "slack wants a webhook or a token"},
      {"a secret in the file", "webhook: https://hooks.example.com/s3cret",
       "webhook is not where a secret lies"},
      {"no server", "mail: {from: a@b, to: [c@d]}", "mail.server is missing"},
      {"no port", mail + "}\nx: 1", "x is not known"},
      {"a wrong port", "mail: {server: 's:x', from: a@b, to: [c@d]}", "no valid port"},
      {"a user without a password", mail + ", user: u}", "mail wants a user and a password"},
      {"no address", "mail: {server: s, from: a, to: [c@d]}", "mail.from is no mail address"},
      {"two in one", "mail: {server: s, from: a@b, to: ['c@d,e@f']}", "to[0] is no mail address"},
      {"nobody to write to", "mail: {server: s, from: a@b}", "mail.to is missing"},
      {"a password in clear", mail + ", user: u, password: env:P, security: none}",
       "in clear over the network"},
      {"a notice in clear", mail + ", security: none}", "in clear over the network"},
      {"no security", mail + ", security: ssl}", "none of starttls, tls, none"},
      {"no topic", "sns: ops", "sns is no ARN of a topic"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto config = parse_config(row.yaml);
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().kind, ErrorKind::configuration);
    EXPECT_THAT(config.error().what, HasSubstr(row.says));
    EXPECT_THAT(config.error().what, Not(HasSubstr("s3cret")));
    EXPECT_FALSE(config.error().next.empty());
  }
}

TEST(NotifyConfig, OnlyThisVeryMachineIsSpokenToWithoutTls) {
  for (const char* server : {"localhost", "127.0.0.1:25"}) {
    const auto config = parse_config(
        fmt::format("mail: {{server: '{}', from: a@b, to: [c@d], security: none}}", server));
    EXPECT_TRUE(config) << server << ": " << config.error().what;
  }
}

}  // namespace
}  // namespace ssmb::notify
