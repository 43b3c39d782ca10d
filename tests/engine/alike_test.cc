#include "engine/alike.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace ssmb::engine {
namespace {

Error denied(const std::string& key, int number) {
  return {.kind = ErrorKind::denied,
          .what = "access was denied",
          .fault = ServiceFault{.operation = "ssm:GetParameter",
                                .region = "us-west-2",
                                .code = "AccessDeniedException",
                                .message = "no",
                                .request_id = fmt::format("r{}", number),
                                .http_status = 400},
          .next = fmt::format("allow kms:Decrypt on the key (the key: {})", key)};
}

// 184 lines of one denied key buried what else had happened.
TEST(Alike, ManyForOneReasonAreOneLine) {
  Alike alike;
  for (int i = 1; i <= 184; ++i) {
    const ParameterName name(fmt::format("/app/p{}", i));
    EXPECT_EQ(alike.count(Gravity::warning, "", name, denied("alias/aws/ssm", i)),
              static_cast<std::uint64_t>(i));
  }
  // Another key, and too few to be worth a line.
  EXPECT_EQ(alike.count(Gravity::warning, "", ParameterName("/b"), denied("alias/other", 1)), 1U);
  const auto lines = alike.lines("the manifest");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].gravity, Gravity::warning);
  EXPECT_EQ(lines[0].text,
            "  184 parameters alike: ssm:GetParameter AccessDeniedException; allow kms:Decrypt on "
            "the key (the key: alias/aws/ssm); the first: /app/p1, request r1; all are in the "
            "manifest");
}

TEST(Alike, WhatNamesTheParameterIsOneReasonAllTheSame) {
  Alike alike;
  for (const char* name : {"/a", "/b", "/c", "/d"}) {
    alike.count(Gravity::info, "the tags of", ParameterName(name),
                {.kind = ErrorKind::conflict, .what = std::string(name) + " kept changing"});
  }
  const auto lines = alike.lines("");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].text, "  the tags of 4 parameters alike: (name) kept changing; the first: /a");
}

}  // namespace
}  // namespace ssmb::engine
