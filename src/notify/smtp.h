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

// The seam: main.cc has the real one, tests their own. unreachable, denied (authentication),
// configuration (TLS, libcurl missing), invalid (refused by the server), timeout, cancelled.
using MailSender = std::function<ResultTask<void>(MailOrder, CallScope)>;

// On a thread of its own; ends at the scope's end.
MailSender smtp_sender(Runtime& runtime);

}  // namespace ssmb::notify
