// Handing a mail over to a server: libcurl's SMTP, loaded when the first mail is sent, for nobody
// else needs it.
#pragma once

#include <functional>
#include <string>

#include "base/secret.h"
#include "notify/config.h"
#include "runtime/runtime.h"

namespace ssmb::notify {

struct MailOrder {
  MailSink server;      // its password's source has been read
  SecretText password;  // empty: no authentication
  Mail mail;
  std::string ca_bundle;  // a file; empty: the system's
};

// Whom the server does not take, though it took somebody.
struct Refusal {
  std::string address;
  std::string words;  // the server's: "550 5.1.1 no such user"
};

// The seam: main.cc has the real one, tests their own. Errors (nobody has it): unreachable, denied
// (authentication), configuration (TLS, libcurl missing), invalid (refused by the server, whose
// words are quoted), timeout, cancelled.
using MailSender = std::function<ResultTask<std::vector<Refusal>>(MailOrder, CallScope)>;

// On a thread of its own; ends at the scope's end.
MailSender smtp_sender(Runtime& runtime);

}  // namespace ssmb::notify
