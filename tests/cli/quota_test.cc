// Whole backups against quotas like AWS's, in virtual time: how near they come to what the quota
// allows, how often they are throttled, and what they leave to others. The table is
// docs/limiter.md.
#include "sandbox/quota.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "sandbox_cli.h"
#include "tests/support/golden.h"

namespace ssmb::cli {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const Region kRegion("us-west-2");

struct Row {
  const char* name;
  int parameters;
  double describe_rate;
  double get_rate;
  const char* share;
  bool told = false;    // by an earlier run's manifest
  bool others = false;  // another consumer wants half of either quota
  double most_time = 1.03;
};

struct Outcome {
  double took = 0;
  double bound = 0;  // what the quotas allow at the least: both bursts counted
  std::uint64_t calls = 0;
  std::uint64_t throttled = 0;
  std::uint64_t wanted = 0;   // by the other consumer
  std::uint64_t refused = 0;  // of that
};

sandbox::QuotaTable quotas_of(const Row& row) {
  sandbox::QuotaTable table = sandbox::aws_quotas();
  auto& describe = *find_group(table, "DescribeParameters");
  auto& get = *find_group(table, "GetParameters");
  describe.rate = row.describe_rate;
  get.rate = row.get_rate;
  if (row.others) {
    describe.others = {{.rate = row.describe_rate / 2, .from = seconds{0}, .to = hours{1}}};
    get.others = {{.rate = row.get_rate / 2, .from = seconds{0}, .to = hours{1}}};
  }
  return table;
}

void seed(SandboxCli& cli, int parameters) {
  constexpr int kAtOnce = 1000;
  for (int from = 0; from < parameters; from += kAtOnce)
    cli.seed(kRegion.str(), from, std::min(kAtOnce, parameters - from));
}

double bound_of(const Row& row) {
  const auto least = [](double calls, double burst, double rate) { return (calls - burst) / rate; };
  const double pages = std::ceil(row.parameters / 50.0);
  const double batches = std::ceil(row.parameters / 10.0);
  return std::max({0.0, least(pages, 20, row.describe_rate), least(batches, 40, row.get_rate)});
}

Outcome run(const Row& row) {
  SandboxCli cli(7);
  EXPECT_EQ(cli.run({"infra", "apply"}), 0);
  seed(cli, row.parameters);
  auto& world = cli.sandbox.world;
  const auto backup = [&] {
    world.quotas().set(quotas_of(row), world.now());
    return cli.run(
        {"backup", "--region", kRegion.str(), "--quota-share", row.share, "--deadline", "60m"});
  };
  const auto rest = [&] { (void)cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(hours{1}, {})); };
  if (row.told) {
    EXPECT_EQ(backup(), 0);
  }
  rest();
  const SteadyTime begin = cli.sandbox.runtime.steady();
  EXPECT_EQ(backup(), 0) << cli.world.err.str();
  Outcome out{.took = std::chrono::duration<double>(cli.sandbox.runtime.steady() - begin).count(),
              .bound = bound_of(row)};
  for (const auto& [key, use] : world.quotas().uses(world.now())) {
    if (std::get<Region>(key) != kRegion) continue;
    out.calls += use.calls;
    out.throttled += use.throttled;
    out.wanted += use.others.wanted;
    out.refused += use.others.wanted - use.others.got;
  }
  EXPECT_EQ(cli.summary(kRegion.str(), "parameterCount"), std::to_string(row.parameters));
  EXPECT_EQ(cli.summary(kRegion.str(), "throttledCount"), std::to_string(out.throttled));
  return out;
}

std::string line(const Row& row, const Outcome& out) {
  const std::string lost = row.others
                               ? fmt::format("{:.1f} %", 100.0 * static_cast<double>(out.refused) /
                                                             static_cast<double>(out.wanted))
                               : std::string("–");
  return fmt::format("| {} | {} | {}/s, {}/s | {} % | {:.1f} s | {:.1f} s | {} | {} | {} |\n",
                     row.name, row.parameters, row.describe_rate, row.get_rate, row.share,
                     out.bound, out.took, out.calls, out.throttled, lost);
}

constexpr const char* kHead =
    "# What the limiter makes of a quota\n\n"
    "Whole backups of one Region of the sandbox in virtual time, 16 requests in flight, the two "
    "bursts (20\nDescribeParameters, 40 GetParameters) counted in the least time. Written by\n"
    "`UPDATE_GOLDEN=1 build/release/tests/test_cli --gtest_filter='Quota*'`, and held to its "
    "bounds "
    "by `./dev test unit`.\n\n"
    "| run | parameters | Describe, Get | share | the quota's least | took | calls | throttled | "
    "others lost |\n|---|---|---|---|---|---|---|---|---|\n";

TEST(Quota, IsUsedWholeOrSharedFairly) {
  const Row rows[] = {
      {"the issue's, cold", 10000, 2, 40, "100"},
      {"the same, told by the last run", 10000, 2, 40, "100", true},
      {"bound by GetParameters, cold", 10000, 20, 40, "100", false, false, 1.05},
      {"the same, told by the last run", 10000, 20, 40, "100", true, false, 1.05},
      {"small, cold", 2000, 2, 40, "100"},
      {"smaller than the bursts", 300, 2, 40, "100"},
      {"as a guest", 10000, 2, 40, "50", false, true},
      {"as a guest, small", 2000, 2, 40, "50", false, true},
      {"as a guest, smaller than the bursts", 300, 2, 40, "50", false, true},
  };
  std::string table = kHead;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Outcome out = run(row);
    table += line(row, out);
    const bool all = std::string_view(row.share) == "100";
    if (all && out.calls >= 1000) {
      EXPECT_LE(out.took, row.most_time * out.bound);
      EXPECT_LE(out.throttled * 100, out.calls);
    }
    if (all && out.calls < 1000) {
      EXPECT_LE(out.took, out.bound + 5);
      EXPECT_LE(out.throttled, 5U);
    }
    if (row.others) {
      EXPECT_GT(out.wanted, 10U);
      EXPECT_LE(out.refused * 10, out.wanted);
    }
  }
  testing::expect_golden("docs/limiter.md", table);
}

}  // namespace
}  // namespace ssmb::cli
