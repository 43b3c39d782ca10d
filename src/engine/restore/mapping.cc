#include "engine/restore/mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "base/try.h"

namespace ssmb::engine::restore {
namespace {

struct Sides {
  std::string from;
  std::string to;
};

Result<Sides> parse_sides(std::string_view flag, std::string_view text, std::string_view form) {
  const auto equals = text.find('=');
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorKind::usage, fmt::format("{} {}: {}", flag, printable(text), why),
                fmt::format("write it as {} {}", flag, form));
  };
  if (equals == std::string_view::npos) return refuse("it has no \"=\"");
  if (text.find('=', equals + 1) != std::string_view::npos) return refuse("it has two \"=\"");
  Sides sides{.from = std::string(trim(text.substr(0, equals))),
              .to = std::string(trim(text.substr(equals + 1)))};
  if (sides.from.empty() || sides.to.empty()) return refuse("one side is empty");
  return sides;
}

// "/" is what is left of "/".
std::string without_last_slash(std::string name) {
  while (name.size() > 1 && name.ends_with('/')) name.pop_back();
  return name;
}

// Behind the segments of `prefix`, from the slash on; nullopt where they do not begin the name.
std::optional<std::string_view> rest_behind(std::string_view prefix, std::string_view name) {
  if (prefix == "/") return name;
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  if (!name.empty() && !name.starts_with('/')) return std::nullopt;
  return name;
}

ParameterName joined(std::string_view prefix, std::string_view rest) {
  if (prefix == "/") return ParameterName(rest);
  const std::string_view slash = rest.empty() || rest.starts_with('/') ? "" : "/";
  return ParameterName(fmt::format("{}{}{}", prefix, slash, rest));
}

template <class Map>
Result<std::vector<Map>> parse_all(std::string_view flag, const std::vector<std::string>& texts,
                                   Result<Map> (*parse)(std::string_view)) {
  std::vector<Map> maps;
  std::set<std::string> sources;
  for (const std::string& text : texts) {
    SSMB_TRY(map, parse(text));
    if (!sources.insert(map.from).second)
      return fail(ErrorKind::usage, fmt::format("{} names {} twice", flag, printable(map.from)),
                  "say once where it goes");
    maps.push_back(std::move(map));
  }
  return maps;
}

}  // namespace

Result<NameMap> parse_name_map(std::string_view text) {
  SSMB_TRY(sides, parse_sides("--map", text, "/old=/new"));
  if (!sides.from.starts_with('/') || !sides.to.starts_with('/'))
    return fail(ErrorKind::usage,
                fmt::format("--map {}: each side must begin with a slash", printable(text)),
                "write it as --map /old=/new");
  return NameMap{.from = without_last_slash(std::move(sides.from)),
                 .to = without_last_slash(std::move(sides.to))};
}

NameMap below(std::string path) { return {.from = "/", .to = without_last_slash(std::move(path))}; }

Result<KeyMap> parse_key_map(std::string_view text) {
  SSMB_TRY(sides, parse_sides("--kms-map", text, "OLD=NEW"));
  return KeyMap{.from = std::move(sides.from), .to = std::move(sides.to)};
}

Result<std::vector<NameMap>> parse_name_maps(const std::vector<std::string>& texts) {
  return parse_all<NameMap>("--map", texts, parse_name_map);
}

Result<std::vector<KeyMap>> parse_key_maps(const std::vector<std::string>& texts) {
  return parse_all<KeyMap>("--kms-map", texts, parse_key_map);
}

bool lies_under(std::string_view path, std::string_view name) {
  return !path.empty() && rest_behind(without_last_slash(std::string(path)), name).has_value();
}

ParameterName mapped_name(const Mapping& mapping, const ParameterName& name) {
  const NameMap* best = nullptr;
  for (const NameMap& map : mapping.names) {
    if (rest_behind(map.from, name.view()) && (!best || map.from.size() > best->from.size()))
      best = &map;
  }
  return best ? joined(best->to, *rest_behind(best->from, name.view())) : name;
}

std::vector<ParameterName> sources_of(const Mapping& mapping, const ParameterName& target) {
  std::set<ParameterName> sources;
  const auto consider = [&](ParameterName source) {
    if (mapped_name(mapping, source) == target) sources.insert(std::move(source));
  };
  consider(target);
  for (const NameMap& map : mapping.names) {
    if (const auto rest = rest_behind(map.to, target.view())) consider(joined(map.from, *rest));
  }
  return {sources.begin(), sources.end()};
}

}  // namespace ssmb::engine::restore
