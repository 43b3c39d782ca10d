// Backups of three Regions among faults, quotas and other writers, in virtual time, each judged by
// an oracle. SSMB_SEEDS says how many seeds, SSMB_SEED where they begin.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "simulate.h"

namespace ssmb::simulation {
namespace {

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): tests have one thread, and nobody sets it
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// fault x operation, with how often each fired; "." where the two do not meet.
std::string table_of(const std::map<Cell, std::uint64_t>& fired) {
  std::map<std::string, std::map<std::string, std::string>> rows;
  std::vector<std::string> operations;
  for (const Cell& cell : cells()) {
    const auto count = fired.find(cell);
    const std::string fault(sandbox::kind_of(cell.fault).name);
    rows[fault][cell.operation] = std::to_string(count == fired.end() ? 0 : count->second);
    if (std::ranges::find(operations, cell.operation) == operations.end())
      operations.push_back(cell.operation);
  }
  std::string out = fmt::format("{:20}", "fault");
  for (std::size_t i = 0; i < operations.size(); ++i)
    out += fmt::format("{:>7}", fmt::format("[{}]", i + 1));
  out += '\n';
  for (auto& [fault, counts] : rows) {
    out += fmt::format("{:20}", fault);
    for (const auto& operation : operations)
      out += fmt::format("{:>7}", counts.contains(operation) ? counts[operation] : ".");
    out += '\n';
  }
  for (std::size_t i = 0; i < operations.size(); ++i)
    out += fmt::format("[{}] {}\n", i + 1, operations[i]);
  return out;
}

TEST(Simulation, EveryRunEndsCompleteOrSaysSo) {
  const std::uint64_t first = setting("SSMB_SEED", 1);
  const std::uint64_t count = setting("SSMB_SEEDS", 2000);
  std::uint64_t complete = 0;
  std::uint64_t fenced = 0;
  std::uint64_t reached = 0;         // of those
  std::uint64_t reached_beside = 0;  // other writers
  std::map<Cell, std::uint64_t> fired;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const Verdict verdict = simulate(seed);
    complete += verdict.exit_code == 0 ? 1 : 0;
    fenced += verdict.fenced;
    reached += verdict.fences_reached;
    if (verdict.changes != 0) reached_beside += verdict.fences_reached;
    for (const auto& [cell, times] : verdict.faults) fired[cell] += times;
    for (const auto& what : verdict.wrong) ADD_FAILURE() << what << "\n" << verdict.story;
    if (HasFailure()) {
      fmt::print("replay: ./dev simulate backup --seeds 1 --seed {}\n", seed);
      return;
    }
  }
  fmt::print(
      "{}{} of {} runs ended complete\n{} of {} fenced snapshots reached it, {} beside writers\n",
      table_of(fired), complete, count, reached, fenced, reached_beside);
  EXPECT_GE(complete * 10, count * 7);
  // Else the oracle of the fence judges nothing.
  if (count >= 300) EXPECT_GT(reached_beside, 0U);
  if (count >= 300) EXPECT_LT(reached, fenced);
  if (count < 2000) return;
  for (const Cell& cell : cells())
    EXPECT_NE(fired[cell], 0U) << sandbox::kind_of(cell.fault).name << " on " << cell.operation;
}

}  // namespace
}  // namespace ssmb::simulation
