#include "engine/restore/as_planned.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "base/try.h"
#include "parameter/rules.h"
#include "snapshot/json_reader.h"

namespace ssmb::engine::restore {
namespace {

using snapshot::Complaint;
using snapshot::JsonReader;

TextKey key_of(const ParameterName& name) { return text_key(rules::unique_part(name.view())); }

std::optional<Action> parse_action(std::string_view text) {
  for (const Action action : kActions)
    if (to_string(action) == text) return action;
  return std::nullopt;
}

std::optional<OnConflict> parse_policy(std::string_view text) {
  if (text == "skip") return OnConflict::skip;
  if (text == "overwrite") return OnConflict::overwrite;
  if (text == "fail") return OnConflict::fail;
  return std::nullopt;
}

std::string_view word_of(OnConflict policy) {
  switch (policy) {
    case OnConflict::skip: return "skip";
    case OnConflict::overwrite: return "overwrite";
    case OnConflict::fail: break;
  }
  return "fail";
}

PlanOf read_of(JsonReader& in) {
  PlanOf of{.env = Environment(in.text("environment")),
            .region = Region(in.text("region")),
            .account = AccountId(in.text("account")),
            .snapshot = {}};
  JsonReader snapshot = in.object("snapshot");
  of.snapshot = ObjectKey(snapshot.text("key"));
  of.sha256 = snapshot.sha256("sha256");
  const auto policy = parse_policy(in.text("onConflict"));
  if (!policy) in.complain("onConflict", "is none of skip, overwrite, fail");
  of.on_conflict = policy.value_or(OnConflict::skip);
  for (const auto& choice : in.list("choices")) {
    if (!choice.is_string())
      in.complain("choices", "holds what is no text");
    else
      of.choices.emplace_back(choice.get_string());
  }
  return of;
}

FieldSet read_fields(JsonReader& in) {
  FieldSet fields;
  if (in.optional("differing") == nullptr) return fields;
  const auto known = keys_of(FieldSet().set());
  for (const auto& key : in.list("differing")) {
    const auto found = key.is_string()
                           ? std::ranges::find(known, std::string_view(key.get_string()))
                           : known.end();
    if (found == known.end())
      in.complain("differing", "names no field");
    else
      fields.set(static_cast<std::size_t>(found - known.begin()));
  }
  return fields;
}

std::string choice_words(const std::vector<std::string>& choices) {
  return choices.empty() ? "none" : printable(join(choices, " "), 400);
}

}  // namespace

std::vector<std::string> choices_of(const PlanOptions& options) {
  std::vector<std::string> out;
  for (const NameMap& map : options.mapping.names)
    out.push_back(fmt::format("--map {}={}", map.from, map.to));
  for (const KeyMap& map : options.mapping.keys)
    out.push_back(fmt::format("--kms-map {}={}", map.from, map.to));
  if (options.mapping.expired == Expired::skip) out.emplace_back("--expired skip");
  if (options.mapping.expired == Expired::strip) out.emplace_back("--expired strip");
  if (options.with_history == WithHistory::yes) out.emplace_back("--history");
  std::ranges::sort(out);
  return out;
}

Result<void> check_same(const PlanOf& planned, const PlanOf& now) {
  const auto differs = [](std::string_view what, std::string_view then, std::string_view today) {
    return fail(ErrorKind::usage,
                fmt::format("it is a plan of {} {}, and this restore is of {}", what,
                            printable(then, 400), printable(today, 400)),
                "plan anew: the same command without --apply and --as-planned");
  };
  const auto is_other = [](const auto& then, const auto& today) {
    return !today.empty() && then != today;
  };
  if (is_other(planned.env, now.env))
    return differs("the environment", planned.env.view(), now.env.view());
  if (is_other(planned.region, now.region))
    return differs("the Region", planned.region.view(), now.region.view());
  if (is_other(planned.account, now.account))
    return differs("the account", planned.account.view(), now.account.view());
  if (is_other(planned.snapshot, now.snapshot))
    return differs("the snapshot", planned.snapshot.view(), now.snapshot.view());
  if (now.sha256 && planned.sha256 != now.sha256)
    return differs("the snapshot", planned.snapshot.view(), "another document under that key");
  if (planned.on_conflict != now.on_conflict)
    return differs("--on-conflict", word_of(planned.on_conflict), word_of(now.on_conflict));
  if (planned.choices != now.choices)
    return differs("other flags:", choice_words(planned.choices), choice_words(now.choices));
  return {};
}

Result<EarlierPlan> EarlierPlan::parse(std::string_view text) {
  SSMB_TRY(parsed, parse_json(text));
  if (!parsed.is_object()) return fail(ErrorKind::corrupt, "not a JSON object");
  Complaint complaint;
  JsonReader in(parsed, "", complaint);
  EarlierPlan plan;
  plan.of_ = read_of(in);
  for (const auto& each : in.list("steps")) {
    JsonReader step = in.item(each, "steps");
    const ParameterName name(step.text("name"));
    const auto action = parse_action(step.text("action"));
    if (name.empty()) step.complain("name", "is empty");
    if (!action) step.complain("action", "is none of a plan's");
    if (complaint.first()) break;
    const std::string source = step.optional_text("source");
    const auto [seen, is_new] = plan.steps_.insert(key_of(name));
    // Two that --map has folded into one are written by neither.
    *seen = {.action = is_new ? *action : Action::impossible,
             .version = 0,
             .date = std::nullopt,
             .differing = read_fields(step),
             .source = text_key(source.empty() ? name.view() : std::string_view(source))};
    if (step.optional("liveVersion") != nullptr)
      seen->version = static_cast<aws::ssm::ParameterVersion>(step.number("liveVersion"));
    if (step.optional("liveDate") != nullptr) seen->date = step.time("liveDate");
  }
  if (complaint.first()) return fail(ErrorKind::corrupt, *complaint.first());
  return plan;
}

std::string EarlierPlan::objection(const Step& step, const Begun* begun) const {
  const Seen* seen = steps_.find(key_of(step.name));
  if (seen == nullptr) return "the plan does not have it";
  if (!restore::writes(seen->action))
    return fmt::format("the plan has it as {}", to_string(seen->action));
  if (step.action != Action::remove && seen->source != text_key(step.source_name().view()))
    return "the plan makes it of another parameter of the snapshot";
  if (begun != nullptr && begun->action == seen->action && begun->version == seen->version)
    return {};
  if (step.action != seen->action)
    return fmt::format("the plan has it as {}, and it would be {} now", to_string(seen->action),
                       to_string(step.action));
  if (step.action == Action::remove) return {};
  if (step.live_version.value_or(0) != seen->version || step.live_date != seen->date)
    return "it is not in the version any more that the plan saw";
  if ((step.differing & ~seen->differing).any())
    return fmt::format("the plan does not show that it differs in {}",
                       fmt::join(keys_of(step.differing & ~seen->differing), ", "));
  return {};
}

}  // namespace ssmb::engine::restore
