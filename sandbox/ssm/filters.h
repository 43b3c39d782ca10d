// ParameterFilters of DescribeParameters and GetParametersByPath, and Describe's old Filters.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html
#pragma once

#include <boost/json/object.hpp>
#include <expected>
#include <string>
#include <vector>

#include "sandbox/authenticator.h"
#include "sandbox/ssm/store.h"

namespace ssmb::sandbox::ssm {

struct Filter {
  std::string key;
  std::string option;  // never empty: the key's default is filled in
  std::vector<std::string> values;
};

enum class FilteredCall { describe, by_path };

// InvalidFilterKey, InvalidFilterOption, InvalidFilterValue, ValidationException.
std::expected<std::vector<Filter>, ServiceError> parse_filters(const boost::json::object& input,
                                                               FilteredCall call);

// All filters hold; of one filter's values any. By path, a Label filter matches any version.
bool matches(const std::vector<Filter>& filters, const Record& record);

// Is `name` below `path`: "/a/b" below "/a"? OneLevel or Recursive. "/" holds everything.
bool is_below(std::string_view name, std::string_view path, bool recursive);

// What a token is bound to: the call and everything that defines its listing.
std::string describe_filters(std::string_view call, const std::vector<Filter>& filters);

}  // namespace ssmb::sandbox::ssm
