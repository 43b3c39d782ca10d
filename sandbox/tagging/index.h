// The tagging API's index over one store: what was true a while ago.
#pragma once

#include <deque>
#include <map>
#include <string>

#include "base/ids.h"
#include "base/time.h"

namespace ssmb::sandbox::tagging {

using Tags = std::map<std::string, std::string>;

class Index {
 public:
  // The tags of `arn` from `when` on; empty: untagged or deleted.
  void record(Time when, Arn arn, Tags tags);
  // What the index shows of changes up to `until`, by ARN; untagged resources are absent.
  const std::map<Arn, Tags>& as_of(Time until);

 private:
  struct Change {
    Time when;
    Arn arn;
    Tags tags;
  };
  std::deque<Change> pending_;
  std::map<Arn, Tags> visible_;
};

}  // namespace ssmb::sandbox::tagging
