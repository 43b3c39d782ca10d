#include "notify/send.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>

#include "aws/sns/client.h"
#include "base/text.h"
#include "base/try.h"
#include "notify/slack.h"
#include "notify/text.h"

namespace ssmb::notify {
namespace {

// Of SNS's subject: "ASCII text ... less than 100 characters".
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
constexpr std::size_t kLongestSubject = 99;

std::string ascii(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += character_length(text, at))
    out += text[at] >= ' ' && text[at] < 0x7F ? text[at] : '?';
  return out;
}

// What to do about a code of chat.postMessage.
// https://docs.slack.dev/reference/methods/chat.postMessage
std::string step_for(std::string_view code) {
  struct Row {
    std::string_view step;
    std::vector<std::string_view> codes;
  };
  static const std::vector<Row> kRows{
      {"invite the bot into the channel: /invite @its-name there", {"not_in_channel"}},
      {"correct slack.channel; into a private one invite the bot", {"channel_not_found"}},
      {"name a channel that is not archived: slack.channel", {"is_archived"}},
      {"the token is no good any more: put a bot's (xoxb-...) where slack.token says",
       {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}},
      {"give the bot the scope chat:write, install it again, and take its new token",
       {"missing_scope", "not_allowed_token_type", "no_permission"}},
      {"a rule of the workspace keeps the bot from posting there: ask who administers it",
       {"access_denied", "accesslimited", "ekm_access_denied", "enterprise_is_restricted",
        "org_login_required", "restricted_action", "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel", "team_access_not_granted", "team_not_found"}},
      {"Slack takes nothing for the moment: run `ssm-backup notify` again later",
       {"rate_limited", "ratelimited", "message_limit_exceeded", "internal_error", "fatal_error",
        "service_unavailable", "request_timeout", "team_added_to_org"}},
  };
  for (const Row& row : kRows) {
    if (std::ranges::find(row.codes, code) != row.codes.end()) return std::string(row.step);
  }
  return "look the code up: https://docs.slack.dev/reference/methods/chat.postMessage";
}

// chat.postMessage answers 200 whatever became of it.
Result<void> judge_slack(const WebAnswer& answer) {
  boost::system::error_code bad;
  const auto parsed = boost::json::parse(answer.body.view(), bad);
  const boost::json::object* object = bad ? nullptr : parsed.if_object();
  const auto* good = object != nullptr ? object->if_contains("ok") : nullptr;
  if (good != nullptr && good->is_bool() && good->get_bool()) return {};
  const auto* error = object != nullptr ? object->if_contains("error") : nullptr;
  if (error == nullptr || !error->is_string() || !is_code(error->get_string()))
    return fail(ErrorKind::invalid, "Slack refused it: an answer that is not Slack's",
                "see what slack.api leads to, and whether a proxy answers in its place");
  const std::string code(error->get_string());
  return fail(ErrorKind::invalid, "Slack refused it: " + code, step_for(code));
}

// A webhook knows its channel itself, and mostly minds no other.
std::string name_of(const SlackSink& sink) {
  return sink.webhook ? "Slack by its webhook" : "Slack " + sink.channel;
}

class Sending {
 public:
  Sending(const Senders& senders, const Config& config, Notice notice, CallScope scope)
      : senders_(senders), config_(config), notice_(std::move(notice)), scope_(std::move(scope)) {
    scope_ = scope_.limited(kSinkDeadline, senders.runtime.steady());
  }

  ResultTask<void> slack(SlackSink sink);
  ResultTask<std::vector<Refusal>> mail(MailSink sink);
  ResultTask<void> webhook(SecretSource url);
  ResultTask<void> sns(Arn topic);

 private:
  ResultTask<WebAnswer> post(WebOrder order) {
    return post_json(senders_.runtime, senders_.transport, std::move(order), scope_);
  }

