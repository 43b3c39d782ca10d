#include "report/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>

#include "base/text.h"
#include "base/try.h"

namespace ssmb::report {
namespace {

using enum MetricFamily::Of;
using Stays = MetricFamily::Stays;

constexpr std::string_view kPrefix = "ssm_backup_";

constexpr std::array kFamilies{
    MetricFamily{Metric::build_info, "ssm_backup_build_info",
                 "Always 1; the version of the program that ran last.", "version", run},
    MetricFamily{Metric::run_end, "ssm_backup_run_end_timestamp_seconds",
                 "When the last run ended, whatever came of it.", "", run},
    MetricFamily{Metric::run_exit_code, "ssm_backup_run_exit_code",
                 "Exit code of the last run: 0 done and complete, 3 incomplete.", "", run},
    MetricFamily{Metric::last_success, "ssm_backup_last_success_timestamp_seconds",
                 "Time of the newest good snapshot: complete, and what the pointer names.", "",
                 region, Stays::yes},
    MetricFamily{Metric::region_end, "ssm_backup_end_timestamp_seconds",
                 "When the last run ended in the Region, whatever came of it."},
    MetricFamily{Metric::success, "ssm_backup_success",
                 "1 where the last run made a snapshot, complete or not."},
    MetricFamily{Metric::complete, "ssm_backup_complete",
                 "1 where the last run has left nothing to say: all was read, pointers have moved, "
                 "copies were made."},
    MetricFamily{Metric::duration, "ssm_backup_duration_seconds",
                 "How long the last run took in the Region; 0 where it was never begun."},
    MetricFamily{Metric::parameters, "ssm_backup_parameters",
                 "Parameters in the newest snapshot, complete or not.", "", region, Stays::yes},
    MetricFamily{Metric::unreadable, "ssm_backup_unreadable_parameters",
                 "Parameters that the newest snapshot lacks, in whole or in part; accepted: by "
                 "--accept-unreadable.",
                 "accepted", region, Stays::yes},
    MetricFamily{Metric::document_bytes, "ssm_backup_document_bytes",
                 "Size of the newest snapshot's document.", "", region, Stays::yes},
    MetricFamily{Metric::shrunken, "ssm_backup_shrunken",
                 "1 where the newest snapshot moves no pointer for holding too few parameters.", "",
                 region, Stays::yes},
    MetricFamily{Metric::copies, "ssm_backup_copies",
                 "Copies of the newest snapshot (--copy-to) by what became of them.", "state",
                 region, Stays::yes},
    MetricFamily{Metric::copies_lacking, "ssm_backup_copies_lacking_snapshots",
                 "Earlier complete snapshots that copies lack, of all copies together.", "", region,
                 Stays::yes},
    MetricFamily{Metric::calls, "ssm_backup_calls",
                 "Calls of the last run by quota group, tries again included.", "quota"},
    MetricFamily{Metric::throttled_calls, "ssm_backup_throttled_calls",
                 "Of these, calls that the service asked to make later.", "quota"},
    MetricFamily{Metric::drill_end, "ssm_backup_drill_timestamp_seconds",
                 "When the Region was drilled last, whatever came of it."},
    MetricFamily{
        Metric::drill_proven, "ssm_backup_drill_proven",
        "1 where the last drill has proven that the newest snapshot would come back whole."},
    MetricFamily{Metric::drill_last_proven, "ssm_backup_drill_last_proven_timestamp_seconds",
                 "When a drill proved it last.", "", region, Stays::yes},
    MetricFamily{Metric::drill_snapshot, "ssm_backup_drill_snapshot_timestamp_seconds",
                 "Time of the snapshot that was drilled last.", "", region, Stays::yes},
    MetricFamily{Metric::drill_parameters, "ssm_backup_drill_parameters",
                 "Parameters of that snapshot by what the drill found; unreadable: of its scope, "
                 "and not in it.",
                 "result", region, Stays::yes},
    MetricFamily{Metric::drill_doubtful, "ssm_backup_drill_doubtful_parameters",
                 "Of those proven, parameters that rest on rules which AWS does not state.", "",
                 region, Stays::yes},
    MetricFamily{Metric::drill_sample, "ssm_backup_drill_sample_parameters",
                 "Parameters put into the real store (--aws), read back and compared.", "result",
                 region, Stays::yes},
    MetricFamily{Metric::drill_rpo, "ssm_backup_drill_rpo_seconds",
                 "Age of the snapshot when it was drilled: what is newer would be lost.", "",
                 region, Stays::yes},
    MetricFamily{Metric::drill_rto, "ssm_backup_drill_rto_seconds",
                 "How long a restore of it into an empty Region takes at the quota.", "", region,
                 Stays::yes},
    MetricFamily{Metric::drill_duration, "ssm_backup_drill_duration_seconds",
                 "How long the drill took in the Region.", "", region, Stays::yes},
};
static_assert(kFamilies.size() == static_cast<std::size_t>(Metric::drill_duration) + 1);

std::string escaped(std::string_view value) {
  return replaced(replaced(replaced(std::string(value), "\\", "\\\\"), "\"", "\\\""), "\n", "\\n");
}

std::string line_of(const MetricFamily& family, const MetricGroup& group, const Sample& sample) {
  std::string labels =
      fmt::format("env=\"{}\",command=\"{}\"", escaped(group.env), escaped(group.command));
  const auto add = [&labels](std::string_view name, std::string_view value) {
    if (!name.empty()) labels += fmt::format(",{}=\"{}\"", name, escaped(value));
  };
  if (family.of == region) add("region", group.region);
  add(family.label, sample.label);
  return fmt::format("{}{{{}}} {}\n", family.name, labels, sample.value);
}

// Reads one line of a text from its front.
class LineReader {
 public:
  explicit LineReader(std::string_view line) : rest_(line) {}

