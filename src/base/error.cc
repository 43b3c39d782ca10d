#include "base/error.h"

#include <fmt/format.h>

namespace ssmb {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage: return "usage";
    case ErrorKind::configuration: return "configuration";
    case ErrorKind::credentials: return "credentials";
    case ErrorKind::denied: return "denied";
    case ErrorKind::not_found: return "not found";
    case ErrorKind::conflict: return "conflict";
    case ErrorKind::throttled: return "throttled";
    case ErrorKind::unreachable: return "unreachable";
    case ErrorKind::transient: return "transient";
    case ErrorKind::timeout: return "timeout";
    case ErrorKind::cancelled: return "cancelled";
    case ErrorKind::corrupt: return "corrupt";
    case ErrorKind::invalid: return "invalid";
    case ErrorKind::local_io: return "local I/O";
    case ErrorKind::internal: return "internal";
  }
  return "unknown";
}

Error Error::within(std::string_view context) && {
  what = fmt::format("{}: {}", context, what);
  return std::move(*this);
}

Error Error::advising(std::string_view step) && {
  if (next.empty()) next = step;
  return std::move(*this);
}

std::string to_line(const Error& error) {
  if (!error.fault) return error.what;
  const ServiceFault& fault = *error.fault;
  std::string line = fmt::format("{}: {} in {}", error.what, fault.operation, fault.region);
  if (fault.http_status == 0) return line + " gave no answer";
  line += fmt::format(" answered {}", fault.http_status);
  if (!fault.code.empty()) line += " " + fault.code;
  if (!fault.message.empty()) line += fmt::format(" \"{}\"", fault.message);
  if (!fault.request_id.empty()) line += ", request " + fault.request_id;
  return line;
}

}  // namespace ssmb
