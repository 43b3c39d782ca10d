// Each planted defect is found by the simulation: it can fail.
#include "base/planted.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>

#include "tests/simulation/restore_simulation.h"
#include "tests/simulation/simulate.h"

namespace ssmb {
namespace {

std::optional<Defect> in_place;  // the test build's one switch

}  // namespace

bool planted(Defect defect) { return in_place == defect; }

namespace simulation {
namespace {

constexpr std::uint64_t kMostSeeds = 2000;

// The first seed that finds something wrong; 0: none does.
template <class Simulate>
std::uint64_t first_finding(Simulate simulate_one, std::string& what) {
  for (std::uint64_t seed = 1; seed <= kMostSeeds; ++seed) {
    const auto verdict = simulate_one(seed);
    if (verdict.wrong.empty()) continue;
    what = verdict.wrong.front();
    return seed;
  }
  return 0;
}

struct Row {
  const char* name;
  Defect defect;
};

template <class Simulate>
void expect_found(const Row& row, Simulate simulate_one) {
  SCOPED_TRACE(row.name);
  in_place = row.defect;
  std::string what;
  const std::uint64_t seed = first_finding(simulate_one, what);
  in_place.reset();
  EXPECT_NE(seed, 0U) << "not found within " << kMostSeeds << " seeds";
  fmt::print("{:50} seed {:4}: {}\n", row.name, seed, what);
}

TEST(Planted, EachDefectIsFoundByTheSimulation) {
  const Row rows[] = {
      {"the pointers move before the manifest is written", Defect::pointer_before_manifest},
      {"a batch that fails counts as read", Defect::batch_lost},
      {"an empty page is taken for the end", Defect::empty_page_is_the_end},
      {"a forgotten token is taken for the end", Defect::forgotten_token_is_the_end},
      {"an incomplete snapshot becomes the latest", Defect::incomplete_is_latest},
      {"unreadable parameters leave it complete", Defect::unreadable_is_fine},
      {"a denied parameter counts as vanished", Defect::denied_is_vanished},
      {"value and metadata of different moments", Defect::race_not_read_again},
      {"only the tag index's first page", Defect::tags_of_first_page},
      {"young parameters without their tags", Defect::young_tags_not_asked},
      {"the index is off by a byte", Defect::index_off_by_one},
      {"labels of older versions are lost", Defect::old_labels_lost},
      {"a new name contradicts nothing", Defect::new_name_is_fine},
      {"the fence is always reached", Defect::fence_always_reached},
  };
  for (const Row& row : rows) expect_found(row, simulate);
}

TEST(Planted, EachDefectOfARestoreIsFoundByItsSimulation) {
  const Row rows[] = {
      {"what was begun is forgotten", Defect::begun_forgotten},
      {"a parameter counts as ended once it is put", Defect::ended_too_early},
      {"of a half put history only the newest is put", Defect::replay_begins_anew},
  };
  for (const Row& row : rows) expect_found(row, simulate_restore);
}

}  // namespace
}  // namespace simulation
}  // namespace ssmb
