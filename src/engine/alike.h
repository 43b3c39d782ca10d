// Parameters that fail for one reason: the first few are told of one by one, the rest in one line.
// A key that is denied for 184 parameters must not bury what else happened.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "engine/events.h"

namespace ssmb::engine {

class Alike {
 public:
  // So many of a kind are told of each.
  static constexpr std::uint64_t kToldSingly = 3;

  // Counts it. `lost`: "the tags of", or nothing where all of the parameter is. How many of its
  // kind there are now: which its code and next step say, which names what is to be granted on what
  // key.
  std::uint64_t count(Gravity gravity, std::string lost, const ParameterName& name,
                      const Error& why);

  struct Line {
    Gravity gravity;
    std::string text;
  };
  // Of each kind that has more than were told; `where` all of them stand, if anywhere.
  std::vector<Line> lines(std::string_view where) const;

 private:
  struct Kind {
    Gravity gravity;
    std::string lost;
    std::string code;  // what happened, where no service was asked
    std::string next;
    auto operator<=>(const Kind&) const = default;
  };
  struct First {
    std::uint64_t count = 0;
    std::string line;  // its name and request
  };

  std::map<Kind, First> kinds_;
};

}  // namespace ssmb::engine
