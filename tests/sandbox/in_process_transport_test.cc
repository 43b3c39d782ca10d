#include "sandbox/in_process_transport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "runtime/virtual_runtime.h"
#include "tests/sandbox/world_caller.h"

namespace ssmb::sandbox {
namespace {

using Trace = std::vector<TraceEntry>;

// Sixteen puts at once.
Trace run(std::uint64_t seed) {
  VirtualRuntime runtime(seed);
  World world([&] { return runtime.now(); }, seed);
  InProcessTransport transport(runtime, world);
  int fine = 0;
  const auto put = [](InProcessTransport& over, int i, int& done) -> Task<void> {
    const auto response = co_await over.send(
        json_request("AmazonSSM.PutParameter",
                     fmt::format(R"({{"Name":"/p/{}","Value":"v","Type":"String"}})", i)),
        {});
    if (response && response->status == 200) ++done;
  };
  for (int i = 0; i < 16; ++i)
    boost::asio::co_spawn(runtime.executor(), put(transport, i, fine), boost::asio::detached);
  runtime.run_until_idle();
  EXPECT_EQ(fine, 16);
  return transport.trace();
}

TEST(InProcessTransport, TheSeedDecidesTheOrder) {
  const Trace first = run(1);
  ASSERT_EQ(first.size(), 16U);
  EXPECT_EQ(first[0].operation, "ssm:PutParameter");
  EXPECT_EQ(first, run(1));
  const auto keys = [](const Trace& trace) {
    std::vector<std::string> all;
    std::ranges::transform(trace, std::back_inserter(all), &TraceEntry::key);
    return all;
  };
  EXPECT_NE(keys(first), keys(run(2)));
}

TEST(InProcessTransport, TheScopeEndsACallOnEitherWay) {
  const struct {
    const char* name;
    std::chrono::milliseconds deadline;
    std::size_t reached;
    bool answered;
  } rows[] = {
      {"on the way there", std::chrono::milliseconds{4}, 0, false},
      {"on the way back", std::chrono::milliseconds{6}, 1, false},
      {"in time", std::chrono::milliseconds{11}, 1, true},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    VirtualRuntime runtime(1);
    World world([&] { return runtime.now(); }, 1);
    const std::chrono::milliseconds ten{10};
    InProcessTransport transport(runtime, world, {.least = ten, .most = ten});
    const CallScope scope{.deadline = runtime.steady() + row.deadline};
    const auto response =
        runtime.run(transport.send(json_request("AmazonSSM.DescribeParameters", "{}"), scope));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->has_value(), row.answered);
    EXPECT_EQ(transport.trace().size(), row.reached);
    if (!row.answered) {
      EXPECT_EQ(response->error().kind, ErrorKind::timeout);
    }
  }
}

TEST(InProcessTransport, AFaultIsWhatTheNetworkWouldMakeOfIt) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  struct Row {
    const char* name;
    FaultRule rule;
    std::optional<ErrorKind> kind;  // nullopt: answered
    Duration after;
    bool effect;
  };
  const Row rows[] = {
      {"none", {.fault = Fault::throttle, .count = 0}, std::nullopt, milliseconds{10}, true},
      {"reset before",
       {.fault = Fault::reset_before},
       ErrorKind::transient,
       milliseconds{10},
       false},
      {"reset after", {.fault = Fault::reset_after}, ErrorKind::transient, milliseconds{10}, true},
      {"cut", {.fault = Fault::cut_body}, ErrorKind::transient, milliseconds{10}, true},
      {"slow",
       {.fault = Fault::slow_body, .seconds = seconds{3}},
       std::nullopt,
       milliseconds{3010},
       true},
      {"too slow",
       {.fault = Fault::slow_body, .seconds = seconds{60}},
       ErrorKind::timeout,
       seconds{20},
       true},
      {"silent", {.fault = Fault::silent}, ErrorKind::timeout, seconds{20}, false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    VirtualRuntime runtime(1);
    World world([&] { return runtime.now(); }, 1);
    world.faults().set({row.rule});
    InProcessTransport transport(runtime, world,
                                 {.least = milliseconds{10}, .most = milliseconds{10}});
    const SteadyTime begin = runtime.steady();
    const auto response = runtime.run(transport.send(
        json_request("AmazonSSM.PutParameter", R"({"Name":"/a","Value":"v","Type":"String"})"),
        {.deadline = begin + seconds{20}}));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->has_value(), !row.kind);
    if (row.kind && !*response) {
      EXPECT_EQ(response->error().kind, *row.kind);
    }
    EXPECT_EQ(runtime.steady() - begin, row.after);
    EXPECT_EQ(world.ssm_stores().size(), row.effect ? 1U : 0U);
  }
}

TEST(InProcessTransport, ASilentRegionLetsEvenThePatientGo) {
  VirtualRuntime runtime(1);
  World world([&] { return runtime.now(); }, 1);
  world.faults().set({{.fault = Fault::silent}});
  InProcessTransport transport(runtime, world);
  const auto response =
      runtime.run(transport.send(json_request("AmazonSSM.DescribeParameters", "{}"), {}));
  ASSERT_TRUE(response);
  ASSERT_FALSE(*response);
  EXPECT_EQ(response->error().kind, ErrorKind::transient);
}

}  // namespace
}  // namespace ssmb::sandbox
