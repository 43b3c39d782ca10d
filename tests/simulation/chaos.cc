#include "chaos.h"

#include <algorithm>
#include <array>
#include <set>

#include "writers.h"

namespace ssmb::simulation {
namespace {

using sandbox::Fault;
using sandbox::FaultRule;

constexpr std::array kOperations{"sts:GetCallerIdentity",
                                 "ssm:DescribeParameters",
                                 "ssm:GetParameters",
                                 "ssm:GetParameter",
                                 "ssm:GetParameterHistory",
                                 "ssm:ListTagsForResource",
                                 "ssm:GetServiceSetting",
                                 "tag:GetResources",
                                 "s3:ListObjectsV2",
                                 "s3:GetObject",
                                 "s3:PutObject",
                                 "s3:CreateMultipartUpload",
                                 "s3:UploadPart",
                                 "s3:CompleteMultipartUpload"};

// A listing that has no second page has no token to go stale.
bool is_met(Fault fault, std::string_view operation) {
  if (!sandbox::fits(fault, operation)) return false;
  const bool paged = operation == "ssm:DescribeParameters" || operation == "tag:GetResources";
  return fault != Fault::stale_token || paged;
}

// After one of these a Region cannot end complete; the others are overcome.
bool is_final(Fault fault) {
  static const std::set kFinal{Fault::access_denied, Fault::opt_in,   Fault::denied_key,
                               Fault::html,          Fault::cut_json, Fault::huge_error};
  return kFinal.contains(fault);
}

// How long a slow body takes, how far a wrong clock is ahead.
Duration seconds_of(Fault fault, Random& random) {
  if (fault == Fault::slow_body) return std::chrono::seconds{pick(random, 1, 90)};
  return std::chrono::minutes{chance(random, 0.5) ? 20 : -75};
}

}  // namespace

const std::vector<Cell>& cells() {
  static const std::vector<Cell> all = [] {
    std::vector<Cell> out;
    for (const sandbox::FaultKind& kind : sandbox::fault_kinds()) {
      for (const char* operation : kOperations) {
        if (is_met(kind.fault, operation)) out.push_back({kind.fault, operation});
      }
    }
    return out;
  }();
  return all;
}

Chaos::Chaos(cli::SandboxCli& cli, std::uint64_t seed) : cli_(cli), seed_(seed) { draw(); }

bool Chaos::wants(std::string_view operation) const {
  return std::ranges::any_of(rules_,
                             [&](const FaultRule& rule) { return rule.operation == operation; });
}

bool Chaos::wants_parts() const {
  return wants("s3:CreateMultipartUpload") || wants("s3:UploadPart") ||
         wants("s3:CompleteMultipartUpload");
}

void Chaos::add(FaultRule rule) {
  story_ += fmt::format("fault {} on {} in {}: skip {}, count {}, probability {:.2f}\n",
                        sandbox::kind_of(rule.fault).name, rule.operation, rule.region, rule.skip,
                        rule.count, rule.probability);
  rules_.push_back(std::move(rule));
}

void Chaos::draw() {
  Random random(seed_ * 7919 + 13);
  // Of each two thousand seeds the first rounds go through the table cell by cell, each beside some
  // random ones.
  constexpr std::uint64_t kCycle = 2000;
  constexpr std::uint64_t kRounds = 3;
  const std::uint64_t turn = seed_ % kCycle;
  const std::uint64_t round = turn / cells().size();
  if (round < kRounds) {
    const Cell& cell = cells().at(turn % cells().size());
    add({.fault = cell.fault,
         .operation = cell.operation,
         .skip = round % 2,
         .count = 1,
         .seconds = seconds_of(cell.fault, random)});
    // Single reads follow a batch that cannot be read.
    if (cell.operation == "ssm:GetParameter")
      add({.fault = Fault::denied_key, .operation = "ssm:GetParameters", .count = 1});
  }
  const int more = pick(random, 0, 3);
  for (int i = 0; i < more; ++i) {
    const Cell& cell = cells().at(random() % cells().size());
    if (cell.operation.contains("Multipart") || cell.operation == "s3:UploadPart") continue;
    if (is_final(cell.fault) && chance(random, 0.8)) continue;
    const bool lasting = chance(random, 0.08);
    add({.fault = cell.fault,
         .operation = chance(random, 0.3) && !is_final(cell.fault) ? "*" : cell.operation,
         .region = chance(random, 0.5) ? "*" : cli::kRegions.at(random() % cli::kRegions.size()),
         .skip = static_cast<std::uint64_t>(pick(random, 0, 12)),
         .count = lasting ? 1000 : static_cast<std::uint64_t>(pick(random, 1, 3)),
         .probability = chance(random, 0.3) ? 0.2 : 1.0,
         .seconds = seconds_of(cell.fault, random)});
  }
  if (chance(random, 0.3)) quota_ = "aws";
}

void Chaos::begin() {
  sandbox::World& world = cli_.sandbox.world;
  if (!quota_.empty()) {
    story_ += "quota aws\n";
    world.quotas().set(sandbox::aws_quotas(), world.now());
  }
  world.faults().set(rules_);
}

void Chaos::stop() {
  cli_.sandbox.world.faults().set({});
  cli_.sandbox.world.quotas().set({}, cli_.sandbox.world.now());
}

std::map<Cell, std::uint64_t> Chaos::fired() const {
  std::map<Cell, std::uint64_t> out;
  for (const auto& [key, count] : cli_.sandbox.world.faults().fired())
    out[{std::get<Fault>(key), std::get<std::string>(key)}] += count;
  return out;
}

}  // namespace ssmb::simulation
