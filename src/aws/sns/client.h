// Amazon SNS in one Region: the query protocol, answers in XML.
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
#pragma once

#include <string>

#include "aws/client.h"

namespace ssmb::aws::sns {

struct Message {
  Arn topic;
  std::string subject;  // ASCII, less than 100 characters
  std::string text;     // UTF-8, 256 KiB at most
};

class Client {
 public:
  Client(Session& session, Region region) : session_(session), region_(std::move(region)) {}
  // A publish whose answer was lost is not sent again: two mails would tell of one run.
  ResultTask<std::string> publish(Message message, CallScope scope);  // the message's id

 private:
  Session& session_;
  Region region_;
};

}  // namespace ssmb::aws::sns
