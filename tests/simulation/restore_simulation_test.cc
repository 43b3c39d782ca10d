// Restores that are killed at a random request and run again, in virtual time. SSMB_SEEDS
// says how many seeds, SSMB_SEED where they begin.
#include "restore_simulation.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace ssmb::simulation {
namespace {

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): tests have one thread, and nobody sets it
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(RestoreSimulation, OneThatIsKilledAndRunAgainEndsAsIfNobodyHad) {
  const std::uint64_t first = setting("SSMB_SEED", 1);
  const std::uint64_t count = setting("SSMB_SEEDS", 1000);
  std::uint64_t kills = 0;
  std::map<engine::restore::Action, std::uint64_t> steps;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const RestoreVerdict verdict = simulate_restore(seed);
    kills += verdict.kills;
    for (const auto& [action, times] : verdict.steps) steps[action] += times;
    for (const std::string& what : verdict.wrong) ADD_FAILURE() << what << "\n" << verdict.story;
    if (HasFailure()) {
      fmt::print("replay: ./dev simulate restore --seeds 1 --seed {}\n", seed);
      return;
    }
  }
  fmt::print("{} restores were killed {} times\n", count, kills);
  for (const auto& [action, times] : steps)
    fmt::print("  {:12}{:>8}\n", engine::restore::to_string(action), times);
  if (count < 1000) return;
  EXPECT_GE(kills, count);
  using enum engine::restore::Action;
  for (const auto action :
       {create, update, engine::restore::Action::tags, labels, unchanged, skipped, extra, remove})
    EXPECT_GE(steps[action], 100U) << engine::restore::to_string(action);
}

}  // namespace
}  // namespace ssmb::simulation
