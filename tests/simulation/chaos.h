// Faults and quotas, drawn from a seed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "tests/cli/sandbox_cli.h"

namespace ssmb::simulation {

class Chaos {
 public:
  Chaos(cli::SandboxCli& cli, std::uint64_t seed) : cli_(cli), seed_(seed) {}

  void begin();
  // When the backup has ended: nothing more may happen.
  void stop();
  // What fired, by fault and operation.
  std::map<std::pair<std::string, std::string>, std::uint64_t> end();
  // One line a rule.
  std::string story() const { return story_; }

 private:
  cli::SandboxCli& cli_;
  std::uint64_t seed_;
  std::string story_;
};

}  // namespace ssmb::simulation
