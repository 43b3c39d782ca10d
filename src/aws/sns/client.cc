#include "aws/sns/client.h"

#include "aws/query_form.h"
#include "aws/xml.h"
#include "base/encoding.h"
#include "base/text.h"
#include "base/try.h"

namespace ssmb::aws::sns {
namespace {

std::string publish_form(const Message& message) {
  // As forms are: a space is "+", which stand-ins for AWS sign, too.
  const auto encoded = [](std::string_view text) {
    return replaced(percent_encode(text, Slash::encode), "%20", "+");
  };
  return "Action=Publish&Version=2010-03-31&TopicArn=" + encoded(message.topic.view()) +
         "&Subject=" + encoded(message.subject) + "&Message=" + encoded(message.text);
}

}  // namespace

ResultTask<std::string> Client::publish(Message message, CallScope scope) {
  const Operation operation{.service = Service::sns,
                            .name = "sns:Publish",
                            .region = region_,
                            .idempotency = Idempotency::unsafe};
  auto build = [body = publish_form(message)] { return form_request(body); };
  SSMB_CO_TRY(response, co_await call(session_, operation, SigningStyle::standard, std::move(build),
                                      std::move(scope)));
  pugi::xml_document document;
  std::string id = parse_xml(response.body.view(), "PublishResponse", document)
                       .child("PublishResult")
                       .child_value("MessageId");
  if (id.empty()) co_return fail(malformed(operation, response, "it names no message"));
  co_return id;
}

}  // namespace ssmb::aws::sns
