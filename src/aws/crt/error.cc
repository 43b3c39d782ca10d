#include "aws/crt/error.h"

#include <aws/common/error.h>
#include <aws/http/http.h>
#include <aws/io/io.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>

namespace ssmb::aws::crt {
namespace {

constexpr std::string_view kCheckName =
    "check the Region's name or the endpoint URL, and that this machine resolves names";
constexpr std::string_view kCheckAddress =
    "check the endpoint URL (http or https, host and port), the network and the firewall";
constexpr std::string_view kCutOff =
    "run again; if it stays, see what between here and AWS cuts connections (proxy, firewall)";
constexpr std::string_view kNotHttp =
    "check the endpoint URL: what answers there does not speak HTTP";
constexpr std::string_view kCheckProxy =
    "check HTTPS_PROXY and HTTP_PROXY, and whether NO_PROXY should name this host";
constexpr std::string_view kCheckBundle =
    "check that AWS_CA_BUNDLE (or SSL_CERT_FILE) names a readable PEM file, or install the "
    "system's CA certificates";
constexpr std::string_view kCheckTls =
    "check that the endpoint speaks TLS 1.2 or newer; if a private CA signs its certificate, name "
    "that CA's PEM file in AWS_CA_BUNDLE";

struct Meaning {
  int code;
  ErrorKind kind;
  std::string_view next;
  std::string_view text = {};  // in place of the runtime's
};

constexpr std::string_view kNoName = "the host's name does not resolve";

// While connecting. Everything that is not listed is unreachable.
constexpr std::array kConnecting{
    Meaning{AWS_IO_DNS_QUERY_FAILED, ErrorKind::unreachable, kCheckName, kNoName},
    Meaning{AWS_IO_DNS_INVALID_NAME, ErrorKind::unreachable, kCheckName, kNoName},
    Meaning{AWS_IO_DNS_NO_ADDRESS_FOR_HOST, ErrorKind::unreachable, kCheckName, kNoName},
    Meaning{AWS_IO_SOCKET_CONNECTION_REFUSED, ErrorKind::unreachable, kCheckAddress,
            "nothing listens there"},
    Meaning{AWS_IO_SOCKET_TIMEOUT, ErrorKind::unreachable, kCheckAddress, "nobody answered"},
    Meaning{AWS_IO_SOCKET_NO_ROUTE_TO_HOST, ErrorKind::unreachable, kCheckAddress},
    Meaning{AWS_ERROR_HTTP_PROXY_CONNECT_FAILED, ErrorKind::unreachable, kCheckProxy},
    Meaning{AWS_IO_TLS_ERROR_NEGOTIATION_FAILURE, ErrorKind::unreachable, kCheckTls},
    Meaning{AWS_IO_TLS_NEGOTIATION_TIMEOUT, ErrorKind::unreachable, kCheckTls},
    Meaning{AWS_IO_TLS_CTX_ERROR, ErrorKind::configuration, kCheckBundle},
    Meaning{AWS_IO_TLS_ERROR_DEFAULT_TRUST_STORE_NOT_FOUND, ErrorKind::configuration, kCheckBundle},
    Meaning{AWS_IO_FILE_VALIDATION_FAILURE, ErrorKind::configuration, kCheckBundle},
};

// A request that the runtime will not send is a defect of ours.
constexpr std::initializer_list<int> kOurs{
    AWS_ERROR_HTTP_INVALID_HEADER_FIELD, AWS_ERROR_HTTP_INVALID_HEADER_NAME,
    AWS_ERROR_HTTP_INVALID_HEADER_VALUE, AWS_ERROR_HTTP_INVALID_METHOD,
    AWS_ERROR_HTTP_INVALID_PATH,         AWS_ERROR_HTTP_OUTGOING_STREAM_LENGTH_INCORRECT,
    AWS_ERROR_INVALID_ARGUMENT,          AWS_ERROR_INVALID_STATE,
};

struct Verdict {
  std::string_view name;
  std::string_view text;
  std::string_view next;
};
constexpr std::array kVerdicts{
    Verdict{"S2N_ERR_CERT_UNTRUSTED", "its certificate is not signed by a CA that is trusted here",
            "name the PEM file of the CA that signs it in AWS_CA_BUNDLE"},
    Verdict{"S2N_ERR_CERT_INVALID_HOSTNAME", "its certificate is for another host name",
            "check the endpoint URL; if a proxy answers in its place, name the proxy's CA in "
            "AWS_CA_BUNDLE"},
    Verdict{"S2N_ERR_CERT_EXPIRED", "its certificate has expired",
            "check this machine's clock; else the certificate, or the CA in AWS_CA_BUNDLE, has to "
            "be renewed"},
    Verdict{"S2N_ERR_CERT_NOT_YET_VALID", "its certificate is not valid yet",
            "check this machine's clock"},
    Verdict{"S2N_ERR_CERT_REVOKED", "its certificate has been revoked", "check the endpoint URL"},
};

}  // namespace

std::string describe(int code) {
  // The codes' own texts begin like "socket: ..." or in capitals; the name makes them findable.
  std::string_view text = aws_error_str(code);
  if (text.ends_with('.')) text.remove_suffix(1);
  return fmt::format("{} ({})", text, aws_error_name(code));
}

Error to_error(int code, Phase phase, std::string_view peer) {
  if (std::ranges::find(kOurs, code) != kOurs.end())
    return {.kind = ErrorKind::internal,
            .what = fmt::format("the request to {} cannot be sent: {}", peer, describe(code)),
            .fault = {},
            .next = "report it with the command line"};
  if (phase == Phase::exchange)
    return {.kind = ErrorKind::transient,
            .what = fmt::format("the connection to {} broke: {}", peer, describe(code)),
            .fault = {},
            .next = std::string(code == AWS_ERROR_HTTP_PROTOCOL_ERROR ? kNotHttp : kCutOff)};
  Error error{.kind = ErrorKind::unreachable,
              .what = fmt::format("no connection to {}: {}", peer, describe(code)),
              .fault = {},
              .next = std::string(kCheckAddress)};
  const auto* known = std::ranges::find(kConnecting, code, &Meaning::code);
  if (known == kConnecting.end()) return error;
  error.kind = known->kind;
  error.next = known->next;
  if (!known->text.empty())
    error.what =
        fmt::format("no connection to {}: {} ({})", peer, known->text, aws_error_name(code));
  return error;
}

Error tls_refusal(std::string_view s2n_name, std::string_view peer) {
  const auto* known = std::ranges::find(kVerdicts, s2n_name, &Verdict::name);
  if (known != kVerdicts.end())
    return {.kind = ErrorKind::configuration,
            .what = fmt::format("{} is not trusted: {}", peer, known->text),
            .fault = {},
            .next = std::string(known->next)};
  const bool certificate = s2n_name.starts_with("S2N_ERR_CERT_");
  return {.kind = certificate ? ErrorKind::configuration : ErrorKind::unreachable,
          .what = fmt::format("TLS with {} failed: {}", peer, s2n_name),
          .fault = {},
          .next = std::string(kCheckTls)};
}

}  // namespace ssmb::aws::crt