  const Senders& senders_;
  const Config& config_;
  Notice notice_;
  CallScope scope_;
};

ResultTask<void> Sending::slack(SlackSink sink) {
  WebOrder order{.body = slack_message(notice_, sink.channel, config_.language)};
  if (sink.webhook) {
    SSMB_CO_TRY(url, co_await read_secret(senders_.secrets, *sink.webhook, scope_));
    order.url = url;
    SSMB_CO_TRY_VOID(co_await post(std::move(order)));
    co_return Result<void>{};
  }
  SSMB_CO_TRY(token, co_await read_secret(senders_.secrets, *sink.token, scope_));
  order.url = SecretText(sink.api);
  order.token = token;
  SSMB_CO_TRY(answer, co_await post(std::move(order)));
  co_return judge_slack(answer);
}

ResultTask<std::vector<Refusal>> Sending::mail(MailSink sink) {
  MailOrder order{.server = sink, .ca_bundle = senders_.ca_bundle};
  if (sink.password) {
    SSMB_CO_TRY(password, co_await read_secret(senders_.secrets, *sink.password, scope_));
    order.password = password;
  }
  order.mail = make_mail(notice_, sink.addresses, config_.language, senders_.runtime.now(),
                         senders_.runtime.random());
  co_return co_await senders_.mail(std::move(order), scope_);
}

ResultTask<void> Sending::webhook(SecretSource source) {
  SSMB_CO_TRY(url, co_await read_secret(senders_.secrets, std::move(source), scope_));
  WebOrder order{.url = url, .body = webhook_document(notice_, config_.language)};
  SSMB_CO_TRY_VOID(co_await post(std::move(order)));
  co_return Result<void>{};
}

ResultTask<void> Sending::sns(Arn topic) {
  SSMB_CO_TRY(session, senders_.secrets.session());
  aws::sns::Client client(*session, Region(split(topic.view(), ':')[3]));
  aws::sns::Message message{.topic = topic,
                            .subject = ascii(subject(notice_)).substr(0, kLongestSubject),
                            .text = plain_text(notice_, config_.language)};
  SSMB_CO_TRY_VOID(co_await client.publish(std::move(message), scope_));
  co_return Result<void>{};
}

}  // namespace

boost::json::object webhook_document(const Notice& notice, Language language) {
  const Occasion& occasion = notice.occasion;
  const auto result = [&notice] {
    switch (notice.result) {
      case Notice::Result::success: return "SUCCESS";
      case Notice::Result::incomplete: return "INCOMPLETE";
      case Notice::Result::failed: return "FAILED";
    }
    return "FAILED";
  };
  boost::json::array not_begun;
  boost::json::array unfinished;
  for (const RegionNews& news : notice.regions) {
    if (news.state == RegionNews::State::not_begun) not_begun.emplace_back(news.region.str());
    if (news.state == RegionNews::State::unfinished) unfinished.emplace_back(news.region.str());
  }
  boost::json::object document{{"subject", subject(notice)},
                               {"result", result()},
                               {"environment", occasion.env.str()},
                               {"dryRun", notice.dry_run == DryRun::yes}};
  const auto add = [&document](const char* name, const std::string& value) {
    if (!value.empty()) document[name] = value;
  };
  add("build", occasion.build);
  add("buildUrl", occasion.build_url);
  add("runbookUrl", occasion.runbook_url);
  add("endedBy", occasion.ended_by);
  add("because", occasion.because);
  document["text"] = plain_text(notice, language);
  document["notBegun"] = not_begun;
  document["unfinished"] = unfinished;
  document["regions"] = notice.summaries;
  return document;
}

ResultTask<std::vector<Delivered>> send_all(const Senders& senders, const Config& config,
                                            Notice notice, CallScope scope) {
  if (notice.occasion.runbook_url.empty()) notice.occasion.runbook_url = config.runbook_url;
  std::vector<Delivered> out;
  // Each has its own time.
  const auto sending = [&] { return Sending(senders, config, notice, scope); };
  if (config.slack) {
    auto one = sending();
    out.push_back({.sink = name_of(*config.slack), .outcome = co_await one.slack(*config.slack)});
  }
  if (config.mail) {
    auto one = sending();
    auto sent = co_await one.mail(*config.mail);
    Delivered mail{.sink = "mail to " + join(config.mail->addresses.to, ", "), .outcome = {}};
    if (sent)
      mail.refused = *std::move(sent);
    else
      mail.outcome = fail(std::move(sent).error());
    out.push_back(std::move(mail));
  }
  if (config.webhook) {
    auto one = sending();
    out.push_back({.sink = "webhook", .outcome = co_await one.webhook(*config.webhook)});
  }
  if (!config.sns_topic.empty()) {
    auto one = sending();
    out.push_back(
        {.sink = "SNS " + config.sns_topic.str(), .outcome = co_await one.sns(config.sns_topic)});
  }
  co_return out;
}

}  // namespace ssmb::notify
