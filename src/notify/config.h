// Whom to tell, and how: a YAML file (docs/notices.md). It holds no secret, only where one lies.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "notify/mail.h"
#include "notify/notice.h"
#include "notify/secret_source.h"

namespace ssmb::notify {

struct SlackSink {
  // One of the two: an incoming webhook's URL, or a bot's token.
  std::optional<SecretSource> webhook;
  std::optional<SecretSource> token;
  std::string channel = "#infra-backup-alerts";
  std::string api = "https://slack.com/api/chat.postMessage";  // a token is sent there
};

struct MailSink {
  std::string host;
  int port = 587;
  // starttls: refused where the server does not offer it (RFC 3207); tls: from the first byte
  // (RFC 8314); none: only to this very machine.
  enum class Security { starttls, tls, none } security = Security::starttls;
  std::string user;  // empty: no authentication
  std::optional<SecretSource> password;
  MailAddresses addresses;
};

struct Config {
  Language language = Language::english;
  std::string runbook_url;
  std::optional<SlackSink> slack;
  std::optional<MailSink> mail;
  std::optional<SecretSource> webhook;  // its URL
  Arn sns_topic;                        // empty: none
};

// Errors are of kind configuration and name the key; an unknown key is one, and so is a file that
// names nobody.
Result<Config> parse_config(std::string_view yaml);

}  // namespace ssmb::notify
