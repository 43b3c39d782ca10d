// One harmless try for each action, as permissions.h says. Only permissions.cc includes this.
#pragma once

#include <optional>
#include <string>

#include "aws/ssm/client.h"
#include "engine/doctor/permissions.h"

namespace ssmb::engine::doctor {

// Each asks once: nothing means that it was allowed to, else the error says why not, or why that
// did not come to light.
class Tries {
 public:
  Tries(RegionCase& at, const ObjectPlace* objects);

  // Looks through the listing for a parameter of the scope, on which the others are tried.
  ResultTask<void> list_parameters();
  ResultTask<void> list_tags_of_all();
  ResultTask<void> get_setting();
  ResultTask<void> get_several();
  ResultTask<void> get_one();
  ResultTask<void> get_history();
  ResultTask<void> get_tags();
  ResultTask<void> get_shares();
  // not_found: there is no parameter to try it on.
  ResultTask<void> put();
  ResultTask<void> add_tags();
  ResultTask<void> remove_tags();
  ResultTask<void> label();
  ResultTask<void> unlabel();
  ResultTask<void> remove();

  ResultTask<void> list_objects();
  ResultTask<void> get_object();
  // conflict: it was carried out, for the store minds no conditions; the error says where.
  ResultTask<void> put_object();
  ResultTask<void> abort_upload();

  // What the last one was tried on: a parameter, or "s3://bucket/key".
  const std::string& tried_on() const { return tried_on_; }
  // Was it a name that nobody has, and that the scope does not hold either?
  bool is_beside_scope() const;

 private:
  // A name in the scope: that of a parameter where there is one, or one that nobody has taken.
  ParameterName name();
  ParameterName nobody();
  ObjectKey key(std::string_view below);

  RegionCase& at_;
  const ObjectPlace* objects_;
  aws::ssm::Client ssm_;
  std::optional<aws::s3::Client> s3_;
  std::optional<ParameterName> there_;  // a String
  std::string random_;
  std::string tried_on_;
};

}  // namespace ssmb::engine::doctor
