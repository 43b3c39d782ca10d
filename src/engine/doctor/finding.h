// What `doctor` finds: one thing looked at, how it is, and what to do.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/ids.h"

namespace ssmb::engine::doctor {

struct Finding {
  enum class State {
    ok,
    amiss,
    unknown,  // it may not be looked at, or not without writing something
    info,     // worth knowing, and nobody's fault
  } state = State::ok;
  Region region;        // empty: all of them
  std::string subject;  // "bucket policy", "permission ssm:PutParameter", "newest snapshot"
  std::string detail;
  std::string next;  // what to do; never empty where something is amiss

  bool operator==(const Finding&) const = default;
};
std::string_view to_string(Finding::State state);

// Told of each finding as it comes.
using Tell = std::function<void(const Finding&)>;

// Makes findings of one Region (or of all) and tells them.
class Findings {
 public:
  Findings(Tell tell, Region region) : tell_(std::move(tell)), region_(std::move(region)) {}

  const Region& region() const { return region_; }
  Findings of(Region region) const { return {tell_, std::move(region)}; }

  void ok(std::string subject, std::string detail) const;
  void info(std::string subject, std::string detail, std::string next = {}) const;
  void unknown(std::string subject, std::string detail, std::string next = {}) const;
  void amiss(std::string subject, std::string detail, std::string next) const;
  // What the service said, with the error's own next step, or that one where it has none.
  void amiss(std::string subject, const Error& error, std::string_view next) const;

 private:
  Tell tell_;
  Region region_;
};

// What mends metadata and buckets.
std::string apply_stack(const Environment& env);

// Nobody answered: what else is asked there will not be answered either.
bool is_silence(const Error& error);
// Somebody answered, and what came was no answer to the question: the service's own failure after
// all tries, or a page of whoever stands in its place. Whatever is asked there next may fail, too.
bool is_failure(const Error& error);

}  // namespace ssmb::engine::doctor
