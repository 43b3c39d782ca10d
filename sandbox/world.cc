#include "sandbox/world.h"

#include <fmt/format.h>

#include "sandbox/s3/state.h"
#include "sandbox/ssm/store.h"
#include "sandbox/sso/logins.h"

namespace ssmb::sandbox {

World::World(Clock clock, std::uint64_t seed)
    : clock_(std::move(clock)),
      generator_(seed),
      order_seed_(seed),
      s3_(std::make_unique<s3::State>()),
      authenticator_(open_authenticator([this] { return random(); })),
      logins_(std::make_unique<Logins>()) {}

World::~World() = default;

std::string World::new_id() {
  const std::uint64_t a = random();
  const std::uint64_t b = random();
  // Version 4, variant 1.
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", a >> 32, a >> 16 & 0xFFFF, a & 0xFFF,
                     (b >> 48 & 0x3FFF) | 0x8000, b & 0xFFFFFFFFFFFF);
}

void World::set_order_seed(std::uint64_t seed) {
  order_seed_ = seed;
  for (auto& [place, store] : ssm_) store->set_order_seed(seed);
}

ssm::Store& World::ssm(const AccountId& account, const Region& region) {
  auto& store = ssm_[{account, region}];
  if (!store) store = std::make_unique<ssm::Store>(rules::Place{region, account}, order_seed_);
  return *store;
}

void World::reset_counters() {
  counters_.clear();
  callers_.clear();
  quotas_.reset_counters();
  faults_.reset_counters();
}

void World::set_authenticator(std::unique_ptr<Authenticator> authenticator) {
  authenticator_ = std::move(authenticator);
}

void World::set_logins(Logins logins) { logins_ = std::make_unique<Logins>(std::move(logins)); }

}  // namespace ssmb::sandbox
