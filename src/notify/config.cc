#include "notify/config.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"
#include "base/try.h"
#include "engine/config_field.h"
#include "notify/catalogue.h"
#include "notify/web.h"

namespace ssmb::notify {
namespace {

using engine::ConfigField;
using engine::ConfigFields;

Result<SecretSource> secret_at(const ConfigField& field) {
  SSMB_TRY(text, field.text());
  auto source = parse_secret_source(text);
  if (source) return source;
  return field.error(
      "is not where a secret lies (a URL counts as one): write env:NAME, file:PATH or "
      "ssm:/NAME[,region=R]");
}

Result<std::optional<SecretSource>> secret_in(const ConfigFields& fields, std::string_view name) {
  const auto field = fields.get(name);
  if (!field) return std::nullopt;
  SSMB_TRY(source, secret_at(*field));
  return source;
}

Result<std::string> text_in(const ConfigFields& fields, std::string_view name,
                            std::string_view otherwise) {
  const auto field = fields.get(name);
  if (!field) return std::string(otherwise);
  return field->text();
}

Result<SlackSink> read_slack(const ConfigField& field) {
  SSMB_TRY(fields, field.map());
  SSMB_TRY_VOID(fields.allow_only({"webhook", "token", "channel", "api"}));
  SlackSink slack;
  SSMB_TRY(webhook, secret_in(fields, "webhook"));
  SSMB_TRY(token, secret_in(fields, "token"));
  if (webhook.has_value() == token.has_value())
    return field.error("wants a webhook or a token, one of the two");
  SSMB_TRY(channel, text_in(fields, "channel", slack.channel));
  slack.webhook = webhook;
  slack.token = token;
  slack.channel = channel;
  SSMB_TRY(api, text_in(fields, "api", slack.api));
  slack.api = api;
  return slack;
}

Result<std::vector<std::string>> addresses_in(const ConfigFields& fields, std::string_view name) {
  std::vector<std::string> out;
  const auto field = fields.get(name);
  if (!field) return out;
  SSMB_TRY(items, field->list());
  for (const ConfigField& item : items) {
    SSMB_TRY(address, item.text());
    if (auto good = check_address(address); !good) return item.error("is no mail address");
    out.push_back(address);
  }
  return out;
}

// "smtp.example.com", "smtp.example.com:587".
Result<void> read_server(const ConfigField& field, MailSink& mail) {
  SSMB_TRY(text, field.text());
  const auto colon = text.rfind(':');
  mail.host = text.substr(0, colon);
  if (mail.host.empty() || mail.host.find_first_of("/ @:") != std::string::npos)
    return field.error("is no server: write HOST or HOST:PORT");
  if (colon == std::string::npos) return {};
  const char* const first = text.data() + colon + 1;
  const char* const last = text.data() + text.size();
  const auto [end, bad] = std::from_chars(first, last, mail.port);
  if (bad != std::errc{} || end != last || mail.port < 1 || mail.port > 65535)
    return field.error("has no valid port");
  return {};
}

Result<void> read_security(const ConfigFields& fields, MailSink& mail) {
  using enum MailSink::Security;
  SSMB_TRY(word, text_in(fields, "security", "starttls"));
  if (word != "starttls" && word != "tls" && word != "none")
    return fields.error(
        "security", fmt::format("is '{}', and none of starttls, tls, none", printable(word, 40)));
  mail.security = word == "tls" ? tls : (word == "none" ? none : starttls);
  if (mail.security == none && !is_this_machine(mail.host))
    return fields.error("security", "is 'none': the notice would go in clear over the network");
  return {};
}

Result<MailSink> read_mail(const ConfigField& field) {
  SSMB_TRY(fields, field.map());
  SSMB_TRY_VOID(
      fields.allow_only({"server", "security", "user", "password", "from", "to", "on_call"}));
  MailSink mail;
  SSMB_TRY(server, fields.required("server"));
  SSMB_TRY_VOID(read_server(server, mail));
  SSMB_TRY(user, text_in(fields, "user", ""));
  SSMB_TRY(password, secret_in(fields, "password"));
  if (user.empty() == password.has_value())
    return field.error("wants a user and a password, or neither");
  mail.user = user;
  mail.password = password;
  SSMB_TRY_VOID(read_security(fields, mail));
  SSMB_TRY(from, fields.required("from"));
  SSMB_TRY(sender, from.text());
  if (auto good = check_address(sender); !good) return from.error("is no mail address");
  mail.addresses.from = sender;
  SSMB_TRY(to, addresses_in(fields, "to"));
  SSMB_TRY(on_call, addresses_in(fields, "on_call"));
  if (to.empty()) return fields.error("to", "is missing");
  mail.addresses.to = to;
  mail.addresses.on_call = on_call;
  return mail;
}

Result<Language> read_language(const ConfigFields& fields) {
  SSMB_TRY(code, text_in(fields, "language", "en"));
  if (const auto language = language_of(code)) return *language;
  return fields.error("language",
                      fmt::format("is '{}', and neither en nor ja", printable(code, 40)));
}

Result<Arn> read_topic(const ConfigFields& fields) {
  SSMB_TRY(topic, text_in(fields, "sns", ""));
  const auto parts = split(topic, ':');
  const bool fits =
      topic.empty() || (parts.size() == 6 && parts[0] == "arn" && parts[2] == "sns" &&
                        !parts[3].empty() && parts[4].size() == 12 && !parts[5].empty());
  if (fits) return Arn(topic);
  return fields.error("sns", "is no ARN of a topic");
}

Result<Config> read(const ConfigFields& fields) {
  SSMB_TRY_VOID(fields.allow_only({"language", "runbook", "slack", "mail", "webhook", "sns"}));
  Config config;
  SSMB_TRY(language, read_language(fields));
  SSMB_TRY(runbook, text_in(fields, "runbook", ""));
  SSMB_TRY(webhook, secret_in(fields, "webhook"));
  SSMB_TRY(topic, read_topic(fields));
  config.language = language;
  config.runbook_url = runbook;
  config.webhook = webhook;
  config.sns_topic = topic;
  if (const auto slack = fields.get("slack")) {
    SSMB_TRY(sink, read_slack(*slack));
    config.slack = sink;
  }
  if (const auto mail = fields.get("mail")) {
    SSMB_TRY(sink, read_mail(*mail));
    config.mail = sink;
  }
  if (!config.slack && !config.mail && !config.webhook && config.sns_topic.empty())
    return fail(ErrorKind::configuration, "it names nobody who is to be told",
                "add slack, mail, webhook or sns (docs/notices.md)");
  return config;
}

}  // namespace

Result<Config> parse_config(std::string_view yaml) {
  try {
    const YAML::Node document = YAML::Load(std::string(yaml));
    if (!document.IsMap())
      return fail(ErrorKind::configuration, "it is not a map of sinks",
                  "write it as docs/notices.md says");
    ConfigFields fields("");
    for (const auto& entry : document) fields.add(entry.first.Scalar(), entry.second);
    return read(fields);
  } catch (const YAML::Exception& error) {
    return fail(ErrorKind::configuration,
                fmt::format("it is not YAML: {}", printable(error.what())), "correct the file");
  }
}

}  // namespace ssmb::notify
