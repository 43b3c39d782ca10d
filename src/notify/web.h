// JSON to a URL that may itself be a secret.
#pragma once

#include <boost/json/value.hpp>

#include "aws/http/transport.h"
#include "base/secret.h"

namespace ssmb::notify {

struct WebOrder {
  SecretText url;    // https://HOST[:PORT]/PATH[?QUERY]; http only to this very machine
  SecretText token;  // sent as a bearer; empty: none
  boost::json::value body;
};

struct WebAnswer {
  int status = 0;
  SecretBytes body;
};

// Does nothing that is said to that host leave this machine?
bool is_this_machine(std::string_view host);

// Slack's form of a reason, "not_in_channel". Nothing else of an answer is ever quoted: it may
// repeat the URL.
bool is_code(std::string_view text);

// POST; up to three tries at what is unreachable, 429 and 5xx, and never again where the answer was
// lost. A server's Retry-After (RFC 9110, 10.2.3) is waited for, unless the scope ends before that:
// then there is no other try. Errors name the host alone: configuration (no such URL), unreachable,
// throttled, transient, timeout, denied (401, 403), invalid (other 4xx), cancelled.
ResultTask<WebAnswer> post_json(Runtime& runtime, aws::Transport& transport, WebOrder order,
                                CallScope scope);

}  // namespace ssmb::notify
