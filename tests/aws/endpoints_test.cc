#include "aws/endpoints.h"

#include <gmock/gmock.h>

namespace ssmb::aws {
namespace {

using Environment = std::map<std::string, std::string>;

TEST(Endpoints, ParsesUrls) {
  struct Row {
    const char* name;
    const char* url;
    const char* canonical;  // "" where it is refused
  };
  const Row rows[] = {
      {"https", "https://ssm.example", "https://ssm.example"},
      {"port", "http://127.0.0.1:4566", "http://127.0.0.1:4566"},
      {"own port", "https://a.example:443", "https://a.example"},
      {"trailing slash", "http://localhost:1/", "http://localhost:1"},
      {"scheme in capitals", "HTTP://a.example", "http://a.example"},
      {"IPv6", "http://[::1]:4566", "http://[::1]:4566"},
      {"IPv6 alone", "https://[fe80::1]", "https://[fe80::1]"},
      {"no scheme", "localhost:4566", ""},
      {"other scheme", "ftp://a.example", ""},
      {"path", "http://a.example/base", ""},
      {"query", "http://a.example?x=1", ""},
      {"fragment", "http://a.example#x", ""},
      {"no host", "http://", ""},
      {"no host but port", "http://:80", ""},
      {"empty port", "http://a.example:", ""},
      {"port 0", "http://a.example:0", ""},
      {"port too large", "http://a.example:65536", ""},
      {"port with sign", "http://a.example:+80", ""},
      {"port with letters", "http://a.example:8x", ""},
      {"space", "http://a b", ""},
      {"line end", "http://a\r\nX: y", ""},
      {"IPv6 without brackets", "http://::1", ""},
      {"IPv6 unclosed", "http://[::1", ""},
      {"name in brackets", "http://[localhost]", ""},
      {"text behind brackets", "http://[::1]80", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto endpoint = parse_endpoint(row.url);
    EXPECT_EQ(endpoint ? endpoint->url() : "", row.canonical);
    if (!endpoint) EXPECT_EQ(endpoint.error().kind, ErrorKind::configuration);
  }
}

TEST(Endpoints, NeverRepeatsAPasswordFromAUrl) {
  for (const char* url : {"http://user:hunter2@a.example", "http://user:hunter2@a.example/path",
                          "user:hunter2@a.example"}) {
    SCOPED_TRACE(url);
    const auto endpoint = parse_endpoint(url);
    ASSERT_FALSE(endpoint);
    EXPECT_THAT(endpoint.error().what + endpoint.error().next,
                testing::Not(testing::HasSubstr("hunter2")));
  }
}

TEST(Endpoints, ResolveInTheSdksOrder) {
  const Environment both = {{"AWS_ENDPOINT_URL", "http://all.example"},
                            {"AWS_ENDPOINT_URL_S3", "http://s3.example"}};
  Environment ignored = both;
  ignored["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "True";
  struct Row {
    const char* name;
    std::optional<std::string> flag;
    Environment environment;
    Service service;
    const char* region;
    const char* url;
    bool custom;
  };
  const Row rows[] = {
      {"flag first", "http://flag.example", both, Service::s3, "us-east-1", "http://flag.example",
       true},
      {"service variable", {}, both, Service::s3, "us-east-1", "http://s3.example", true},
      {"general variable", {}, both, Service::ssm, "us-east-1", "http://all.example", true},
      {"variables ignored",
       {},
       ignored,
       Service::s3,
       "eu-west-1",
       "https://s3.eu-west-1.amazonaws.com",
       false},
      {"flag is not ignored", "http://flag.example", ignored, Service::s3, "eu-west-1",
       "http://flag.example", true},
      {"empty variable",
       {},
       {{"AWS_ENDPOINT_URL_SSM", ""}},
       Service::ssm,
       "us-west-2",
       "https://ssm.us-west-2.amazonaws.com",
       false},
      {"tagging variable",
       {},
       {{"AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API", "http://t.example"}},
       Service::tagging,
       "us-west-2",
       "http://t.example",
       true},
      {"tagging",
       {},
       {},
       Service::tagging,
       "us-west-2",
       "https://tagging.us-west-2.amazonaws.com",
       false},
      {"sts",
       {},
       {},
       Service::sts,
       "ap-northeast-1",
       "https://sts.ap-northeast-1.amazonaws.com",
       false},
      {"SSO by its variable",
       {},
       {{"AWS_ENDPOINT_URL_SSO", "http://s.example"}, {"AWS_ENDPOINT_URL", "http://a.example"}},
       Service::sso,
       "us-west-2",
       "http://s.example",
       true},
      {"SSO's OIDC by its variable",
       {},
       {{"AWS_ENDPOINT_URL_SSO_OIDC", "http://o.example"}},
       Service::sso_oidc,
       "us-west-2",
       "http://o.example",
       true},
      {"Sign-In by its variable",
       {},
       {{"AWS_ENDPOINT_URL_SIGNIN", "http://i.example"}},
       Service::signin,
       "us-west-2",
       "http://i.example",
       true},
      {"China",
       {},
       {},
       Service::ssm,
       "cn-north-1",
       "https://ssm.cn-north-1.amazonaws.com.cn",
       false},
      {"GovCloud",
       {},
       {},
       Service::s3,
       "us-gov-west-1",
       "https://s3.us-gov-west-1.amazonaws.com",
       false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto endpoints = Endpoints::from(row.flag, row.environment);
    ASSERT_TRUE(endpoints);
    EXPECT_EQ(endpoints->regional(row.service, Region(row.region)).url(), row.url);
    EXPECT_EQ(endpoints->custom(row.service), row.custom);
    EXPECT_EQ(endpoints->said_by(row.service).empty(), !row.custom);
  }
}

TEST(Endpoints, SayWhoHasGivenThem) {
  const Environment both = {{"AWS_ENDPOINT_URL", "http://all.example"},
                            {"AWS_ENDPOINT_URL_S3", "http://s3.example"}};
  EXPECT_EQ(Endpoints::from(std::nullopt, both)->said_by(Service::s3), "AWS_ENDPOINT_URL_S3");
  EXPECT_EQ(Endpoints::from(std::nullopt, both)->said_by(Service::ssm), "AWS_ENDPOINT_URL");
  EXPECT_EQ(Endpoints::from("http://flag.example", both)->said_by(Service::s3), "--endpoint-url");
  const ProfileEndpoints profile{.profile = "dev", .url = "http://profile.example"};
  EXPECT_EQ(Endpoints::from(std::nullopt, {}, profile)->said_by(Service::sts),
            "endpoint_url of profile dev");
  EXPECT_EQ(Endpoints::from(std::nullopt, {})->said_by(Service::ssm), "");
}

TEST(Endpoints, AnswerInTheDomainOfTheirPartition) {
  struct Row {
    const char* region;
    const char* ssm;
    const char* signin;
  };
  const Row rows[] = {
      {"eu-west-1", "ssm.eu-west-1.amazonaws.com", "eu-west-1.signin.aws.amazon.com"},
      {"cn-north-1", "ssm.cn-north-1.amazonaws.com.cn", "cn-north-1.signin.amazonaws.cn"},
      {"us-gov-west-1", "ssm.us-gov-west-1.amazonaws.com",
       "us-gov-west-1.signin.amazonaws-us-gov.com"},
      {"us-iso-east-1", "ssm.us-iso-east-1.c2s.ic.gov", "us-iso-east-1.signin.c2shome.ic.gov"},
      {"us-isob-east-1", "ssm.us-isob-east-1.sc2s.sgov.gov",
       "us-isob-east-1.signin.sc2shome.sgov.gov"},
      {"eu-isoe-west-1", "ssm.eu-isoe-west-1.cloud.adc-e.uk",
       "eu-isoe-west-1.signin.csphome.adc-e.uk"},
      {"us-isof-south-1", "ssm.us-isof-south-1.csp.hci.ic.gov",
       "us-isof-south-1.signin.csphome.hci.ic.gov"},
      {"eusc-de-east-1", "ssm.eusc-de-east-1.amazonaws.eu",
       "eusc-de-east-1.signin.amazonaws-eusc.eu"},
  };
  const auto endpoints = Endpoints::from({}, {}).value();
  for (const Row& row : rows) {
    SCOPED_TRACE(row.region);
    const Region region(row.region);
    EXPECT_EQ(endpoints.regional(Service::ssm, region).host, row.ssm);
    EXPECT_EQ(endpoints.regional(Service::signin, region).host, row.signin);
    const std::string rest = std::string(row.ssm).substr(4);
    EXPECT_EQ(endpoints.regional(Service::s3, region).host, "s3." + rest);
    EXPECT_EQ(endpoints.regional(Service::sts, region).host, "sts." + rest);
    EXPECT_EQ(endpoints.regional(Service::tagging, region).host, "tagging." + rest);
    EXPECT_EQ(endpoints.regional(Service::sso, region).host, "portal.sso." + rest);
    EXPECT_EQ(endpoints.regional(Service::sso_oidc, region).host, "oidc." + rest);
  }
}

TEST(Endpoints, SayWhichSettingIsWrong) {
  struct Row {
    const char* name;
    std::optional<std::string> flag;
    Environment environment;
    ErrorKind kind;
    const char* what;
  };
  const Row rows[] = {
      {"flag", "localhost", {}, ErrorKind::usage, "--endpoint-url: 'localhost'"},
      {"empty flag", "", {}, ErrorKind::usage, "--endpoint-url: ''"},
      {"variable",
       {},
       {{"AWS_ENDPOINT_URL_STS", "x"}},
       ErrorKind::configuration,
       "AWS_ENDPOINT_URL_STS: 'x'"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto endpoints = Endpoints::from(row.flag, row.environment);
    ASSERT_FALSE(endpoints);
    EXPECT_EQ(endpoints.error().kind, row.kind);
    EXPECT_THAT(endpoints.error().what, testing::StartsWith(row.what));
  }
}

TEST(Endpoints, KnowRegions) {
  EXPECT_TRUE(is_opt_in(Region("ap-east-1")));
  EXPECT_FALSE(is_opt_in(Region("us-west-2")));
  EXPECT_FALSE(is_opt_in(Region("cn-north-1")));
  EXPECT_TRUE(is_region_name(Region("ap-northeast-1")));
  for (const char* bad : {"", "-a", "us west 2", "evil.example/", "a\r\nb", "US-EAST-1"}) {
    EXPECT_FALSE(is_region_name(Region(bad))) << bad;
  }
}

}  // namespace
}  // namespace ssmb::aws
