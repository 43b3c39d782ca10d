#include "aws/http/message.h"

#include <gmock/gmock.h>

namespace ssmb::aws {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Endpoint, WritesThePortOnlyWhereItIsNotTheSchemes) {
  struct Row {
    const char* name;
    Endpoint endpoint;
    const char* authority;
    const char* url;
  };
  constexpr auto http = Endpoint::Scheme::http;
  constexpr auto https = Endpoint::Scheme::https;
  const Row rows[] = {
      {"https", {https, "a.example", 443}, "a.example", "https://a.example"},
      {"http", {http, "a.example", 80}, "a.example", "http://a.example"},
      {"http on 443", {http, "a.example", 443}, "a.example:443", "http://a.example:443"},
      {"loopback", {http, "127.0.0.1", 4566}, "127.0.0.1:4566", "http://127.0.0.1:4566"},
      {"IPv6", {https, "::1", 443}, "[::1]", "https://[::1]"},
      {"IPv6 with port", {https, "::1", 8443}, "[::1]:8443", "https://[::1]:8443"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(row.endpoint.authority(), row.authority);
    EXPECT_EQ(row.endpoint.url(), row.url);
  }
}

TEST(Headers, CompareNamesWithoutCaseAndKeepTheirOrder) {
  Headers headers;
  headers.add("X-One", "1");
  headers.add("x-two", "2");
  headers.add("x-one", "3");
  EXPECT_EQ(headers.find("X-ONE"), "1");
  EXPECT_EQ(headers.find("x-three"), std::nullopt);
  EXPECT_EQ(headers.get("x-three"), "");

  headers.set("X-ONE", "4");
  headers.set("X-Three", "5");
  EXPECT_THAT(headers.entries(),
              ElementsAre(Pair("X-One", "4"), Pair("x-two", "2"), Pair("X-Three", "5")));
  headers.remove("X-Two");
  EXPECT_THAT(headers.entries(), ElementsAre(Pair("X-One", "4"), Pair("X-Three", "5")));
}

}  // namespace
}  // namespace ssmb::aws
