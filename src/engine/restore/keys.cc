#include "engine/restore/keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/partition.h"
#include "base/text.h"

namespace ssmb::engine::restore {
namespace {

constexpr std::string_view kMultiRegion = "mrk-";

// "arn:aws:kms:us-west-2:123456789012:key/1234abcd", or what stands behind its last colon alone.
struct KeyName {
  bool is_arn = false;
  std::string_view partition;
  rules::Place place;         // of an ARN
  std::string_view resource;  // "key/1234abcd", "alias/app"; "1234abcd" where it stands alone
  bool is_alias() const { return resource.starts_with("alias/"); }
  std::string_view id() const {
    return resource.starts_with("key/") ? resource.substr(4) : resource;
  }
  bool is_multi_region() const { return id().starts_with(kMultiRegion); }
};

KeyName parse(std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() != 6 || parts[0] != "arn" || parts[2] != "kms") return {.resource = text};
  return {.is_arn = true,
          .partition = parts[1],
          .place = {.region = Region(parts[3]), .account = AccountId(parts[4])},
          .resource = parts[5]};
}

// An unknown Region or account is taken for the target's.
bool is_same(const rules::Place& a, const rules::Place& target) {
  return (a.region.empty() || a.region == target.region) &&
         (a.account.empty() || a.account == target.account);
}

std::string doubt_about(const KmsKeyId& key, const rules::Place& place) {
  const std::string owner = place.account.empty()
                                ? place.region.str()
                                : place.account.str() + " in " + place.region.str();
  return fmt::format("key {} is of {}: name the target's with --kms-map {}=KEY",
                     printable(key.view()), owner, printable(key.view()));
}

// A replica has the same id in every Region.
MappedKey multi_region(const KmsKeyId& key, const KeyName& name, const Mapping& mapping,
                       rules::Place place) {
  MappedKey mapped{.key = key, .doubt = std::nullopt};
  const std::string_view partition = partition_of(mapping.to.region).id;
  if (name.is_arn)
    mapped.key = KmsKeyId(fmt::format("arn:{}:kms:{}:{}:{}", name.partition, mapping.to.region,
                                      place.account, name.resource));
  place.region = name.is_arn && name.partition != partition ? place.region : mapping.to.region;
  if (!is_same(place, mapping.to)) mapped.doubt = doubt_about(key, place);
  return mapped;
}

}  // namespace

MappedKey mapped_key(const KmsKeyId& key, const Mapping& mapping, const rules::Place& from) {
  const KeyName name = parse(key.view());
  const auto said = std::ranges::find_if(mapping.keys, [&](const KeyMap& map) {
    return map.from == key.view() || (name.is_arn && map.from == name.id());
  });
  if (said != mapping.keys.end()) return {.key = KmsKeyId(said->to), .doubt = std::nullopt};
  if (name.is_alias() && !name.is_arn) return {.key = key, .doubt = std::nullopt};

  const rules::Place& place = name.is_arn ? name.place : from;
  if (name.is_multi_region()) return multi_region(key, name, mapping, place);
  if (is_same(place, mapping.to)) return {.key = key, .doubt = std::nullopt};
  return {.key = key, .doubt = doubt_about(key, place)};
}

}  // namespace ssmb::engine::restore