  std::string_view until(char end) {
    const auto at = rest_.find(end);
    if (at == std::string_view::npos) return {};
    const std::string_view found = rest_.substr(0, at);
    rest_.remove_prefix(at + 1);
    return found;
  }
  bool skip(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // A quoted value, to its closing quote.
  std::optional<std::string> value() {
    if (!skip('"')) return std::nullopt;
    std::string out;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return out;
      if (c != '\\') {
        out += c;
        continue;
      }
      if (rest_.empty()) return std::nullopt;
      out += rest_.front() == 'n' ? '\n' : rest_.front();
      rest_.remove_prefix(1);
    }
    return std::nullopt;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (bad != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::map<std::string, std::string>> labels_in(LineReader& reader) {
  std::map<std::string, std::string> labels;
  while (!reader.skip('}')) {
    const std::string name(reader.until('='));
    auto value = reader.value();
    if (name.empty() || !value) return std::nullopt;
    labels[name] = *std::move(value);
    (void)reader.skip(',');
  }
  return labels;
}

// False where the line is none of ours.
bool read_line(std::string_view line, Metrics& into) {
  LineReader reader(line);
  const std::string_view name = reader.until('{');
  if (!name.starts_with(kPrefix)) return false;
  auto labels = labels_in(reader);
  if (!labels || !reader.skip(' ')) return false;
  const auto value = number_in(reader.rest());
  if (!value) return false;
  const auto family = std::ranges::find(kFamilies, name, &MetricFamily::name);
  if (family == kFamilies.end()) return true;
  const MetricGroup group{.env = (*labels)["env"],
                          .command = (*labels)["command"],
                          .region = family->of == region ? (*labels)["region"] : std::string()};
  const std::string own = family->label.empty() ? "" : (*labels)[std::string(family->label)];
  into[group].push_back({.metric = family->metric, .label = own, .value = *value});
  return true;
}

}  // namespace

std::span<const MetricFamily> metric_families() { return kFamilies; }

const MetricFamily& family_of(Metric metric) { return kFamilies[static_cast<std::size_t>(metric)]; }

std::string exposition(const Metrics& metrics) {
  std::string text;
  for (const MetricFamily& family : kFamilies) {
    std::string lines;
    for (const auto& [group, samples] : metrics) {
      for (const Sample& sample : samples) {
        if (sample.metric == family.metric) lines += line_of(family, group, sample);
      }
    }
    if (lines.empty()) continue;
    text += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n{2}", family.name, family.help, lines);
  }
  return text;
}

Result<Metrics> parse_exposition(std::string_view text) {
  Metrics metrics;
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty() || line.starts_with('#') || read_line(line, metrics)) continue;
    return fail(ErrorKind::corrupt, "it holds something else than metrics of ssm-backup",
                "name a file of its own");
  }
  return metrics;
}

Metrics after_run(Metrics before, Metrics now, OtherRegions others) {
  std::set<std::pair<std::string, std::string>> ran;
  for (const auto& [group, samples] : now) ran.emplace(group.env, group.command);
  for (auto& [group, samples] : before) {
    const auto fresh = now.find(group);
    if (fresh == now.end()) {
      const bool gone = others == OtherRegions::dropped && ran.contains({group.env, group.command});
      if (!gone) now.emplace(group, std::move(samples));
      continue;
    }
    std::vector<Sample> left;
    for (Sample& sample : samples) {
      const bool known =
          std::ranges::find(fresh->second, sample.metric, &Sample::metric) != fresh->second.end();
      if (!known && family_of(sample.metric).stays == Stays::yes) left.push_back(std::move(sample));
    }
    std::ranges::move(left, std::back_inserter(fresh->second));
  }
  return now;
}

}  // namespace ssmb::report
