// What the target should hold of one record.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "engine/restore/decide.h"
#include "engine/restore/keys.h"
#include "engine/restore/mapping.h"
#include "engine/restore/policies.h"
#include "engine/restore/put.h"

namespace ssmb::engine::restore {
namespace {

using rules::Certainty;
using rules::Violation;

constexpr std::string_view kSecure = "SecureString";

// Not captured: none.
template <class T>
std::vector<T> list_of(const std::optional<std::vector<T>>& captured) {
  return captured ? *captured : std::vector<T>{};
}

bool holds_version(const std::vector<HistoryEntry>& history, ParameterVersion version) {
  return std::ranges::any_of(
      history, [version](const HistoryEntry& entry) { return entry.metadata.version == version; });
}

// The snapshot's place; what it does not say is in the record's ARN.
rules::Place origin_of(const Parameter& parameter, const Mapping& mapping) {
  rules::Place place = mapping.from;
  const rules::Place said = rules::place_of(parameter.arn);
  if (place.region.empty()) place.region = said.region;
  if (place.account.empty()) place.account = said.account;
  return place;
}

class Desiring {
 public:
  Desiring(Parameter parameter, const Mapping& mapping, Time now)
      : mapping_(mapping), from_(origin_of(parameter, mapping)), now_(now) {
    out_.parameter = std::move(parameter);
    is_old_ = is_old_record(out_.parameter);
  }

  Desired run(WithHistory with_history) {
    place();
    set_aside(with_history);
    make_scratch();
    map_keys();
    settle_policies();
    settle_tier();
    check();
    return std::move(out_);
  }

 private:
  void place();
  void set_aside(WithHistory with_history);
  void set_tags_aside();
  void set_labels_aside(WithHistory with_history);
  void make_scratch();
  void map_keys();
  void map_key(std::string_view type, KmsKeyId& key);
  void settle_policies();
  void settle_old_policies();
  void settle_tier();
  void check();
  void check_version(std::size_t index, const rules::Store& store);
  void lose(std::string what) { out_.lost.push_back(std::move(what)); }
  void doubt(std::string why);

