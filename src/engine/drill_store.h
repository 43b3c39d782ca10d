// A store of parameters that follows SSM's rules and keeps no value: what PutParameter would leave
// there is told as a print, and only the name stays. Pure.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "engine/text_key.h"
#include "parameter/print.h"
#include "parameter/rules.h"

namespace ssmb::engine {

class DrillStore {
 public:
  DrillStore(rules::Store store, PrintKey key) : store_(std::move(store)), key_(std::move(key)) {}

  // PutParameter of a new name, and its labels: the print of what is there now, or the rule that
  // refuses it. Rules that are not certain refuse nothing.
  std::expected<Print, rules::Violation> create(
      const aws::ssm::PutRequest& request, const std::optional<std::vector<std::string>>& labels);
  bool holds(const ParameterName& name) const;

 private:
  rules::Store store_;
  PrintKey key_;
  TextTable<Nothing> names_;
};

}  // namespace ssmb::engine
