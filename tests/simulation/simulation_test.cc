// Backups of three Regions among faults, quotas and other writers, in virtual time, each judged by
// an oracle. SSMB_SEEDS says how many seeds, SSMB_SEED where they begin.
#include <gtest/gtest.h>

#include <cstdlib>

#include "simulate.h"

namespace ssmb::simulation {
namespace {

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): tests have one thread, and nobody sets it
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(Simulation, EveryRunEndsCompleteOrSaysSo) {
  const std::uint64_t first = setting("SSMB_SEED", 1);
  const std::uint64_t count = setting("SSMB_SEEDS", 100);
  std::uint64_t complete = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const Verdict verdict = simulate(seed);
    complete += verdict.exit_code == 0 ? 1 : 0;
    for (const auto& what : verdict.wrong) ADD_FAILURE() << what << "\n" << verdict.story;
    if (HasFailure()) break;
  }
  std::printf("%llu of %llu complete\n", (unsigned long long)complete, (unsigned long long)count);
}

}  // namespace
}  // namespace ssmb::simulation
