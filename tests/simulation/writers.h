// Other writers: they change parameters while a backup runs.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "oracle.h"
#include "runtime/task.h"
#include "tests/cli/sandbox_cli.h"

namespace ssmb::simulation {

using Random = std::mt19937_64;

// Uniform in [low, high].
inline int pick(Random& random, int low, int high) {
  return low + static_cast<int>(random() % static_cast<std::uint64_t>(high - low + 1));
}
inline bool chance(Random& random, double probability) {
  return static_cast<double>(random() >> 11) * 0x1.0p-53 < probability;
}

// One Region's store, with the changes that the oracle hears of.
class Shop {
 public:
  Shop(cli::SandboxCli& cli, Oracle& oracle, Region region, std::uint64_t seed);

  // So many parameters of every kind, some of them outside the environment.
  void fill(int count);
  // Names and values of 8 KB each: documents of several parts.
  void fill_with_long(int count);
  // One change of a random parameter: its value, its metadata, its tags, a label; or it goes,
  // comes, or goes and comes again.
  void change();
  // Changes until `done`; `busy` is how many a second.
  Task<void> keep_changing(const bool& done, double busy);
  std::uint64_t changes() const { return changes_; }

 private:
  // A call of SSM, past every fault and quota; false: it was refused.
  bool call(const std::string& operation, const boost::json::object& body);
  void put(const std::string& name, bool overwrite);
  void remove(const std::string& name);
  void retag(const std::string& name);
  void label(const std::string& name);
  void note(const std::string& name);
  std::string any_name();

  cli::SandboxCli& cli_;
  Oracle& oracle_;
  Region region_;
  Random random_;
  std::vector<std::string> names_;
  int made_ = 0;
  std::uint64_t changes_ = 0;
};

}  // namespace ssmb::simulation
