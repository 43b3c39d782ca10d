// Which parameters a snapshot was meant to hold.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"

namespace ssmb::snapshot {

// Globs (base/text.h) over whole names; a name is in when one of them matches. Immutable.
class Scope {
 public:
  // The environment's default scope: names that hold "/<env>/" ("/app/devices/x" is not in dev)...
  static Scope of_environment(const Environment& environment);
  // ...or the globs of the metadata parameter /jenkins/<env>/backup/include. configuration if
  // empty.
  static Result<Scope> of_environment(const Environment& environment,
                                      std::vector<std::string> globs);
  // What --include asks for: another scope than the default one. usage if empty.
  static Result<Scope> selection(std::vector<std::string> globs);

  bool matches(const ParameterName& name) const;
  // Only snapshots of the default scope move pointers and carry the key that old readers find.
  bool is_default() const { return kind_ == Kind::environment; }
  const std::vector<std::string>& globs() const { return globs_; }
  std::string describe() const;  // "default: */dev/*", "selection: /app/*, /db/*"

  boost::json::value to_json() const;  // {"default": true, "include": ["*/dev/*"]}
  static Result<Scope> from_json(const boost::json::value& json);

  bool operator==(const Scope&) const = default;

 private:
  enum class Kind { environment, selection };
  Scope(Kind kind, std::vector<std::string> globs) : kind_(kind), globs_(std::move(globs)) {}

  Kind kind_;
  std::vector<std::string> globs_;
};

}  // namespace ssmb::snapshot
