// Knows every parameter's true history, and judges a snapshot by it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "parameter/parameter.h"
#include "sandbox/ssm/store.h"
#include "snapshot/manifest.h"

namespace ssmb::simulation {

// A parameter as it was from one moment to the next change; gone: nothing of it was there.
struct Moment {
  Time from;
  std::optional<sandbox::ssm::Version> version;
  std::vector<sandbox::ssm::Version> older;  // oldest first
  std::string type;
  std::string arn;
  sandbox::tagging::Tags tags;
};

class Oracle {
 public:
  // After each change of a parameter in a Region's store, and once for those it begins with.
  void note(const Region& region, sandbox::ssm::Store& store, const std::string& name, Time now);

  // What is wrong with a snapshot that calls itself complete; empty: nothing. Every record must
  // have been true at some moment between the manifest's start and end, and every parameter of the
  // scope that was there all that time must be in it. Where the depth asks for older versions, they
  // and all labels are those of that moment. Where the fence was reached, all records share a
  // moment, and nothing is missing that was there from then on.
  std::vector<std::string> judge(const Region& region, const snapshot::Manifest& manifest,
                                 const std::vector<Parameter>& records) const;

 private:
  // Was there a moment at which all of them were true?
  bool share_a_moment(const Region& region, const snapshot::Manifest& manifest,
                      const std::vector<Parameter>& records) const;
  // Is nothing missing that was there from then to the end?
  bool holds_all_since(Time from, const Region& region, const snapshot::Manifest& manifest,
                       const std::vector<Parameter>& records) const;

  using History = std::vector<Moment>;

  std::map<Region, std::map<std::string, History>> histories_;
};

}  // namespace ssmb::simulation
