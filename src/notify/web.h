// What is sent over HTTP to a URL that may itself be a secret.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "aws/http/transport.h"
#include "base/secret.h"

namespace ssmb::notify {

struct WebOrder {
  SecretText url;    // https://HOST[:PORT]/PATH[?QUERY]; http only to this very machine
  SecretText token;  // sent as a bearer; empty: none
  boost::json::value body;
};

// Any text, to any kind of server.
struct WebPost {
  SecretText url;
  SecretText authorization;  // the header; empty: none
  std::string content_type;
  SecretBytes body;
  std::string whose;                  // "the webhook": whose URL it is, for messages
  std::string next;                   // what to do about an answer that is none of 2xx
  std::string next_when_busy = {};    // the same of 429; empty: next
  std::string next_when_broken = {};  // of 5xx; empty: next
  std::string next_when_lost = {};    // where it was sent, and no answer came
  // May what is said be read on the way? The header never.
  enum class Clear { this_machine, anywhere } clear = Clear::this_machine;
  enum class Twice { harmful, harmless } twice = Twice::harmful;
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

// The request that it becomes, without its headers and body. configuration: no such URL, or one
// that what is said must not go to in clear; it is not quoted.
Result<aws::HttpRequest> request_to(const WebPost& post);

// POST; up to three tries at what is unreachable, 429 and 5xx, and never again where the answer was
// lost, unless twice is harmless. A server's Retry-After (RFC 9110, 10.2.3) is waited for, unless
// the scope ends before that: then there is no other try. Errors name the host alone: configuration
// (no such URL), unreachable, throttled, transient, timeout, denied (401, 403), invalid (other
// 4xx), cancelled.
ResultTask<WebAnswer> post(Runtime& runtime, aws::Transport& transport, WebPost post,
                           CallScope scope);
ResultTask<WebAnswer> post_json(Runtime& runtime, aws::Transport& transport, WebOrder order,
                                CallScope scope);

}  // namespace ssmb::notify
