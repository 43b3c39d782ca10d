#include "sandbox/faults_json.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/config_object.h"
#include "sandbox/known_operations.h"

namespace ssmb::sandbox {
namespace {

namespace json = boost::json;

constexpr const char* kAdvice = "see \"Faults\" in sandbox/README.md for the file's format";
constexpr std::int64_t kMostCalls = 1'000'000'000;

// Operations whose requests name parameters.
constexpr auto kNaming = std::to_array<std::string_view>(
    {"ssm:GetParameter", "ssm:GetParameters", "ssm:GetParameterHistory", "ssm:PutParameter",
     "ssm:Delete*", "ssm:Label*", "ssm:Unlabel*", "ssm:*Tags*"});

Fault read_fault(ConfigObject& reader) {
  const std::string name = reader.required_text("fault");
  const auto fault = fault_named(name);
  if (fault) return *fault;
  std::vector<std::string> names;
  for (const FaultKind& kind : fault_kinds()) names.emplace_back(kind.name);
  reader.refuse(
      fmt::format("there is no fault '{}'; there are: {}", printable(name), join(names, ", ")));
  return Fault::throttle;
}

bool names_parameters(const FaultRule& rule, std::string_view operation) {
  // A decryption knows its parameter, whatever the request was.
  return rule.fault == Fault::denied_key ||
         std::ranges::any_of(kNaming,
                             [&](std::string_view glob) { return glob_match(glob, operation); });
}

// A rule that no call could ever meet is a mistake.
void check_reach(const FaultRule& rule, ConfigObject& reader) {
  if (!fits_known_operation(rule.operation)) {
    reader.refuse(fmt::format("the sandbox has no operation '{}'", rule.operation));
    return;
  }
  const auto reaches = [&](auto holds) {
    return std::ranges::any_of(known_operations(), [&](const std::string& operation) {
      return glob_match(rule.operation, operation) && fits(rule.fault, operation) &&
             holds(operation);
    });
  };
  if (!reaches([](std::string_view) { return true; }))
    reader.refuse(fmt::format("{} does not fit {}", kind_of(rule.fault).name, rule.operation));
  if (!rule.parameter.empty() &&
      !reaches([&](std::string_view operation) { return names_parameters(rule, operation); }))
    reader.refuse(fmt::format("{} names no 'parameter'", rule.operation));
  if (!rule.key.empty() &&
      !reaches([](std::string_view operation) { return operation.starts_with("s3:"); }))
    reader.refuse(fmt::format("{} has no 'key'", rule.operation));
}

void read_status(FaultRule& rule, ConfigObject& reader) {
  const bool html = rule.fault == Fault::html;
  if (reader.has("status") && !html && rule.fault != Fault::huge_error)
    reader.refuse("'status' is only for html and huge-error");
  const auto status = reader.integer("status", 100, 599);
  if (!status) return;
  rule.status = static_cast<int>(*status);
  const bool good = html ? *status == 200 || *status == 502 : *status == 400 || *status == 500;
  if (!good) reader.refuse(html ? "'status' is 200 or 502" : "'status' is 400 or 500");
}

void read_seconds(FaultRule& rule, ConfigObject& reader) {
  const bool clock = rule.fault == Fault::wrong_clock;
  const bool needed = clock || rule.fault == Fault::slow_body;
  if (needed && !reader.has("seconds")) reader.refuse("'seconds' is missing");
  if (!needed && reader.has("seconds"))
    reader.refuse("'seconds' is only for slow-body and wrong-clock");
  const Range range{.least = clock ? -1e9 : 0, .most = 1e9};
  rule.seconds = reader.seconds("seconds", range).value_or(Duration{0});
}

FaultRule read_rule(const json::value& value, std::string where, ConfigProblem& problem) {
  ConfigObject reader(value, std::move(where), problem,
                      {"fault", "operation", "region", "parameter", "key", "skip", "count",
                       "probability", "message", "status", "seconds"});
  FaultRule rule{.fault = read_fault(reader)};
  if (problem.found()) return rule;
  rule.operation = reader.text("operation").value_or("*");
  rule.region = reader.text("region").value_or("*");
  rule.parameter = reader.text("parameter").value_or("");
  rule.key = reader.text("key").value_or("");
  rule.skip = static_cast<std::uint64_t>(reader.integer("skip", 0, kMostCalls).value_or(0));
  if (const auto count = reader.integer("count", 1, kMostCalls))
    rule.count = static_cast<std::uint64_t>(*count);
  rule.probability = reader.number("probability", {.least = 0, .most = 1}).value_or(1);
  rule.message = reader.text("message").value_or("");
  if (!rule.message.empty() && rule.fault != Fault::access_denied)
    reader.refuse("'message' is only for access-denied");
  read_status(rule, reader);
  read_seconds(rule, reader);
  check_reach(rule, reader);
  return rule;
}

}  // namespace

Result<std::vector<FaultRule>> parse_faults(std::string_view text) {
  ConfigProblem problem(kAdvice);
  const json::value root = parse_config(text, problem);
  if (problem.found()) return problem.error();
  return read_faults(root);
}

Result<std::vector<FaultRule>> read_faults(const json::value& root) {
  ConfigProblem problem(kAdvice);
  ConfigObject reader(root, "faults", problem, {"rules"});
  if (!reader.has("rules")) reader.refuse("'rules' is missing");
  std::vector<FaultRule> rules;
  const json::array& list = reader.array("rules");
  for (std::size_t i = 0; i < list.size(); ++i)
    rules.push_back(read_rule(list[i], fmt::format("rules[{}]", i), problem));
  if (problem.found()) return problem.error();
  return rules;
}

json::array to_json(const Faults::Counters& fired) {
  json::array all;
  for (const auto& [key, count] : fired) {
    const auto& [fault, operation, region] = key;
    all.push_back({{"fault", kind_of(fault).name},
                   {"operation", operation},
                   {"region", region.str()},
                   {"count", count}});
  }
  return all;
}

}  // namespace ssmb::sandbox
