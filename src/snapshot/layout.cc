#include "snapshot/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace ssmb::snapshot {
namespace {

constexpr std::string_view kFull = "ssm-backup";
constexpr std::string_view kPartial = "partial";

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_letter_or_digit(char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z'); }

std::string stem(const SnapshotId& id, std::string_view kind) {
  const std::string timestamp = to_timestamp(id.time);
  if (id.region.empty()) return fmt::format("{}-{}-{}", kind, id.environment, timestamp);
  return fmt::format("{}-{}-{}-{}", kind, id.environment, id.region, timestamp);
}

std::optional<std::string_view> between(std::string_view text, std::string_view before,
                                        std::string_view behind) {
  if (text.size() < before.size() + behind.size() || !text.starts_with(before) ||
      !text.ends_with(behind))
    return std::nullopt;
  text.remove_prefix(before.size());
  text.remove_suffix(behind.size());
  return text;
}

// "2026-11-22", and nothing else that parse_iso8601 takes.
bool is_date(std::string_view text) { return text.size() == 10 && parse_iso8601(text).has_value(); }

std::optional<SnapshotId> checked(SnapshotId id) {
  if (!check_environment(id.environment)) return std::nullopt;
  if (!id.region.empty() && !check_region(id.region)) return std::nullopt;
  return id;
}

// "<kind>-<env>[-<region>]-<timestamp>.json"
std::optional<SnapshotId> parse_document_name(std::string_view name, std::string_view kind,
                                              std::string_view region) {
  constexpr std::size_t kTimestamp = std::string_view("20261122_130001").size();
  const auto middle = between(name, std::string(kind) + "-", ".json");
  if (!middle || middle->size() < kTimestamp) return std::nullopt;
  const auto time = parse_timestamp(middle->substr(middle->size() - kTimestamp));
  const std::string behind = region.empty() ? "-" : fmt::format("-{}-", region);
  const auto environment = between(middle->substr(0, middle->size() - kTimestamp), "", behind);
  if (!time || !environment) return std::nullopt;
  return checked(
      {.environment = Environment(*environment),
       .region = Region(region),
       .time = *time,
       .extent = kind == kFull ? SnapshotId::Extent::full : SnapshotId::Extent::partial});
}

// "manifests/<env>/<region>/<timestamp><ending>"
std::optional<SnapshotId> parse_below_manifests(std::string_view key, std::string_view ending) {
  const auto parts = split(key, '/');
  if (parts.size() != 4 || parts[0] != "manifests" || parts[2].empty()) return std::nullopt;
  const auto timestamp = between(parts[3], "", ending);
  if (!timestamp) return std::nullopt;
  const auto time = parse_timestamp(*timestamp);
  if (!time) return std::nullopt;
  return checked({.environment = Environment(parts[1]), .region = Region(parts[2]), .time = *time});
}

}  // namespace

Result<void> check_environment(const Environment& environment) {
  const auto fits = [](char c) {
    return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
  };
  const std::string& text = environment.str();
  if (!text.empty() && text.size() <= 64 && text != "." && text != ".." &&
      std::ranges::all_of(text, fits))
    return {};
  return fail(ErrorKind::usage, fmt::format("'{}' cannot name an environment", printable(text, 80)),
              "use letters, digits, '.', '_' and '-', 64 at most");
}

Result<void> check_region(const Region& region) {
  const auto fits = [](char c) { return is_lower_or_digit(c) || c == '-'; };
  const std::string& text = region.str();
  if (!text.empty() && text.size() <= 32 && std::ranges::all_of(text, fits)) return {};
  return fail(ErrorKind::usage, fmt::format("'{}' is no name of a Region", printable(text, 80)),
              "Regions are called like ap-northeast-1");
}

Result<void> check_key(const ObjectKey& key) {
  const std::string& text = key.str();
  const bool printable_only =
      std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  const bool segments = std::ranges::none_of(split(text, '/'), [](std::string_view segment) {
    return segment.empty() || segment.starts_with('.');
  });
  if (printable_only && segments && text.size() <= 1024) return {};
  return fail(ErrorKind::internal, fmt::format("'{}' cannot be a key", printable(text, 200)));
}

bool belongs_to(const SnapshotId& id, const Environment& environment, const Region& region) {
  return id.environment == environment && (id.region == region || id.region.empty());
}

ObjectKey document_key(const SnapshotId& id) {
  const std::string name =
      stem(id, id.extent == SnapshotId::Extent::full ? kFull : kPartial) + ".json";
  if (id.region.empty()) return ObjectKey(to_date(id.time) + "/" + name);
  return ObjectKey(fmt::format("{}/{}/{}", to_date(id.time), id.region, name));
}

ObjectKey index_key(const SnapshotId& id) {
  return ObjectKey(manifests_prefix(id.environment, id.region) + to_timestamp(id.time) + ".index");
}

ObjectKey manifest_key(const SnapshotId& id) {
  return ObjectKey(manifests_prefix(id.environment, id.region) + to_timestamp(id.time) + ".json");
}

std::string manifests_prefix(const Environment& environment, const Region& region) {
  return fmt::format("manifests/{}/{}/", environment, region);
}

ObjectKey drill_key(const Environment& environment, const Region& region, Time time) {
  return ObjectKey(drills_prefix(environment, region) + to_timestamp(time) + ".json");
}

std::string drills_prefix(const Environment& environment, const Region& region) {
  return fmt::format("drills/{}/{}/", environment, region);
}

ObjectKey latest_key(const Region& region) {
  return ObjectKey(fmt::format("latest-{}.txt", region));
}

ObjectKey latest_key() { return ObjectKey("latest.txt"); }

ObjectKey latest_incomplete_key(const Region& region) {
  return ObjectKey(fmt::format("latest-incomplete-{}.txt", region));
}

std::optional<SnapshotId> parse_document_key(std::string_view key) {
  const auto parts = split(key, '/');
  if (parts.size() < 2 || parts.size() > 3 || !is_date(parts[0])) return std::nullopt;
  if (parts.size() == 2) return parse_document_name(parts[1], kFull, "");
  if (parts[1].empty()) return std::nullopt;
  const auto full = parse_document_name(parts[2], kFull, parts[1]);
  return full ? full : parse_document_name(parts[2], kPartial, parts[1]);
}

std::optional<SnapshotId> parse_manifest_key(std::string_view key) {
  return parse_below_manifests(key, ".json");
}

std::optional<SnapshotId> parse_index_key(std::string_view key) {
  return parse_below_manifests(key, ".index");
}

}  // namespace ssmb::snapshot
