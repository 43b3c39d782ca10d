#include "sandbox/ssm/store.h"

#include <algorithm>

namespace ssmb::sandbox::ssm {

namespace {

std::size_t is_advanced(const Record& record) {
  return record.current().tier == rules::Tier::advanced ? 1 : 0;
}

std::string unique_key(std::string_view name) { return std::string(rules::unique_part(name)); }

}  // namespace

const Version* Record::find_version(ParameterVersion number) const {
  const auto found = std::ranges::find(versions, number, &Version::number);
  return found == versions.end() ? nullptr : &*found;
}

const Version* Record::find_label(std::string_view label) const {
  const auto found = std::ranges::find_if(versions, [&](const Version& version) {
    return std::ranges::find(version.labels, label) != version.labels.end();
  });
  return found == versions.end() ? nullptr : &*found;
}

Store::Store(rules::Place place, std::uint64_t order_seed)
    : place_(std::move(place)),
      arn_prefix_(rules::parameter_arn(ParameterName(""), place_).str()),
      order_seed_(order_seed) {}

Record* Store::find_unique(std::string_view name) {
  const auto found = records_.find(rules::unique_part(name));
  return found == records_.end() ? nullptr : &found->second;
}

Record* Store::find(std::string_view name) {
  Record* record = find_unique(name);
  return record && record->name == name ? record : nullptr;
}

Record& Store::put(Record record) {
  const std::string key = unique_key(record.name);
  if (const auto old = records_.find(key); old != records_.end())
    advanced_ -= is_advanced(old->second);
  advanced_ += is_advanced(record);
  order_.emplace(hash(key), key);
  return records_.insert_or_assign(key, std::move(record)).first->second;
}

void Store::append(Record& record, Version version) {
  advanced_ -= is_advanced(record);
  record.versions.push_back(std::move(version));
  if (record.versions.size() > rules::kMaxVersions) record.versions.pop_front();
  advanced_ += is_advanced(record);
}

bool Store::erase(std::string_view name) {
  const Record* record = find(name);
  if (!record) return false;
  advanced_ -= is_advanced(*record);
  const std::string key = unique_key(name);
  order_.erase({hash(key), key});
  records_.erase(key);
  return true;
}

std::optional<Store::Position> Store::next(const std::optional<Position>& after) const {
  const auto found = after ? order_.upper_bound(*after) : order_.begin();
  return found == order_.end() ? std::nullopt : std::optional(*found);
}

void Store::set_order_seed(std::uint64_t seed) {
  order_seed_ = seed;
  order_.clear();
  for (const auto& [key, record] : records_) order_.emplace(hash(key), key);
}

// FNV-1a, then SplitMix64's finalizer: well spread, and the same on every machine.
std::uint64_t Store::hash(std::string_view name) const {
  std::uint64_t h = 0xCBF29CE484222325 ^ order_seed_ * 0x9E3779B97F4A7C15;
  for (char c : name) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  h = (h ^ h >> 30) * 0xBF58476D1CE4E5B9;
  h = (h ^ h >> 27) * 0x94D049BB133111EB;
  return h ^ h >> 31;
}

}  // namespace ssmb::sandbox::ssm
