#include "snapshot/index.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "base/encoding.h"
#include "base/json.h"
#include "base/text.h"
#include "base/wiping_resource.h"
#include "snapshot/json_reader.h"

namespace ssmb::snapshot {
namespace {

namespace json = boost::json;

void append_entry(const IndexEntry& entry, SecretBytes& into) {
  SmallStorage storage;
  json::array fields(storage.get());
  fields.reserve(6);
  fields.emplace_back(entry.name.view());
  fields.emplace_back(entry.version);
  if (entry.last_modified_date)
    fields.emplace_back(to_iso8601(*entry.last_modified_date));
  else
    fields.emplace_back(nullptr);
  fields.emplace_back(entry.place.offset);
  fields.emplace_back(entry.place.length);
  fields.emplace_back(to_hex(entry.place.sha256));
  append_json(json::value(std::move(fields)), into);
  into.push_back('\n');
}

std::optional<std::uint64_t> whole_number(const json::value& value) {
  if (!value.is_int64() || value.get_int64() < 0) return std::nullopt;
  return static_cast<std::uint64_t>(value.get_int64());
}

std::optional<IndexEntry> parse_entry(std::string_view line) {
  const auto parsed = parse_json(line, 1);
  const auto* fields = parsed ? parsed->if_array() : nullptr;
  if (fields == nullptr || fields->size() < 6) return std::nullopt;
  const auto at = [fields](std::size_t i) -> const json::value& { return (*fields)[i]; };
  const auto text = [&at](std::size_t i) -> std::optional<std::string> {
    if (!at(i).is_string()) return std::nullopt;
    return std::string(at(i).get_string());
  };

  const auto name = text(0);
  const auto version = whole_number(at(1));
  const auto offset = whole_number(at(3));
  const auto length = whole_number(at(4));
  const auto sha256 = parse_sha256(text(5).value_or(""));
  if (!name || name->empty() || !version || !offset || !length || !sha256) return std::nullopt;
  IndexEntry entry{.name = ParameterName(*name),
                   .version = static_cast<ParameterVersion>(*version),
                   .last_modified_date = std::nullopt,
                   .place = {.offset = *offset, .length = *length, .sha256 = *sha256}};
  if (at(2).is_null()) return entry;
  const auto date = parse_iso8601(text(2).value_or(""));
  if (!date) return std::nullopt;
  entry.last_modified_date = *date;
  return entry;
}

std::unexpected<Error> corrupt(std::string_view what, std::uint64_t offset) {
  return fail(ErrorKind::corrupt, fmt::format("the index's block at offset {} {}", offset, what));
}

}  // namespace

IndexEncoder::IndexEncoder(IndexEntries entries, std::size_t block_bytes)
    : entries_(std::move(entries)), block_bytes_(block_bytes) {
  std::ranges::sort(entries_, {}, &IndexEntry::name);
}

const ParameterName* IndexEncoder::name_twice() const {
  const auto twice = std::ranges::adjacent_find(entries_, {}, &IndexEntry::name);
  return twice == entries_.end() ? nullptr : &twice->name;
}

std::optional<SecretBytes> IndexEncoder::next() {
  if (position_ == entries_.size()) return std::nullopt;
  IndexBlock block{.first = entries_[position_].name, .offset = size_, .length = 0, .sha256 = {}};
  SecretBytes text;
  while (position_ < entries_.size() && text.size() < block_bytes_)
    append_entry(entries_[position_++], text);
  block.length = text.size();
  block.sha256 = ssmb::sha256(text.view());
  hash_.update(text.view());
  size_ += block.length;
  blocks_.push_back(std::move(block));
  return text;
}

Result<std::vector<IndexEntry>> decode_block(const IndexBlock& block, std::string_view bytes) {
  if (sha256(bytes) != block.sha256) return corrupt("has another hash than recorded", block.offset);
  std::vector<IndexEntry> entries;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) return corrupt("ends inside a line", block.offset);
    auto entry = parse_entry(bytes.substr(0, end));
    if (!entry) return corrupt("holds a line that is no entry", block.offset);
    if (!entries.empty() && entries.back().name >= entry->name)
      return corrupt("is not sorted", block.offset);
    entries.push_back(std::move(*entry));
    bytes.remove_prefix(end + 1);
  }
  if (entries.empty() || entries.front().name != block.first)
    return corrupt("begins with another name than recorded", block.offset);
  return entries;
}

const IndexBlock* block_of(const std::vector<IndexBlock>& blocks, const ParameterName& name) {
  const auto behind = std::ranges::upper_bound(blocks, name, {}, &IndexBlock::first);
  return behind == blocks.begin() ? nullptr : &*std::prev(behind);
}

}  // namespace ssmb::snapshot
