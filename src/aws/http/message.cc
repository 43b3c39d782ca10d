#include "aws/http/message.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace ssmb::aws {
namespace {

std::string_view scheme_name(Endpoint::Scheme scheme) {
  return scheme == Endpoint::Scheme::https ? "https" : "http";
}

int default_port(Endpoint::Scheme scheme) { return scheme == Endpoint::Scheme::https ? 443 : 80; }

auto named(std::string_view name) {
  return [name](const auto& entry) { return equal_ignoring_case(entry.first, name); };
}

}  // namespace

std::string Endpoint::authority() const {
  const bool is_ipv6 = host.contains(':');
  std::string text = is_ipv6 ? fmt::format("[{}]", host) : host;
  if (port != default_port(scheme)) text += fmt::format(":{}", port);
  return text;
}

std::string Endpoint::url() const {
  return fmt::format("{}://{}", scheme_name(scheme), authority());
}

void Headers::set(std::string_view name, std::string value) {
  const auto first = std::ranges::find_if(entries_, named(name));
  if (first == entries_.end()) return add(std::string(name), std::move(value));
  first->second = std::move(value);
  entries_.erase(std::remove_if(first + 1, entries_.end(), named(name)), entries_.end());
}

void Headers::remove(std::string_view name) { std::erase_if(entries_, named(name)); }

std::optional<std::string_view> Headers::find(std::string_view name) const {
  const auto entry = std::ranges::find_if(entries_, named(name));
  if (entry == entries_.end()) return std::nullopt;
  return entry->second;
}

}  // namespace ssmb::aws
