#include "aws/pulse.h"

#include <gtest/gtest.h>

namespace ssmb::aws {
namespace {

using std::chrono::seconds;

SteadyTime at(int second) { return SteadyTime(seconds(second)); }

TEST(Pulse, IsSilentWhileSomethingWaitsAndNothingIsHeard) {
  const Region west("us-west-2");
  const Region east("us-east-1");
  Pulse pulse;
  EXPECT_FALSE(pulse.silence(west, at(100)));  // nobody has asked
  std::optional<Pulse::Wait> first;
  first.emplace(pulse, west, "ssm:GetParameters", at(10));
  const Pulse::Wait second(pulse, west, "s3:PutObject", at(20));
  EXPECT_EQ(pulse.silence(west, at(50))->operation, "ssm:GetParameters");
  EXPECT_EQ(pulse.silence(west, at(50))->lasting, seconds(40));
  EXPECT_FALSE(pulse.silence(east, at(50)));

  // Any answer of the Region ends it, another Region's does not.
  pulse.heard(east, Service::ssm, at(44));
  pulse.heard(west, Service::tagging, at(45));
  EXPECT_EQ(pulse.silence(west, at(50))->lasting, seconds(5));
  EXPECT_FALSE(pulse.has_heard(west, Service::ssm, at(0)));
  EXPECT_TRUE(pulse.has_heard(west, Service::tagging, at(45)));
  EXPECT_FALSE(pulse.has_heard(west, Service::tagging, at(46)));

  first.reset();
  EXPECT_EQ(pulse.silence(west, at(60))->operation, "s3:PutObject");
}

}  // namespace
}  // namespace ssmb::aws
