#include "sandbox/ssm/selector.h"

#include <algorithm>
#include <charconv>

namespace ssmb::sandbox::ssm {
namespace {

const Version* select(const Record& record, std::string_view selector) {
  ParameterVersion number = 0;
  const auto [end, error] =
      std::from_chars(selector.data(), selector.data() + selector.size(), number);
  const bool is_number = error == std::errc() && end == selector.data() + selector.size();
  return is_number ? record.find_version(number) : record.find_label(selector);
}

}  // namespace

Record* find_named(Store& store, std::string_view name_or_arn) {
  const std::string& prefix = store.arn_prefix();
  if (name_or_arn.starts_with(prefix)) return store.find_unique(name_or_arn.substr(prefix.size()));
  return store.find(name_or_arn);
}

Found find_selected(Store& store, std::string_view text) {
  const std::string& prefix = store.arn_prefix();
  const std::size_t skip = text.starts_with(prefix) ? prefix.size() : 0;
  const auto colon = text.find(':', skip);
  Found found;
  found.record = find_named(store, text.substr(0, colon));
  if (!found.record) return found;
  if (colon == std::string_view::npos) {
    found.version = &found.record->current();
  } else {
    found.selector = text.substr(colon);
    found.version = select(*found.record, text.substr(colon + 1));
  }
  found.outcome = found.version ? Found::Outcome::found : Found::Outcome::no_version;
  return found;
}

}  // namespace ssmb::sandbox::ssm
