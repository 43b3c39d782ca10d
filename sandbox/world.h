// Everything the sandbox remembers: stores by account and Region, clock, chance, counters, options.
//
// Not thread-safe: one thread calls serve() (dispatch.h), one request after another. The same seed
// and the same requests at the same times give the same answers.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "base/ids.h"
#include "base/time.h"
#include "sandbox/authenticator.h"
#include "sandbox/faults.h"
#include "sandbox/key_policy.h"
#include "sandbox/quota.h"

namespace ssmb::sandbox {

namespace ssm {
class Store;  // sandbox/ssm/store.h
}
namespace s3 {
struct State;  // sandbox/s3/state.h: all buckets, by name; each knows its account and Region
}
class Logins;  // sandbox/sso/logins.h

// Rules whose source is not AWS's model or documentation (parameter/rules.h): refuse, or let pass?
enum class DoubtfulRules { ignore, enforce };

// All may change while the sandbox runs (control path: POST /_sandbox/options).
struct Options {
  bool strict_transport = false;  // requests without TLS have aws:SecureTransport=false
  DoubtfulRules doubtful_rules = DoubtfulRules::ignore;
  // Chance that a page of a listing is cut short, down to no item at all (still with a token).
  double short_pages = 0.0;
  // How long a change of tags takes to reach the tagging API's index.
  Duration tagging_lag{0};
};

class World {
 public:
  using Clock = std::function<Time()>;

  // `clock` is the wall clock, or a VirtualRuntime's. `seed` decides ids and the order of listings.
  World(Clock clock, std::uint64_t seed);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Time now() const { return clock_() + offset_; }
  void advance(Duration by) { offset_ += by; }

  std::uint64_t random() { return generator_(); }
  double random_unit() { return static_cast<double>(random() >> 11) * 0x1.0p-53; }  // [0, 1)
  std::string new_id();                                     // a UUID: SSM's request ids, upload ids
  std::uint64_t order_seed() const { return order_seed_; }  // listings are sorted by a keyed hash
  void set_order_seed(std::uint64_t seed);

  // Made empty at the first call. References stay good for the world's life.
  ssm::Store& ssm(const AccountId& account, const Region& region);
  // Every SSM store there is, in order of account and Region.
  const std::map<std::pair<AccountId, Region>, std::unique_ptr<ssm::Store>>& ssm_stores() const {
    return ssm_;
  }
  s3::State& s3() { return *s3_; }

  Authenticator& authenticator() { return *authenticator_; }
  void set_authenticator(std::unique_ptr<Authenticator> authenticator);
  KeyPolicy& keys() { return keys_; }
  Quotas& quotas() { return quotas_; }
  Faults& faults() { return faults_; }
  // Who has signed in with a browser; at first anyone at all.
  Logins& logins() { return *logins_; }
  void set_logins(Logins logins);

  Options& options() { return options_; }

  // Calls that reached a handler, by operation ("ssm:GetParameters") and Region.
  using Counters = std::map<std::pair<std::string, Region>, std::uint64_t>;
  const Counters& counters() const { return counters_; }
  void count(const std::string& operation, const Region& region) {
    ++counters_[{operation, region}];
  }
  // Who made them: by operation and ARN.
  using Callers = std::map<std::pair<std::string, Arn>, std::uint64_t>;
  const Callers& callers() const { return callers_; }
  void count_caller(const std::string& operation, const Arn& who) { ++callers_[{operation, who}]; }
  void reset_counters();

 private:
  Clock clock_;
  Duration offset_{0};
  std::mt19937_64 generator_;
  std::uint64_t order_seed_;
  std::map<std::pair<AccountId, Region>, std::unique_ptr<ssm::Store>> ssm_;
  std::unique_ptr<s3::State> s3_;
  std::unique_ptr<Authenticator> authenticator_;
  KeyPolicy keys_;
  Quotas quotas_;
  Faults faults_{[this] { return random_unit(); }};
  std::unique_ptr<Logins> logins_;
  Options options_;
  Counters counters_;
  Callers callers_;
};

}  // namespace ssmb::sandbox
