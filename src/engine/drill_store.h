// A store of parameters that follows SSM's rules and keeps no value: lengths and keyed digests
// stand for what PutParameter would leave there. Pure.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "engine/text_key.h"
#include "parameter/print.h"
#include "parameter/rules.h"

namespace ssmb::engine {

// What DescribeParameters, GetParameter and ListTagsForResource would tell after this put of a new
// name and LabelParameterVersion with these labels: made from the request alone.
Parameter stored_by(const aws::ssm::PutRequest& request,
                    const std::optional<std::vector<std::string>>& labels,
                    const rules::Store& store);

class DrillStore {
 public:
  struct Kept {
    std::uint64_t value_digest = 0;
    std::uint32_t value_length = 0;
  };

  DrillStore(rules::Store store, PrintKey key) : store_(std::move(store)), key_(std::move(key)) {}

  // PutParameter of a new name, and its labels: the print of what is there now, or the rule that
  // refuses it. Rules that are not certain refuse nothing.
  std::expected<Print, rules::Violation> create(
      const aws::ssm::PutRequest& request, const std::optional<std::vector<std::string>>& labels);
  // nullptr: there is none.
  const Kept* find(const ParameterName& name) const;
  std::size_t size() const { return kept_.size(); }

 private:
  rules::Store store_;
  PrintKey key_;
  TextTable<Kept> kept_;
};

}  // namespace ssmb::engine
