// Where the services answer, as flag, environment and profile say it together.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "aws/auth/chain.h"

namespace ssmb::aws {
namespace {

using Environment = std::map<std::string, std::string>;
using ::testing::HasSubstr;

constexpr const char* kConfig = R"(
[default]
endpoint_url = http://default.example
[profile plain]
region = us-west-2
[profile one]
endpoint_url = http://one.example
[profile both]
endpoint_url = http://one.example
services = local
[profile services]
services = local
[profile ignoring]
endpoint_url = http://one.example
services = local
ignore_configured_endpoint_urls = true
[profile nowhere]
services = gone
[profile wrong]
endpoint_url = one.example
[profile wrong-service]
services = wrong
[services local]
s3 =
  endpoint_url = http://s3.example
  addressing_style = path
resource_groups_tagging_api =
  endpoint_url = http://tags.example
sts =
  anything = else
[services wrong]
ssm =
  endpoint_url = http://a.example/path
)";

struct ProfileEndpoints : ::testing::Test {
  ProfileEndpoints() {
    std::filesystem::create_directories(home_ / ".aws");
    std::ofstream(home_ / ".aws/config") << kConfig;
  }
  ~ProfileEndpoints() override { std::filesystem::remove_all(home_); }

  Result<Endpoints> endpoints(const std::optional<std::string>& flag,
                              const std::optional<std::string>& profile, Environment environment) {
    environment.insert({"HOME", home_.string()});
    return sdk_endpoints(flag, profile, environment);
  }

 private:
  const std::filesystem::path home_ = std::filesystem::temp_directory_path() /
                                      ("ssmb-profile-endpoints-" + std::to_string(::getpid()));
};

TEST_F(ProfileEndpoints, ResolveInBotocoresOrder) {
  const Environment all{{"AWS_ENDPOINT_URL", "http://all.example"}};
  const Environment for_s3{{"AWS_ENDPOINT_URL_S3", "http://env.example"}};
  const Environment ignored{{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}};
  const Environment minded{{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false"}};
  Environment ignored_all = all;
  ignored_all.insert(*ignored.begin());
  const std::string ssm = "https://ssm.us-west-2.amazonaws.com";
  const std::string s3 = "https://s3.us-west-2.amazonaws.com";
  const struct {
    const char* name;
    std::optional<std::string> flag;
    std::optional<std::string> profile;
    Environment environment;
    Service service;
    std::string url;
  } rows[] = {
      {"nothing said", {}, "plain", {}, Service::ssm, ssm},
      {"no such profile", {}, "gone", {}, Service::ssm, ssm},
      {"the default profile", {}, {}, {}, Service::ssm, "http://default.example"},
      {"AWS_PROFILE", {}, {}, {{"AWS_PROFILE", "one"}}, Service::ssm, "http://one.example"},
      {"--profile before it", {}, "plain", {{"AWS_PROFILE", "one"}}, Service::ssm, ssm},
      {"the profile's", {}, "one", {}, Service::sts, "http://one.example"},
      {"its services before it", {}, "both", {}, Service::s3, "http://s3.example"},
      {"tagging by its id", {}, "both", {}, Service::tagging, "http://tags.example"},
      {"a service that is not there", {}, "both", {}, Service::ssm, "http://one.example"},
      {"a service that says none", {}, "both", {}, Service::sts, "http://one.example"},
      {"services alone", {}, "services", {}, Service::s3, "http://s3.example"},
      {"services alone, another", {}, "services", {}, Service::ssm, ssm},
      {"AWS_ENDPOINT_URL before both", {}, "both", all, Service::s3, "http://all.example"},
      {"the service's variable", {}, "both", for_s3, Service::s3, "http://env.example"},
      {"another's variable", {}, "both", for_s3, Service::ssm, "http://one.example"},
      {"the flag first", "http://flag.example", "both", all, Service::s3, "http://flag.example"},
      {"ignored", {}, "both", ignored, Service::s3, s3},
      {"ignored, variables too", {}, "both", ignored_all, Service::ssm, ssm},
      {"ignored by the profile", {}, "ignoring", all, Service::s3, s3},
      {"the variable outweighs that", {}, "ignoring", minded, Service::s3, "http://s3.example"},
      {"the flag is not ignored", "http://flag.example", "ignoring", ignored, Service::ssm,
       "http://flag.example"},
      {"a flag asks no profile",
       "http://flag.example",
       "nowhere",
       {},
       Service::ssm,
       "http://flag.example"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto found = endpoints(row.flag, row.profile, row.environment);
    ASSERT_TRUE(found) << found.error().what;
    EXPECT_EQ(found->regional(row.service, Region("us-west-2")).url(), row.url);
    EXPECT_EQ(found->custom(row.service), !row.url.starts_with("https://"));
  }
}

TEST_F(ProfileEndpoints, SayWhichSettingIsWrong) {
  const struct {
    const char* profile;
    const char* says;
  } rows[] = {
      {"nowhere", "profile nowhere wants [services gone], which no file has"},
      {"wrong", "endpoint_url of profile wrong: 'one.example' does not begin with http"},
      {"wrong-service", "endpoint_url of ssm in [services wrong]: 'http://a.example/path' has a"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.profile);
    const auto found = endpoints({}, row.profile, {});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, ErrorKind::configuration);
    EXPECT_THAT(found.error().what, HasSubstr(row.says));
    EXPECT_FALSE(found.error().next.empty());
  }
}

}  // namespace
}  // namespace ssmb::aws