  const Mapping& mapping_;
  rules::Place from_;
  Time now_;
  bool is_old_ = false;
  Desired out_;
};

void Desiring::doubt(std::string why) {
  if (std::ranges::find(out_.doubts, why) == out_.doubts.end())
    out_.doubts.push_back(std::move(why));
}

void Desiring::place() {
  Parameter& parameter = out_.parameter;
  const bool region = from_.region.empty() || from_.region == mapping_.to.region;
  const bool account = from_.account.empty() || from_.account == mapping_.to.account;
  out_.origin = region && account ? Desired::Origin::here : Desired::Origin::elsewhere;
  parameter.name = mapped_name(mapping_, parameter.name);
  parameter.arn = rules::parameter_arn(parameter.name, mapping_.to);
  if (parameter.history) {
    for (HistoryEntry& entry : *parameter.history) entry.metadata.name = parameter.name;
  }
  if (is_old_)
    for (const std::size_t field :
         {field_at("KeyId"), field_at("Description"), field_at("AllowedPattern"), field_at("Tier"),
          field_at("Policies"), field_at("Tags")})
      out_.recorded.reset(field);
  if (parameter.data_type == "aws:ec2:image" && !region)
    doubt("the image that it names may not exist in " + mapping_.to.region.str() +
          ": the service looks after it has answered");
}

// What no restore brings back.
void Desiring::set_aside(WithHistory with_history) {
  Parameter& parameter = out_.parameter;
  set_tags_aside();
  set_labels_aside(with_history);
  if (with_history == WithHistory::no && parameter.history) {
    if (!parameter.history->empty())
      lose(fmt::format("{} older version{}", parameter.history->size(),
                       parameter.history->size() == 1 ? "" : "s"));
    parameter.history.reset();
  }
  for (const ResourcePolicy& share : list_of(parameter.resource_policies))
    lose("share " + printable(share.id));
}

void Desiring::set_tags_aside() {
  for (const Tag& tag : out_.parameter.tags) {
    if (rules::is_reserved_tag(tag.key)) lose("tag " + printable(tag.key));
  }
  std::erase_if(out_.parameter.tags,
                [](const Tag& tag) { return rules::is_reserved_tag(tag.key); });
}

void Desiring::set_labels_aside(WithHistory with_history) {
  Parameter& parameter = out_.parameter;
  const auto keep_valid = [this](std::vector<std::string>& labels, ParameterVersion version) {
    std::size_t kept = 0;
    std::erase_if(labels, [&](const std::string& label) {
      if (rules::is_valid_label(label) && kept++ < rules::kMaxLabels) return false;
      lose(fmt::format("label {} of version {}: Parameter Store takes no such label",
                       printable(label), version));
      return true;
    });
  };
  if (parameter.labels) keep_valid(*parameter.labels, parameter.version);
  const bool replayed = with_history == WithHistory::yes && parameter.history;
  if (replayed) {
    for (HistoryEntry& entry : *parameter.history) keep_valid(entry.labels, entry.metadata.version);
  }
  for (const VersionLabels& older : list_of(parameter.labelled_versions)) {
    if (replayed && holds_version(*parameter.history, older.version)) continue;
    for (const std::string& label : older.labels)
      lose(fmt::format("label {} of version {}", printable(label), older.version));
  }
}

void Desiring::make_scratch() {
  if (!mapping_.scratch) return;
  std::vector<Tag>& tags = out_.parameter.tags;
  tags.insert(std::ranges::upper_bound(tags, *mapping_.scratch), *mapping_.scratch);
  out_.parameter.policies.clear();
}

void Desiring::map_keys() {
  Parameter& parameter = out_.parameter;
  if (!is_old_) map_key(parameter.type, parameter.key_id);
  if (!parameter.history) return;
  for (HistoryEntry& entry : *parameter.history)
    map_key(entry.metadata.type, entry.metadata.key_id);
}

void Desiring::map_key(std::string_view type, KmsKeyId& key) {
  if (type != kSecure) {
    key = {};
    return;
  }
  auto mapped = mapped_key(key.empty() ? KmsKeyId(rules::kDefaultKey) : key, mapping_, from_);
  key = std::move(mapped.key);
  if (mapped.doubt) doubt(*std::move(mapped.doubt));
}

void Desiring::settle_policies() {
  Parameter& parameter = out_.parameter;
  settle_old_policies();
  const auto past = past_expiration(parameter.policies, now_);
  if (!past) return;
  const std::string when = to_iso8601(*past);
  switch (mapping_.expired) {
    case Expired::ask:
      out_.impossible =
          Violation{.code = "PastExpiration",
                    .message = "it has expired at " + when +
                               ": say with --expired whether to skip it or to strip that policy",
                    .certainty = Certainty::certain,
                    .source = "[U] the service refuses such a policy, or deletes the parameter"};
      break;
    case Expired::skip: out_.left_out = "it has expired at " + when + ", and --expired skip"; break;
    case Expired::strip:
      parameter.policies = without_expiration(parameter.policies);
      lose("policy Expiration of " + when + ": stripped");
      break;
  }
}

// Those of an older version do nothing once the next one is there, but while it is the newest they
// would.
void Desiring::settle_old_policies() {
  if (!out_.parameter.history) return;
  for (HistoryEntry& entry : *out_.parameter.history) {
    const auto past = past_expiration(entry.metadata.policies, now_);
    if (!past) continue;
    entry.metadata.policies = without_expiration(entry.metadata.policies);
    lose(fmt::format("policy Expiration of version {}, {}: stripped", entry.metadata.version,
                     to_iso8601(*past)));
  }
}

// What Intelligent-Tiering would pick is asked for by name: the store shows no more than that.
void Desiring::settle_tier() {
  Parameter& parameter = out_.parameter;
  if (parameter.tier != "Intelligent-Tiering") return;
  const auto request = make_put(parameter, PutMode::create);
  const rules::Store empty{.place = mapping_.to, .now = now_};
  parameter.tier = rules::to_string(rules::resolve_tier(request, nullptr, empty));
}

// As for a new name in an empty store: what there is already, the planner adds.
void Desiring::check() {
  const rules::Store store{.place = mapping_.to, .now = now_};
  for (std::size_t i = 0; i < version_count(out_.parameter); ++i) check_version(i, store);
  auto tags = rules::check_tags(out_.parameter.tags);
  if (!tags) return;
  if (tags->certainty == Certainty::certain)
    out_.impossible_tags = std::move(tags);
  else
    doubt(line_of(*tags));
}

void Desiring::check_version(std::size_t index, const rules::Store& store) {
  const bool is_current = index + 1 == version_count(out_.parameter);
  const bool has_past = out_.parameter.history.has_value();
  const auto version = has_past ? std::optional(at_version(out_.parameter, index)) : std::nullopt;
  auto request = make_put(version ? *version : out_.parameter, PutMode::create);
  request.tags.clear();
  for (Violation& violation : rules::check_put(request, nullptr, store)) {
    if (!is_current)
      violation.message = fmt::format("version {}: {}", version->version, violation.message);
    if (violation.certainty == Certainty::doubtful)
      doubt(line_of(violation));
    else if (!out_.impossible)
      out_.impossible = std::move(violation);
  }
}

}  // namespace

bool is_old_record(const Parameter& parameter) {
  return parameter.tier.empty() && parameter.key_id.empty() && parameter.description.empty() &&
         parameter.allowed_pattern.empty() && parameter.policies.empty() &&
         parameter.tags.empty() && !parameter.labels && !parameter.history;
}

Desired desired(Parameter parameter, const Mapping& mapping, Time now, WithHistory with_history) {
  return Desiring(std::move(parameter), mapping, now).run(with_history);
}

}  // namespace ssmb::engine::restore
