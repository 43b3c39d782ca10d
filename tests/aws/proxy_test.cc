#include "aws/http/proxy.h"

#include <gtest/gtest.h>

namespace ssmb::aws {
namespace {

using Environment = std::map<std::string, std::string>;

Endpoint https(std::string host, int port = 443) {
  return {.scheme = Endpoint::Scheme::https, .host = std::move(host), .port = port};
}
Endpoint http(std::string host, int port = 80) {
  return {.scheme = Endpoint::Scheme::http, .host = std::move(host), .port = port};
}
const std::string kSsm = "ssm.us-west-2.amazonaws.com";

TEST(ProxySettings, ChooseTheProxy) {
  struct Row {
    const char* name;
    Environment environment;
    Endpoint endpoint;
    std::string proxy;  // its URL; empty: direct
  };
  const Environment both = {{"HTTPS_PROXY", "http://secure:3128"}, {"HTTP_PROXY", "plain:81"}};
  const auto except = [&](std::string list) {
    Environment environment = both;
    environment["NO_PROXY"] = std::move(list);
    return environment;
  };
  const Row rows[] = {
      {"nothing set", {}, https(kSsm), ""},
      {"https", both, https(kSsm), "http://secure:3128"},
      {"http, without a scheme", both, http(kSsm), "http://plain:81"},
      {"lower case wins",
       {{"HTTPS_PROXY", "http://upper"}, {"https_proxy", "http://lower"}},
       https(kSsm),
       "http://lower"},
      {"an empty lower one does not",
       {{"HTTPS_PROXY", "http://u"}, {"https_proxy", ""}},
       https(kSsm),
       "http://u"},
      {"spoken to over TLS", {{"HTTPS_PROXY", "https://p/"}}, https(kSsm), "https://p"},
      {"IPv6",
       {{"HTTPS_PROXY", "http://[2001:db8::1]:8080"}},
       https(kSsm),
       "http://[2001:db8::1]:8080"},
      {"excepted: all", except("*"), https(kSsm), ""},
      {"excepted: the host itself", except("a, " + kSsm), https(kSsm), ""},
      {"excepted: upper case", except("SSM.us-west-2.AMAZONAWS.com"), https(kSsm), ""},
      {"excepted: a domain", except("amazonaws.com"), https(kSsm), ""},
      {"excepted: a domain with a dot", except(".amazonaws.com"), https(kSsm), ""},
      {"excepted: a domain with a star", except("*.amazonaws.com"), https(kSsm), ""},
      {"the dotted domain's own name", except(".amazonaws.com"), https("amazonaws.com"), ""},
      {"not a domain's tail", except("zonaws.com"), https(kSsm), "http://secure:3128"},
      {"only a port", except(kSsm + ":8443"), https(kSsm), "http://secure:3128"},
      {"that port", except(kSsm + ":8443"), https(kSsm, 8443), ""},
      {"an address", except("10.1.2.3"), http("10.1.2.3", 4566), ""},
      {"another address", except("10.1.2.3"), http("10.1.2.30"), "http://plain:81"},
      {"a network", except("10.1.0.0/16"), http("10.1.200.3"), ""},
      {"outside the network", except("10.1.0.0/16"), http("10.2.0.3"), "http://plain:81"},
      {"an IPv6 address", except("[2001:db8::7]:80"), http("2001:db8::7"), ""},
      {"localhost never", both, http("localhost", 4566), ""},
      {"127/8 never", both, http("127.0.0.9", 4566), ""},
      {"::1 never", both, https("::1"), ""},
      {"the metadata service never", both, http("169.254.169.254"), ""},
      {"nor the container's", both, http("169.254.170.2"), ""},
      {"nor its IPv6 form", both, http("fd00:ec2::254"), ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto settings = ProxySettings::from(row.environment);
    ASSERT_TRUE(settings) << to_line(settings.error());
    const Proxy* proxy = settings->proxy_for(row.endpoint);
    EXPECT_EQ(proxy == nullptr ? "" : proxy->endpoint.url(), row.proxy);
  }
}

TEST(ProxySettings, DecodeTheLogin) {
  const auto settings = ProxySettings::from({{"HTTPS_PROXY", "http://us%40er:p%3A%2Fw:x@h:1"}});
  ASSERT_TRUE(settings);
  const Proxy* proxy = settings->proxy_for(https(kSsm));
  ASSERT_NE(proxy, nullptr);
  EXPECT_EQ(proxy->user, "us@er");
  EXPECT_EQ(proxy->password.reveal(), "p:/w:x");
}

TEST(ProxySettings, RefuseWhatIsNoAddressWithoutShowingIt) {
  for (const char* value : {"socks5://secret:1", "http://", "http://secret:0",
                            "http://secret:99999", "http://secret:1x", "http://secret/path",
                            "http://[secret", "http://u:%zz@secret", "http://[::1]x"}) {
    SCOPED_TRACE(value);
    const auto settings = ProxySettings::from({{"https_proxy", value}});
    ASSERT_FALSE(settings);
    EXPECT_EQ(settings.error().kind, ErrorKind::configuration);
    EXPECT_NE(settings.error().what.find("https_proxy"), std::string::npos);
    EXPECT_EQ(settings.error().what.find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace ssmb::aws
