// Who answers: what was sent to a Region and waits, and when its services were last heard of. For
// progress displays, and to tell an endpoint that is dead from one call that is lost.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "aws/endpoints.h"
#include "base/ids.h"
#include "runtime/runtime.h"

namespace ssmb::aws {

struct Silence {
  std::string operation;  // that has waited longest: "ssm:GetParameters"
  Duration lasting{0};    // so long nothing at all was answered
};

class Pulse {
 public:
  // A call that waits, from its first request until an answer comes or the object goes.
  class Wait {
   public:
    Wait(Pulse& pulse, Region region, std::string operation, SteadyTime now)
        : pulse_(pulse), id_(pulse.next_++) {
      pulse_.waiting_.emplace(id_, Waiting{std::move(region), std::move(operation), now});
    }
    ~Wait() { pulse_.waiting_.erase(id_); }
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

   private:
    Pulse& pulse_;
    std::uint64_t id_;
  };

  // Whatever the answer says.
  void heard(const Region& region, Service service, SteadyTime now) {
    heard_.insert_or_assign({region, service}, now);
  }
  // Has the service answered anything there since then?
  bool has_heard(const Region& region, Service service, SteadyTime since) const;
  // Of calls that wait there; nullopt: none does.
  std::optional<Silence> silence(const Region& region, SteadyTime now) const;

 private:
  struct Waiting {
    Region region;
    std::string operation;
    SteadyTime since;
  };

  std::uint64_t next_ = 0;
  std::map<std::uint64_t, Waiting> waiting_;  // the oldest first
  std::map<std::pair<Region, Service>, SteadyTime> heard_;
};

}  // namespace ssmb::aws
