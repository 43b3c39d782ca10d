// "name", "name:3", "name:label", or the ARN in place of the name.
#pragma once

#include <string>
#include <string_view>

#include "sandbox/ssm/store.h"

namespace ssmb::sandbox::ssm {

struct Found {
  enum class Outcome { found, no_parameter, no_version };
  Outcome outcome = Outcome::no_parameter;
  Record* record = nullptr;
  const Version* version = nullptr;
  std::string selector;  // ":3", ":label", or empty
};

Found find_selected(Store& store, std::string_view text);

// A name or an ARN of this account and Region, without selector.
Record* find_named(Store& store, std::string_view name_or_arn);

}  // namespace ssmb::sandbox::ssm
