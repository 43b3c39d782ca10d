// Faults and quotas, drawn from a seed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sandbox/faults.h"
#include "tests/cli/sandbox_cli.h"

namespace ssmb::simulation {

// A fault and an operation of a backup's that can meet it.
struct Cell {
  sandbox::Fault fault;
  std::string operation;
  auto operator<=>(const Cell&) const = default;
};
// All of them: the table that a run of many seeds has to fill.
const std::vector<Cell>& cells();

class Chaos {
 public:
  Chaos(cli::SandboxCli& cli, std::uint64_t seed);

  // Is one of these operations to be disturbed? Then the backup must be such that it makes them.
  bool wants(std::string_view operation) const;
  bool wants_parts() const;  // of a multipart upload
  void begin();
  // When the backup has ended: nothing more may happen.
  void stop();
  // How often each fired.
  std::map<Cell, std::uint64_t> fired() const;
  // One line a rule.
  const std::string& story() const { return story_; }

 private:
  void draw();
  void add(sandbox::FaultRule rule);

  cli::SandboxCli& cli_;
  std::uint64_t seed_;
  std::vector<sandbox::FaultRule> rules_;
  std::string quota_;  // "": none
  std::string story_;
};

}  // namespace ssmb::simulation
