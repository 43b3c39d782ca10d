// What is known about one request on its way to a handler.
#pragma once

#include <string>

#include "aws/endpoints.h"
#include "base/ids.h"
#include "base/time.h"
#include "sandbox/auth/accounts.h"

namespace ssmb::sandbox {

// What only the front knows of a request. `cleartext` is HTTP without TLS: aws:SecureTransport is
// false there under Options::strict_transport, true otherwise.
struct Arrival {
  enum class Channel { cleartext, tls };
  Channel channel = Channel::tls;
};

// Filled in by serve() (dispatch.h) before a handler sees the request.
struct RequestContext {
  aws::Service service = aws::Service::s3;
  Region region;
  std::string operation;  // as IAM spells it: "ssm:GetParameters", "s3:PutObject"
  Caller caller;
  std::string request_id;
  Time time;                     // the sandbox's clock at arrival
  bool empty_page = false;       // a fault: the listing answers no item, but a token
  bool secure_transport = true;  // what a policy's aws:SecureTransport sees
};

}  // namespace ssmb::sandbox
