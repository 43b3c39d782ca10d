#include "sandbox/quota_json.h"

#include <fmt/format.h>

#include "sandbox/config_object.h"
#include "sandbox/known_operations.h"

namespace ssmb::sandbox {
namespace {

namespace json = boost::json;

constexpr const char* kAdvice = "see \"Quotas\" in sandbox/README.md for the file's format";

// Beyond them a bucket is no limit, and the other consumers' calls take long to count.
constexpr Range kRate{.least = 0, .most = 100'000};
constexpr Range kBurst{.least = 1, .most = 1'000'000};
constexpr Range kConsumerRate{.least = 0.001, .most = 100'000};
constexpr Range kTime{.least = 0, .most = 1e9};
constexpr double kMostCalls = 1e7;

RateChange read_change(const json::value& value, std::string where, ConfigProblem& problem) {
  ConfigObject reader(value, std::move(where), problem, {"at", "rate"});
  const double rate = reader.required_number("rate", kRate);
  if (!reader.has("at")) reader.refuse("'at' is missing");
  return {.at = reader.seconds("at", kTime).value_or(Duration{0}), .rate = rate};
}

OtherConsumer read_other(const json::value& value, std::string where, ConfigProblem& problem) {
  ConfigObject reader(value, std::move(where), problem, {"rate", "from", "to"});
  OtherConsumer other{.rate = reader.required_number("rate", kConsumerRate)};
  other.from = reader.seconds("from", kTime).value_or(Duration{0});
  if (!reader.has("to")) reader.refuse("'to' is missing");
  other.to = reader.seconds("to", kTime).value_or(other.from);
  if (other.to < other.from) reader.refuse("'to' lies before 'from'");
  if (static_cast<double>((other.to - other.from).count()) / 1e6 * other.rate > kMostCalls)
    reader.refuse(fmt::format("wants more than {} calls in all", kMostCalls));
  return other;
}

Throughput read_throughput(ConfigObject& reader) {
  const std::string text = reader.text("throughput").value_or("any");
  if (text == "normal") return Throughput::normal;
  if (text == "high") return Throughput::high;
  if (text != "any") reader.refuse("'throughput' is none of any, normal, high");
  return Throughput::any;
}

// "groups[2].others[0]"
std::string item(const ConfigObject& reader, std::string_view list, std::size_t i) {
  return fmt::format("{}.{}[{}]", reader.where(), list, i);
}

QuotaGroup read_group(const json::value& value, std::string where, ConfigProblem& problem) {
  ConfigObject reader(
      value, std::move(where), problem,
      {"name", "operations", "rate", "burst", "regions", "throughput", "changes", "others"});
  QuotaGroup group;
  group.name = reader.required_text("name");
  group.operations = reader.texts("operations");
  group.rate = reader.required_number("rate", kRate);
  group.burst = reader.required_number("burst", kBurst);
  for (std::string& region : reader.texts("regions")) group.regions.emplace_back(std::move(region));
  group.throughput = read_throughput(reader);
  if (group.operations.empty()) reader.refuse("'operations' names none");
  for (const std::string& operation : group.operations) {
    if (!fits_known_operation(operation))
      reader.refuse(fmt::format("the sandbox has no operation '{}'", operation));
  }
  const json::array& changes = reader.array("changes");
  for (std::size_t i = 0; i < changes.size(); ++i)
    group.changes.push_back(read_change(changes[i], item(reader, "changes", i), problem));
  const json::array& others = reader.array("others");
  for (std::size_t i = 0; i < others.size(); ++i)
    group.others.push_back(read_other(others[i], item(reader, "others", i), problem));
  return group;
}

}  // namespace

Result<QuotaTable> parse_quotas(std::string_view text) {
  ConfigProblem problem(kAdvice);
  const json::value root = parse_config(text, problem);
  if (problem.found()) return problem.error();
  return read_quotas(root);
}

Result<QuotaTable> read_quotas(const json::value& root) {
  ConfigProblem problem(kAdvice);
  ConfigObject reader(root, "quotas", problem, {"groups"});
  if (!reader.has("groups")) reader.refuse("'groups' is missing");
  QuotaTable table;
  const json::array& groups = reader.array("groups");
  for (std::size_t i = 0; i < groups.size(); ++i)
    table.push_back(read_group(groups[i], fmt::format("groups[{}]", i), problem));
  if (problem.found()) return problem.error();
  return table;
}

std::optional<QuotaTable> preset_quotas(std::string_view name) {
  if (name == "off") return QuotaTable();
  if (name == "aws") return aws_quotas();
  return std::nullopt;
}

json::array to_json(const std::map<Quotas::Key, QuotaUse>& uses) {
  json::array all;
  for (const auto& [key, use] : uses) {
    const auto& [account, region, group] = key;
    all.push_back({{"account", account.str()},
                   {"region", region.str()},
                   {"group", group},
                   {"calls", use.calls},
                   {"throttled", use.throttled},
                   {"others_wanted", use.others.wanted},
                   {"others_got", use.others.got}});
  }
  return all;
}

}  // namespace ssmb::sandbox
