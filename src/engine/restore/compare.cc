#include "engine/restore/compare.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/restore/policies.h"
#include "engine/restore/put.h"

namespace ssmb::engine::restore {
namespace {

using rules::Existing;
using rules::Tier;

constexpr std::size_t kHistory = field_at("History");
constexpr std::size_t kLabels = field_at("Labels");
constexpr std::size_t kTags = field_at("Tags");

std::uint16_t small(std::size_t count) {
  return static_cast<std::uint16_t>(std::min<std::size_t>(count, 0xFFFF));
}

// On a put of which only type and tier matter.
std::string refusal(const ParameterName& name, std::string_view type, std::string_view tier,
                    const Existing* existing, const rules::Store& store) {
  const aws::ssm::PutRequest put{.name = name,
                                 .value = SecretText("x"),
                                 .type = std::string(type),
                                 .description = std::nullopt,
                                 .key_id = std::nullopt,
                                 .allowed_pattern = "",
                                 .tags = {},
                                 .tier = std::string(tier),
                                 .policies = std::nullopt,
                                 .data_type = {},
                                 .mode = existing ? PutMode::overwrite : PutMode::create};
  for (const rules::Violation& violation : rules::check_put(put, existing, store)) {
    if (violation.certainty == rules::Certainty::certain) return line_of(violation);
  }
  return {};
}

// The oldest of the hundred versions that are kept, if the parameter has so many.
void find_oldest(const Parameter& parameter, Existing& existing) {
  constexpr auto kKept = static_cast<ParameterVersion>(rules::kMaxVersions);
  if (parameter.version < kKept) return;
  existing.versions = rules::kMaxVersions;
  existing.oldest = parameter.version - kKept + 1;
  const auto look_at = [&](ParameterVersion version, const std::vector<std::string>& labels) {
    if (version == existing.oldest && !labels.empty()) existing.oldest_labelled = true;
  };
  if (parameter.labelled_versions) {
    for (const auto& older : *parameter.labelled_versions) look_at(older.version, older.labels);
  }
  if (parameter.history) {
    for (const auto& entry : *parameter.history) look_at(entry.metadata.version, entry.labels);
  }
}

void compare_versions(const std::vector<std::uint64_t>& live,
                      const std::vector<std::uint64_t>& wanted, LiveFindings& found) {
  const auto ends = std::ranges::mismatch(live, wanted);
  if (ends.in1 != live.end()) return;
  found.past = ends.in2 == wanted.end() ? LiveFindings::Past::same : LiveFindings::Past::beginning;
  found.live_versions = small(live.size());
  found.versions_wanted = small(wanted.size());
}

}  // namespace

std::string refusal_by_tier(const ParameterName& name, Tier tier, const Existing* existing,
                            const rules::Store& store) {
  return refusal(name, "String", rules::to_string(tier), existing, store);
}

LivePrint print_live(const Parameter& parameter, const PrintKey& key, WithHistory with_history) {
  LivePrint live{.print = print_of(parameter, key),
                 .versions = {},
                 .name = parameter.name,
                 .version = parameter.version,
                 .date = parameter.last_modified_date,
                 .existing = {.type = parameter.type,
                              .tier = rules::parse_tier(parameter.tier).value_or(Tier::standard)}};
  if (with_history == WithHistory::yes) live.versions = version_digests(parameter, key);
  find_oldest(parameter, live.existing);
  return live;
}

Step::Shape shape_of(const Parameter& wanted, Time now) {
  std::size_t labels = 0;
  std::size_t labelled = 0;
  const auto count = [&](const std::vector<std::string>& of_version) {
    labels += of_version.size();
    labelled += of_version.empty() ? 0 : 1;
  };
  if (wanted.labels) count(*wanted.labels);
  if (wanted.history) {
    for (const HistoryEntry& entry : *wanted.history) count(entry.labels);
  }
  const Tier tier = rules::parse_tier(tier_of_put(wanted)).value_or(Tier::standard);
  const bool has_past = wanted.history && !wanted.history->empty();
  return {.fires = first_firing(wanted.policies, now),
          .versions = static_cast<std::uint32_t>(version_count(wanted)),
          .tags = small(wanted.tags.size()),
          .labels = small(labels),
          .tag_calls = 0,
          .label_calls = small(labelled),
          .tier = tier,
          .first_tier =
              has_past ? rules::parse_tier(wanted.history->front().metadata.tier).value_or(tier)
                       : tier};
}

LiveFindings compare(Step& step, const LivePrint& live,
                     const std::vector<std::uint64_t>& wanted_versions, const rules::Store& store) {
  LiveFindings found;
  step.live_version = live.version;
  step.live_date = live.date;
  step.differing = differing(step.wanted, live.print);
  if (step.differing.none()) return found;

  // One call adds what is wanted, one takes off what is not: whether both are needed, prints do not
  // tell.
  const auto calls = [&](std::size_t field) {
    const int both = (step.wanted.digest(field) != 0) + (live.print.digest(field) != 0);
    return static_cast<std::uint16_t>(step.differing.test(field) ? both : 0);
  };
  step.shape.tag_calls = calls(kTags);
  if (step.differing.test(kHistory))
    compare_versions(live.versions, wanted_versions, found);
  else
    step.shape.label_calls = calls(kLabels);

  const std::string other_type = live.existing.type == "String" ? "SecureString" : "String";
  if (step.differing.test(field_at("Type")))
    found.type = refusal(step.name, other_type, "", &live.existing, store);
  if (step.differing.test(field_at("Tier")) && live.existing.tier == Tier::advanced)
    found.tier = refusal(step.name, live.existing.type, "Standard", &live.existing, store);
  if (live.existing.oldest_labelled)
    found.versions = refusal(step.name, live.existing.type, "", &live.existing, store);
  if (step.differing.test(field_at("Name")))
    found.name = fmt::format("{} is the same parameter, and keeps its name", live.name);
  return found;
}

}  // namespace ssmb::engine::restore
