#include "tests/engine/restore/random_world.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/engine/restore/plan_helpers.h"

namespace ssmb::engine::restore::testing {
namespace {

using Texts = std::vector<std::string>;

const Texts kNames{"/app/dev/a",     "/app/dev/b",    "/app/dev/c", "/app/dev/d",
                   "/app/dev/db/a",  "/app/dev/db/b", "/lib/dev/a", "/lib/dev/b",
                   "/lib/dev/c",     "/lib/dev/e",    "/web/dev/f", "/jenkins/dev/backup/include",
                   "/jenkins/dev/x", "/top"};
const Texts kExtras{"/app/dev/x1", "/app/dev/x2", "/app/prod/x",
                    "/copy/dev/x", "/m/dev/x",    "/jenkins/dev/backup/regions",
                    "plain"};
const Texts kKeys{"alias/aws/ssm", "alias/app", "1234abcd-0000",
                  "arn:aws:kms:us-west-2:123456789012:key/mrk-77"};

// What all parameters of a world share.
struct Style {
  bool labels = true;
  bool history = false;
  bool old = false;
};

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : chance_(seed) {}

  World make() {
    make_options();
    make_snapshot();
    world_.facts = {.place = world_.options.mapping.to, .now = kNow};
    world_.nearly_full = chance_.percent(8);
    if (world_.nearly_full) world_.facts.standard_count = rules::kMaxStandardParameters - 4;
    world_.store = StoreModel(world_.facts);
    for (const Parameter& parameter : world_.snapshot) make_live(parameter);
    for (std::size_t i = chance_.below(4); i > 0; --i) make_extra(chance_.pick(kExtras));
    return std::move(world_);
  }

 private:
  void make_options();
  void make_mapping(Mapping& mapping);
  void make_snapshot();
  Parameter make_parameter(const std::string& name);
  void add_past(Parameter& parameter);
  SecretText value_for(const std::string& type);
  std::vector<Policy> make_policies();
  std::vector<Tag> make_tags(std::size_t bad_percent);
  Texts make_labels();
  void make_live(const Parameter& recorded);
  void change(Parameter& live);
  void store_live(Parameter live);
  void store_beginning(const Parameter& wanted);
  void make_extra(const std::string& name);

