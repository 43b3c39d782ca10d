// A notice as a mail: RFC 5322 and MIME, with the summaries attached. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "notify/notice.h"

namespace ssmb::notify {

struct MailAddresses {
  std::string from;
  std::vector<std::string> to;
  std::vector<std::string> on_call;  // in CC when it is no success
};

struct Mail {
  std::string from;
  std::vector<std::string> recipients;  // of the envelope
  std::string message;                  // lines end with CRLF
};

// usage: not of the form local@domain, as far as a mail server needs it.
Result<void> check_address(std::string_view address);

// `unique` tells this mail's id and boundary from any other's.
Mail make_mail(const Notice& notice, const MailAddresses& addresses, Language language, Time now,
               std::uint64_t unique);

}  // namespace ssmb::notify
