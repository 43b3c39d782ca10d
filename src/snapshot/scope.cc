#include "snapshot/scope.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/text.h"

namespace ssmb::snapshot {

namespace json = boost::json;

Scope Scope::of_environment(const Environment& environment) {
  return {Kind::environment, {fmt::format("*/{}/*", environment)}};
}

Result<Scope> Scope::of_environment(const Environment& environment,
                                    std::vector<std::string> globs) {
  if (globs.empty())
    return fail(ErrorKind::configuration,
                fmt::format("the include list of {} names nothing", environment),
                fmt::format("put at least one glob into /jenkins/{}/backup/include, or delete it",
                            environment));
  return Scope{Kind::environment, std::move(globs)};
}

Result<Scope> Scope::selection(std::vector<std::string> globs) {
  if (globs.empty()) return fail(ErrorKind::usage, "--include names nothing");
  return Scope{Kind::selection, std::move(globs)};
}

bool Scope::matches(const ParameterName& name) const {
  return std::ranges::any_of(
      globs_, [&name](const std::string& glob) { return glob_match(glob, name.view()); });
}

std::string Scope::describe() const {
  return (is_default() ? "default: " : "selection: ") + join(globs_, ", ");
}

json::value Scope::to_json() const {
  json::array include;
  for (const std::string& glob : globs_) include.emplace_back(glob);
  return json::object{{"default", is_default()}, {"include", std::move(include)}};
}

Result<Scope> Scope::from_json(const json::value& value) {
  const auto wrong = [] { return fail(ErrorKind::corrupt, "the scope is not as format 1 has it"); };
  const auto* object = value.if_object();
  const auto* is_default = object ? object->if_contains("default") : nullptr;
  const auto* include = object ? object->if_contains("include") : nullptr;
  if (!is_default || !is_default->is_bool() || !include || !include->is_array()) return wrong();
  std::vector<std::string> globs;
  for (const auto& glob : include->get_array()) {
    if (!glob.is_string()) return wrong();
    globs.emplace_back(glob.get_string());
  }
  if (globs.empty()) return wrong();
  return Scope{is_default->get_bool() ? Kind::environment : Kind::selection, std::move(globs)};
}

}  // namespace ssmb::snapshot
