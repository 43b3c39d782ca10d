#include <aws/http/http.h>
#include <aws/io/io.h>
#include <gtest/gtest.h>

#include "aws/crt/allocator.h"
#include "aws/crt/error.h"
#include "aws/crt/network.h"

namespace ssmb::aws::crt {
namespace {

TEST(CrtError, MeansWhatThePhaseAllows) {
  start_libraries();
  struct Row {
    const char* name;
    int code;
    Phase phase;
    ErrorKind kind;
    const char* next;  // a part of it
  };
  const Row rows[] = {
      {"refused", AWS_IO_SOCKET_CONNECTION_REFUSED, Phase::connect, ErrorKind::unreachable,
       "endpoint URL"},
      {"no such name", AWS_IO_DNS_QUERY_FAILED, Phase::connect, ErrorKind::unreachable,
       "Region's name"},
      {"connecting took too long", AWS_IO_SOCKET_TIMEOUT, Phase::connect, ErrorKind::unreachable,
       "firewall"},
      {"the proxy refused", AWS_ERROR_HTTP_PROXY_CONNECT_FAILED, Phase::connect,
       ErrorKind::unreachable, "HTTPS_PROXY"},
      {"no TLS", AWS_IO_TLS_ERROR_NEGOTIATION_FAILURE, Phase::connect, ErrorKind::unreachable,
       "AWS_CA_BUNDLE"},
      {"a pooled connection that has gone", AWS_ERROR_HTTP_CONNECTION_CLOSED, Phase::connect,
       ErrorKind::unreachable, "endpoint URL"},
      {"no trust store", AWS_IO_TLS_ERROR_DEFAULT_TRUST_STORE_NOT_FOUND, Phase::connect,
       ErrorKind::configuration, "AWS_CA_BUNDLE"},
      {"closed before the answer", AWS_ERROR_HTTP_CONNECTION_CLOSED, Phase::exchange,
       ErrorKind::transient, "run again"},
      {"the socket broke", AWS_IO_SOCKET_CLOSED, Phase::exchange, ErrorKind::transient, "proxy"},
      {"the socket timed out", AWS_IO_SOCKET_TIMEOUT, Phase::exchange, ErrorKind::transient,
       "run again"},
      {"not HTTP", AWS_ERROR_HTTP_PROTOCOL_ERROR, Phase::exchange, ErrorKind::transient,
       "does not speak HTTP"},
      {"our header", AWS_ERROR_HTTP_INVALID_HEADER_VALUE, Phase::exchange, ErrorKind::internal,
       "report it"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Error error = to_error(row.code, row.phase, "https://host");
    EXPECT_EQ(error.kind, row.kind);
    EXPECT_NE(error.what.find("https://host"), std::string::npos);
    EXPECT_NE(error.what.find("AWS_"), std::string::npos) << error.what;
    EXPECT_EQ(error.what.find(". ("), std::string::npos) << error.what;
    EXPECT_NE(error.next.find(row.next), std::string::npos) << error.next;
  }
}

TEST(CrtError, ACertificateThatDoesNotVerifyIsTheUsersToMend) {
  struct Row {
    const char* s2n_name;
    ErrorKind kind;
    const char* next;
  };
  const Row rows[] = {
      {"S2N_ERR_CERT_UNTRUSTED", ErrorKind::configuration, "AWS_CA_BUNDLE"},
      {"S2N_ERR_CERT_EXPIRED", ErrorKind::configuration, "clock"},
      {"S2N_ERR_CERT_NOT_YET_VALID", ErrorKind::configuration, "clock"},
      {"S2N_ERR_CERT_INVALID_HOSTNAME", ErrorKind::configuration, "endpoint URL"},
      {"S2N_ERR_CERT_TYPE_UNSUPPORTED", ErrorKind::configuration, "AWS_CA_BUNDLE"},
      {"S2N_ERR_BAD_MESSAGE", ErrorKind::unreachable, "TLS 1.2"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.s2n_name);
    const Error error = tls_refusal(row.s2n_name, "https://host");
    EXPECT_EQ(error.kind, row.kind);
    EXPECT_NE(error.what.find("https://host"), std::string::npos);
    EXPECT_NE(error.next.find(row.next), std::string::npos) << error.next;
  }
}

TEST(CrtAllocator, AlignsZeroesAndGrows) {
  aws_allocator* const allocator = wiping_allocator();
  for (const std::size_t size : {std::size_t{1}, std::size_t{24}, std::size_t{100'000}}) {
    auto* block = static_cast<unsigned char*>(aws_mem_calloc(allocator, 1, size));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % alignof(std::max_align_t), 0U);
    EXPECT_TRUE(std::all_of(block, block + size, [](unsigned char c) { return c == 0; }));
    std::fill(block, block + size, 0x5A);
    void* grown = block;
    ASSERT_EQ(aws_mem_realloc(allocator, &grown, size, size * 2), 0);
    const auto* bytes = static_cast<const unsigned char*>(grown);
    EXPECT_TRUE(std::all_of(bytes, bytes + size, [](unsigned char c) { return c == 0x5A; }));
    aws_mem_release(allocator, grown);
  }
  aws_mem_release(allocator, nullptr);
}

}  // namespace
}  // namespace ssmb::aws::crt
