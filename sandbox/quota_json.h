// Quotas as JSON: the file of --quota, and the control path's "/_sandbox/quota".
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "sandbox/quota.h"

namespace ssmb::sandbox {

// "off" is an empty table, "aws" is aws_quotas(); nullopt: there is no such preset.
std::optional<QuotaTable> preset_quotas(std::string_view name);
// What a file holds: {"groups": [...]}. Errors: configuration, naming the entry.
Result<QuotaTable> read_quotas(const boost::json::value& root);

boost::json::array to_json(const std::map<Quotas::Key, QuotaUse>& uses);

}  // namespace ssmb::sandbox