  Chance chance_;
  Style style_;
  World world_;
};

void Maker::make_mapping(Mapping& mapping) {
  mapping.from = kHere;
  mapping.to = chance_.percent(65) ? kHere : kThere;
  mapping.expired = chance_.pick<Expired>({Expired::ask, Expired::skip, Expired::strip});
  switch (chance_.below(8)) {
    case 0: mapping.names = {{.from = "/app", .to = "/m"}, {.from = "/lib", .to = "/m"}}; break;
    case 1: mapping.names = {{.from = "/app", .to = "/copy"}}; break;
    case 2:
      mapping.names = {{.from = "/app/dev", .to = "/dev/2/3/4/5/6/7/8/9/10/11/12/13/14"}};
      break;
    default: break;
  }
  if (chance_.percent(20)) mapping.keys = {{.from = "1234abcd-0000", .to = "alias/mapped"}};
}

void Maker::make_options() {
  PlanOptions& options = world_.options;
  options.env = Environment("dev");
  make_mapping(options.mapping);
  options.on_conflict = chance_.pick<OnConflict>(
      {OnConflict::overwrite, OnConflict::overwrite, OnConflict::skip, OnConflict::fail});
  options.with_history = chance_.percent(50) ? WithHistory::yes : WithHistory::no;
  if (chance_.percent(30)) {
    options.selection.paths = {"/app", "/lib/dev"};
    options.extra = PlanOptions::Extra::remove;
  }
  if (chance_.percent(15)) options.selection.exclude = {"*/b", "*/x2"};
  if (chance_.percent(30)) options.first = {"*/db/*", "*/c"};
  style_.labels = chance_.percent(75);
  style_.history = style_.labels && chance_.percent(65);
  style_.old = chance_.percent(6);
  if (style_.old) style_.labels = style_.history = false;
}

void Maker::make_snapshot() {
  Texts names = kNames;
  const std::size_t count = 3 + chance_.below(10);
  while (world_.snapshot.size() < count) {
    const std::size_t at = chance_.below(names.size());
    world_.snapshot.push_back(make_parameter(names[at]));
    names.erase(names.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

SecretText Maker::value_for(const std::string& type) {
  if (type == "StringList") return SecretText(chance_.pick<std::string>({"a,b", "v1,v2", "a,,b"}));
  if (chance_.percent(2)) return SecretText("{{other}}");
  return SecretText(chance_.pick<std::string>({"v1", "v2", "v3", "日本"}));
}

std::vector<Policy> Maker::make_policies() {
  std::vector<Policy> policies;
  if (chance_.percent(30)) {
    policies.push_back(
        expiration(chance_.percent(40) ? "2026-01-01T00:00:00.000Z" : "2027-01-01T00:00:00.000Z"));
  }
  if (chance_.percent(20))
    policies.push_back(delayed("ExpirationNotification", "Before", 9, "Days"));
  if (chance_.percent(30)) policies.push_back(delayed("NoChangeNotification", "After", 9, "Hours"));
  return policies;
}

std::vector<Tag> Maker::make_tags(std::size_t bad_percent) {
  std::vector<Tag> tags;
  if (chance_.percent(30)) tags.push_back({"Owner", chance_.pick<std::string>({"me", "you"})});
  if (chance_.percent(20)) tags.push_back({"Team", ""});
  if (chance_.percent(bad_percent)) tags.push_back({"Wrong", "<>"});
  if (chance_.percent(20)) tags.push_back({"aws:cloudformation:stack-name", "s"});
  std::ranges::sort(tags);
  return tags;
}

Texts Maker::make_labels() {
  Texts labels;
  for (const char* label : {"prod", "blue"})
    if (chance_.percent(30)) labels.emplace_back(label);
  if (labels.size() == 2 && chance_.percent(50)) std::swap(labels[0], labels[1]);
  return labels;
}

Parameter Maker::make_parameter(const std::string& name) {
  Parameter parameter = plain_parameter(name);
  parameter.type = chance_.pick<std::string>({"String", "String", "StringList", "SecureString"});
  parameter.value = value_for(parameter.type);
  if (style_.old) {
    parameter.tier.clear();
    return parameter;
  }
  if (parameter.type == "SecureString") parameter.key_id = KmsKeyId(chance_.pick(kKeys));
  parameter.description = chance_.pick<std::string>({"", "d1", "d2"});
  parameter.allowed_pattern = chance_.pick<std::string>({"", "", "", ".*", "v[0-9]"});
  if (chance_.percent(35)) {
    parameter.tier = "Advanced";
    parameter.policies = make_policies();
  }
  if (parameter.type == "String" && chance_.percent(4)) {
    parameter.data_type = "aws:ec2:image";
    parameter.value = SecretText("ami-12345678");
    parameter.allowed_pattern.clear();
  }
  parameter.tags = make_tags(2);
  if (style_.labels) parameter.labels = make_labels();
  if (style_.labels) parameter.labelled_versions.emplace();
  if (style_.history) add_past(parameter);
  return parameter;
}

void Maker::add_past(Parameter& parameter) {
  parameter.history.emplace();
  for (std::size_t i = chance_.below(4); i > 0; --i) {
    HistoryEntry entry;
    entry.metadata = {.name = parameter.name,
                      .type = parameter.type,
                      .key_id = parameter.key_id,
                      .version = parameter.version++,
                      .tier = "Standard",
                      .data_type = "text"};
    entry.value = SecretText(parameter.type == "StringList" ? "a,b" : fmt::format("old{}", i));
    if (chance_.percent(40)) entry.labels = {fmt::format("was-{}", i)};
    if (!entry.labels.empty())
      parameter.labelled_versions->push_back({entry.metadata.version, entry.labels});
    parameter.history->push_back(std::move(entry));
  }
}

// One thing other than it should be; never what Parameter Store would not hold.
void Maker::change(Parameter& live) {
  switch (chance_.below(11)) {
    case 0: live.value = SecretText(live.type == "StringList" ? "b" : "v9"); break;
    case 1: live.description += 'x'; break;
    case 2: live.allowed_pattern = live.allowed_pattern.empty() ? ".+" : ""; break;
    case 3:
      live.tier = live.tier == "Advanced" ? "Standard" : "Advanced";
      if (live.tier == "Standard") live.policies.clear();
      break;
    case 4:
      if (live.tier == "Advanced")
        live.policies = {delayed("NoChangeNotification", "After", 3, "Days")};
      break;
    case 5: live.tags = make_tags(0); break;
    case 6:
      if (live.tags.empty() || live.tags.back().key != "Zone") live.tags.push_back({"Zone", "z"});
      break;
    case 7:
    case 8: live.labels = make_labels(); break;
    case 9:
      live.type = live.type == "String" ? "SecureString" : "String";
      live.key_id = KmsKeyId(live.type == "String" ? "" : "alias/aws/ssm");
      live.policies.clear();
      live.history.reset();
      break;
    default: live.key_id = KmsKeyId(live.type == "SecureString" ? "alias/other" : ""); break;
  }
}

void Maker::store_live(Parameter live) {
  Stored stored{.name = live.name, .versions = {}, .tags = live.tags};
  std::size_t older = live.history ? live.history->size() : chance_.below(3);
  if (chance_.percent(1)) older = rules::kMaxVersions - 1;
  if (!live.labels) live.labels = make_labels();
  for (std::size_t i = 0; i < older; ++i) {
    const bool known = live.history && i < live.history->size();
    Parameter version = known ? at_version(live, i) : live;
    version.history.reset();
    version.labelled_versions.reset();
    version.tags.clear();
    version.version = static_cast<ParameterVersion>(i + 1);
    if (!known) version.labels = Texts{};
    if (older + 1 == rules::kMaxVersions && i == 0) version.labels = Texts{"keep"};
    stored.versions.push_back(std::move(version));
  }
  Parameter current = live;
  current.history.reset();
  current.labelled_versions.reset();
  current.tags.clear();
  current.version = static_cast<ParameterVersion>(older + 1);
  stored.versions.push_back(std::move(current));
  world_.store.insert(std::move(stored));
}

// What a restore that was killed has left: the first versions, the last of them without labels.
void Maker::store_beginning(const Parameter& wanted) {
  Parameter live = wanted;
  const std::size_t there = 1 + chance_.below(version_count(wanted));
  live = at_version(wanted, there - 1);
  live.tags = wanted.tags;
  live.labels = Texts{};
  live.history.emplace();
  for (std::size_t i = 0; i + 1 < there; ++i) live.history->push_back((*wanted.history)[i]);
  store_live(std::move(live));
}

void Maker::make_live(const Parameter& recorded) {
  const Mapping& mapping = world_.options.mapping;
  Parameter live = desired(recorded, mapping, kNow, world_.options.with_history).parameter;
  if (chance_.percent(35)) return;
  if (chance_.percent(2)) world_.unreadable.insert(live.name);
  if (chance_.percent(25)) {
    world_.begun.insert(live.name);
    if (chance_.percent(70) && live.history) return store_beginning(live);
  }
  if (live.tier.empty()) live.tier = chance_.percent(80) ? "Standard" : "Advanced";
  if (live.type == "SecureString" && live.key_id.empty()) live.key_id = KmsKeyId("alias/app");
  if (live.name.view() == "/top" && chance_.percent(50)) live.name = ParameterName("top");
  if (chance_.percent(20)) live.tags.push_back({"aws:other", "y"});
  std::ranges::sort(live.tags);
  if (chance_.percent(70))
    for (std::size_t i = 1 + chance_.below(2); i > 0; --i) change(live);
  std::ranges::sort(live.tags);
  store_live(std::move(live));
}

void Maker::make_extra(const std::string& name) {
  if (world_.store.read(ParameterName(name))) return;
  Parameter live = plain_parameter(name, "extra");
  live.labels = Texts{};
  store_live(std::move(live));
}

}  // namespace

World random_world(std::uint64_t seed) { return Maker(seed).make(); }

}  // namespace ssmb::engine::restore::testing
