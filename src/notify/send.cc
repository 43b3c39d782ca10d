#include "notify/send.h"

#include <fmt/format.h>

#include <boost/json/parse.hpp>

#include "aws/sns/client.h"
#include "base/text.h"
#include "base/try.h"
#include "notify/slack.h"
#include "notify/text.h"

namespace ssmb::notify {
namespace {

// Of SNS's subject: "less than 100 characters".
constexpr std::size_t kLongestSubject = 99;

// chat.postMessage answers 200 whatever became of it.
Result<void> judge_slack(const WebAnswer& answer) {
  boost::system::error_code bad;
  const auto parsed = boost::json::parse(answer.body.view(), bad);
  const boost::json::object* object = bad ? nullptr : parsed.if_object();
  const auto* good = object != nullptr ? object->if_contains("ok") : nullptr;
  if (good != nullptr && good->is_bool() && good->get_bool()) return {};
  const auto* error = object != nullptr ? object->if_contains("error") : nullptr;
  const std::string why = error != nullptr && error->is_string() && is_code(error->get_string())
                              ? std::string(error->get_string())
                              : std::string("an answer that is not Slack's");
  return fail(ErrorKind::invalid, "Slack refused it: " + why,
              "invite the bot into the channel, and give it the scope chat:write");
}

class Sending {
 public:
  Sending(const Senders& senders, const Config& config, Notice notice, CallScope scope)
      : senders_(senders), config_(config), notice_(std::move(notice)), scope_(std::move(scope)) {
    scope_.deadline = std::min(scope_.deadline, senders.runtime.steady() + kSinkDeadline);
  }

  ResultTask<void> slack(SlackSink sink);
  ResultTask<void> mail(MailSink sink);
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

ResultTask<void> Sending::mail(MailSink sink) {
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
                            .subject = subject(notice_).substr(0, kLongestSubject),
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
  for (const RegionNews& news : notice.regions) {
    if (news.state == RegionNews::State::not_begun) not_begun.emplace_back(news.region.str());
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
  document["text"] = plain_text(notice, language);
  document["notBegun"] = not_begun;
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
    out.push_back(
        {.sink = "Slack " + config.slack->channel, .outcome = co_await one.slack(*config.slack)});
  }
  if (config.mail) {
    auto one = sending();
    out.push_back({.sink = "mail to " + join(config.mail->addresses.to, ", "),
                   .outcome = co_await one.mail(*config.mail)});
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
