// Parameters of every kind that there is.
#pragma once

#include "tests/support/restore_world.h"

namespace ssmb::engine {

namespace json = boost::json;

inline json::object parameter(std::string_view name, std::string_view value,
                              json::object more = {}) {
  more["Name"] = name;
  more["Value"] = value;
  return more;
}

// What SSM says in place of an answer.
inline aws::HttpResponse refusal(std::string_view code) {
  return {.status = 400,
          .headers = {},
          .body = SecretBytes(fmt::format(R"({{"__type":"{}","message":"no"}})", code))};
}

inline json::object policy(const char* type, std::string attributes) {
  return {{"PolicyType", type},
          {"PolicyStatus", "Finished"},
          {"PolicyText", fmt::format(R"({{"Type":"{}","Version":"1.0","Attributes":{{{}}}}})", type,
                                     attributes)}};
}

// A name of the most characters that the rules take, of so many levels.
inline std::string long_name(std::size_t levels) {
  const std::string arn = "arn:aws:ssm:us-west-2:123456789012:parameter";
  std::string name;
  for (std::size_t i = 0; i < levels; ++i) name += i == 1 ? "/dev" : "/l";
  name.append(rules::kMaxNameWithArn - arn.size() - name.size(), 'x');
  return name;
}

inline json::array fifty_tags() {
  json::array tags;
  for (int i = 0; i < 50; ++i)
    tags.push_back({{"Key", fmt::format("k{:02} _.:/=+-@", i)},
                    {"Value", i == 7 ? std::string() : fmt::format("チーム {}", i)}});
  return tags;
}

inline json::array zoo() {
  const std::string control = "tab\t line\n return\r quote\" back\\slash \x01\x1f\x7f end";
  const json::array policies{policy("Expiration", R"("Timestamp":"2030-01-01T00:00:00.000Z")"),
                             policy("ExpirationNotification", R"("Before":"15","Unit":"Days")"),
                             policy("NoChangeNotification", R"("After":"20","Unit":"Days")")};
  return {
      {{"Name", "/app/dev/plain"}, {"Value", "x"}},
      {{"Name", "plain"}, {"Value", "no slash at all"}},
      {{"Name", "/app/dev/list"}, {"Type", "StringList"}, {"Value", "a,b,,c"}},
      {{"Name", "/app/dev/secret"}, {"Type", "SecureString"}, {"Value", "s3cret"}},
      {{"Name", "/app/dev/secret-alias"},
       {"Type", "SecureString"},
       {"KeyId", "alias/app"},
       {"Value", "with a key of its own"}},
      {{"Name", "/app/dev/secret-key"},
       {"Type", "SecureString"},
       {"KeyId", "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"},
       {"Value", "with a key by its ARN"}},
      {{"Name", "/app/dev/unicode"}, {"Value", "日本語 😀 \u2028 é"}, {"Description", "説明 😀"}},
      {{"Name", "/app/dev/control"}, {"Value", control}, {"Description", control}},
      {{"Name", "/app/dev/standard-most"}, {"Value", std::string(4096, 'v')}},
      {{"Name", "/app/dev/advanced-most"}, {"Tier", "Advanced"}, {"Value", std::string(8192, 'v')}},
      {{"Name", "/app/dev/advanced-small"}, {"Tier", "Advanced"}, {"Value", "v"}},
      {{"Name", "/app/dev/policies"}, {"Tier", "Advanced"}, {"Value", "v"}, {"Policies", policies}},
      {{"Name", "/app/dev/pattern"}, {"Value", "abc123"}, {"AllowedPattern", "^[a-z]+\\d{3}$"}},
      {{"Name", "/app/dev/image"},
       {"DataType", "aws:ec2:image"},
       {"Value", "ami-0123456789abcdef0"}},
      {{"Name", "/app/dev/integration"},
       {"Type", "SecureString"},
       {"DataType", "aws:ssm:integration"},
       {"Value", "{\"a\":1}"}},
      {{"Name", "/a/dev/3/4/5/6/7/8/9/10/11/12/13/14/15"}, {"Value", "deep"}},
      {{"Name", long_name(1)}, {"Value", "long"}},
      {{"Name", long_name(15)}, {"Value", "long and deep"}},
      {{"Name", "/app/dev/tags"}, {"Value", "v"}, {"Tags", fifty_tags()}},
      {{"Name", "/app/dev/aws-tags"},
       {"Value", "v"},
       {"Tags",
        {{{"Key", "aws:cloudformation:stack-name"}, {"Value", "s"}},
         {{"Key", "Owner"}, {"Value", "o"}}}}},
      {{"Name", "/app/dev/labels"},
       {"Value", "now"},
       {"Version", 7},
       {"Labels", {"prod", "blue", "a.b-c_d"}}},
      {{"Name", "/app/dev/past"},
       {"Type", "SecureString"},
       {"Value", "third"},
       {"Version", 5},
       {"Labels", {"prod"}},
       {"Tags", {{{"Key", "Owner"}, {"Value", "o"}}}},
       {"History",
        {{{"Version", 3}, {"Value", "first"}, {"Labels", {"was-prod"}}, {"Description", "one"}},
         {{"Version", 4}, {"Value", "second"}, {"Description", ""}}}}},
  };
}

}  // namespace ssmb::engine
