#include "sandbox/control.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <cmath>

#include "base/time.h"
#include "base/wiping_resource.h"
#include "sandbox/faults_json.h"
#include "sandbox/json_input.h"
#include "sandbox/json_protocol.h"
#include "sandbox/query_protocol.h"
#include "sandbox/quota_json.h"
#include "sandbox/ssm/seed.h"
#include "sandbox/ssm/shapes.h"
#include "sandbox/ssm/store.h"

namespace ssmb::sandbox {
namespace {

namespace json = boost::json;

constexpr std::string_view kPrefix = "/_sandbox/";

std::optional<double> number(const json::object& input, std::string_view key) {
  const json::value* value = input.if_contains(key);
  if (!value || !value->is_number()) return std::nullopt;
  const double found = value->to_number<double>();
  return std::isfinite(found) && std::abs(found) < 1e11 ? std::optional(found) : std::nullopt;
}

Duration seconds(double count) { return Duration(static_cast<Duration::rep>(count * 1e6)); }

json::object state(const World& world) {
  json::object answer;
  answer["time"] = to_iso8601(world.now());
  json::array counters;
  for (const auto& [call, count] : world.counters())
    counters.push_back(
        {{"operation", call.first}, {"region", call.second.str()}, {"calls", count}});
  answer["counters"] = std::move(counters);
  json::array callers;
  for (const auto& [call, count] : world.callers())
    callers.push_back({{"operation", call.first}, {"arn", call.second.str()}, {"calls", count}});
  answer["callers"] = std::move(callers);
  json::array stores;
  for (const auto& [place, store] : world.ssm_stores())
    stores.push_back({{"account", place.first.str()},
                      {"region", place.second.str()},
                      {"parameters", store->size()}});
  answer["stores"] = std::move(stores);
  return answer;
}

JsonAnswer advance_clock(World& world, const json::object& input) {
  const auto by = number(input, "seconds");
  if (!by) return refuse("BadRequest", "seconds: a number");
  world.advance(seconds(*by));
  return state(world);
}

JsonAnswer seed(World& world, const json::object& input) {
  JsonInput reader(input);
  const AccountId account(reader.text("account").value_or(std::string(Accounts::kOpenAccount)));
  const Region region(reader.required_text("region"));
  const json::array* parameters = reader.array("parameters");
  if (reader.error() || !parameters)
    return refuse("BadRequest", "region: a string; parameters: an array");
  ssm::Store& store = world.ssm(account, region);
  for (const json::value& parameter : *parameters) {
    if (!parameter.is_object()) return refuse("BadRequest", "parameters: an array of objects");
    if (auto done = ssm::seed(store, parameter.get_object(), world.now()); !done)
      return std::unexpected(done.error());
  }
  return json::object{{"parameters", store.size()}};
}

// [{"region": "us-west-2", "of": "/a/b"}]: a parameter's name or a key's id; "*" for any Region.
void set_denials(World& world, JsonInput& reader, std::string_view key,
                 void (KeyPolicy::*change)(const Region&, const std::string&)) {
  const json::array* entries = reader.array(key);
  if (!entries) return;
  for (const json::value& value : *entries) {
    if (!value.is_object()) continue;
    JsonInput entry(value.get_object());
    const Region region(entry.text("region").value_or("*"));
    const std::string of = entry.required_text("of");
    if (entry.error()) {
      reader.refuse(entry.error()->code, entry.error()->message);
    } else {
      (world.keys().*change)(region, of);
    }
  }
}

JsonAnswer set_options(World& world, const json::object& input) {
  JsonInput reader(input);
  Options& options = world.options();
  if (input.contains("strict_transport"))
    options.strict_transport = reader.flag("strict_transport");
  if (const auto rules = reader.text("doubtful_rules"))
    options.doubtful_rules = *rules == "enforce" ? DoubtfulRules::enforce : DoubtfulRules::ignore;
  if (const auto chance = number(input, "short_pages")) options.short_pages = *chance;
  if (const auto lag = number(input, "tagging_lag_seconds")) options.tagging_lag = seconds(*lag);
  if (const auto order = reader.integer("order_seed"))
    world.set_order_seed(static_cast<std::uint64_t>(*order));
  set_denials(world, reader, "deny_decrypt", &KeyPolicy::deny_decrypt);
  set_denials(world, reader, "allow_decrypt", &KeyPolicy::allow_decrypt);
  if (reader.error()) return std::unexpected(*reader.error());
  return json::object{
      {"strict_transport", options.strict_transport},
      {"doubtful_rules", options.doubtful_rules == DoubtfulRules::enforce ? "enforce" : "ignore"},
      {"short_pages", options.short_pages},
      {"tagging_lag_seconds", static_cast<double>(options.tagging_lag.count()) / 1e6},
      {"order_seed", world.order_seed()}};
}

json::object quota_state(World& world) {
  return {{"uses", to_json(world.quotas().uses(world.now()))}};
}

// {"preset": "aws"}, or what a file holds.
JsonAnswer set_quota(World& world, const json::object& input) {
  if (const json::value* name = input.if_contains("preset")) {
    auto preset = name->is_string() && input.size() == 1
                      ? preset_quotas(std::string_view(name->get_string()))
                      : std::nullopt;
    if (!preset) return refuse("BadRequest", "preset: \"off\" or \"aws\", and nothing else");
    world.quotas().set(*std::move(preset), world.now());
    return quota_state(world);
  }
  auto table = read_quotas(input);
  if (!table) return refuse("BadRequest", table.error().what);
  world.quotas().set(*std::move(table), world.now());
  return quota_state(world);
}

json::object faults_state(World& world) { return {{"fired", to_json(world.faults().fired())}}; }

JsonAnswer set_faults(World& world, const json::object& input) {
  auto rules = read_faults(input);
  if (!rules) return refuse("BadRequest", rules.error().what);
  world.faults().set(*std::move(rules));
  return faults_state(world);
}

JsonAnswer dump(World& world, const std::string& query) {
  auto form = parse_form(query);
  if (!form.contains("region")) return refuse("BadRequest", "?region=R[&account=A]");
  form.try_emplace("account", Accounts::kOpenAccount);
  return ssm::dump(world.ssm(AccountId(form["account"]), Region(form["region"])));
}

JsonAnswer reset_counters(World& world) {
  world.reset_counters();
  return state(world);
}

JsonAnswer run(World& world, const std::string& verb, const aws::HttpRequest& request,
               const json::object& input) {
  const std::string what = request.method + " " + verb;
  if (what == "GET state") return state(world);
  if (what == "GET dump") return dump(world, request.query);
  if (what == "POST advance-clock") return advance_clock(world, input);
  if (what == "GET quota") return quota_state(world);
  if (what == "POST quota" || what == "PUT quota") return set_quota(world, input);
  if (what == "GET faults") return faults_state(world);
  if (what == "POST faults" || what == "PUT faults") return set_faults(world, input);
  if (what == "POST seed") return seed(world, input);
  if (what == "POST options") return set_options(world, input);
  if (what == "POST reset-counters") return reset_counters(world);
  return refuse("NotFound", "no control request " + what + ": see sandbox/README.md", 404);
}

}  // namespace

bool is_control(const aws::HttpRequest& request) { return request.path.starts_with(kPrefix); }

aws::HttpResponse control(World& world, const aws::HttpRequest& request) {
  boost::system::error_code broken;
  const std::string_view body = request.body.view();
  const json::value input =
      json::parse(body.empty() ? "{}" : json::string_view(body), broken, wiping_storage());
  if (broken || !input.is_object())
    return json_error({.code = "BadRequest", .message = "the body is no JSON object"});
  auto answer = run(world, request.path.substr(kPrefix.size()), request, input.get_object());
  if (!answer) return json_error(answer.error());
  return json_response(200, json::value(std::move(*answer)));
}

}  // namespace ssmb::sandbox
