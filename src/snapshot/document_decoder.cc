#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>
#include <unordered_set>

#include "base/json.h"
#include "base/text.h"
#include "base/units.h"
#include "snapshot/document.h"
#include "snapshot/json_slicer.h"

namespace ssmb::snapshot {

namespace json = boost::json;

struct DocumentDecoder::State {
  explicit State(OnRecord handler) : on_record(std::move(handler)) {}

  Result<void> take(Slice slice);
  Result<void> take_record(const Slice& slice);
  Result<void> take_member(std::string_view key, const json::value& value);
  Result<void> take_format(const json::value& value);
  Result<void> take_errors(const json::value& value);
  Result<void> check_whole() const;
  std::unexpected<Error> corrupt(std::string_view what, std::uint64_t at) const;

  OnRecord on_record;
  JsonSlicer slicer;
  Sha256 hash;
  Summary summary;
  std::set<std::string, std::less<>> keys;
  std::unordered_set<std::string> names;
  std::optional<std::uint64_t> stated_count;
  std::optional<Error> failure;  // once wrong, wrong for good
};

std::unexpected<Error> DocumentDecoder::State::corrupt(std::string_view what,
                                                       std::uint64_t at) const {
  return fail(ErrorKind::corrupt, fmt::format("the document {} (byte {})", what, at));
}

Result<void> DocumentDecoder::State::take_record(const Slice& slice) {
  auto decoded = decode_record(slice.bytes.view());
  if (!decoded)
    return fail(std::move(decoded.error()).within(fmt::format("byte {}", slice.offset)));
  if (!names.insert(decoded->parameter.name.str()).second)
    return corrupt("holds " + printable(decoded->parameter.name.view(), 200) + " twice",
                   slice.offset);
  ++summary.parameter_count;
  return on_record({.place = {.offset = slice.offset,
                              .length = slice.bytes.size(),
                              .sha256 = ssmb::sha256(slice.bytes.view())},
                    .record = std::move(*decoded)});
}

Result<void> DocumentDecoder::State::take_format(const json::value& value) {
  if (keys.size() != 1) return corrupt("does not begin with its format", 0);
  if (!value.is_int64() || value.get_int64() != kFormat) {
    const std::string written = value.is_int64() ? std::to_string(value.get_int64()) : "unknown";
    return fail(ErrorKind::corrupt,
                fmt::format("the document's format is {}; this version reads {}", written, kFormat),
                "read it with the version that wrote it, or a newer one");
  }
  summary.header.format = kFormat;
  return {};
}

Result<void> DocumentDecoder::State::take_errors(const json::value& value) {
  if (!value.is_array()) return corrupt("has errors that are no list", 0);
  for (const auto& item : value.get_array()) {
    const auto* entry = item.if_object();
    const auto* name = entry ? entry->if_contains("Name") : nullptr;
    if (name != nullptr && name->is_string())
      summary.errors.emplace_back(std::string(name->get_string()));
  }
  return {};
}

Result<void> DocumentDecoder::State::take_member(std::string_view key, const json::value& value) {
  DocumentHeader& header = summary.header;
  if (key == "format") return take_format(value);
  if (key == "errors") return take_errors(value);
  if (key == "parameter_count") {
    if (!value.is_int64() || value.get_int64() < 0)
      return corrupt("has a parameter_count that is no count", 0);
    stated_count = static_cast<std::uint64_t>(value.get_int64());
    return {};
  }
  if (key == "scope") {
    auto scope = Scope::from_json(value);
    if (!scope) return fail(std::move(scope).error());
    header.scope = std::move(*scope);
    header.id.extent =
        header.scope->is_default() ? SnapshotId::Extent::full : SnapshotId::Extent::partial;
    return {};
  }
  if (!value.is_string()) return {};  // what it means is for a later version to know
  const std::string text(value.get_string());
  if (key == "environment") header.id.environment = Environment(text);
  if (key == "region") header.id.region = Region(text);
  if (key == "account") header.account = AccountId(text);
  if (key == "run_id") header.run_id = RunId(text);
  if (key == "backup_timestamp") {
    const auto time = parse_timestamp(text);
    if (!time) return corrupt("has a backup_timestamp that is no time", 0);
    header.id.time = *time;
  }
  return {};
}

Result<void> DocumentDecoder::State::take(Slice slice) {
  if (slice.kind == Slice::Kind::element) return take_record(slice);
  if (!keys.insert(slice.key).second)
    return corrupt("names the member " + printable(slice.key, 80) + " twice", slice.offset);
  if (slice.kind == Slice::Kind::list) return {};
  auto value = parse_json(slice.bytes.view());
  if (!value)
    return fail(
        std::move(value.error()).within(fmt::format("the document, byte {}", slice.offset)));
  return take_member(slice.key, *value);
}

Result<void> DocumentDecoder::State::check_whole() const {
  if (!slicer.at_end()) return corrupt("breaks off", summary.size);
  if (!keys.contains("parameters")) return corrupt("has no parameters", summary.size);
  if (stated_count && *stated_count != summary.parameter_count)
    return corrupt(fmt::format("states {} and holds {}", counted(*stated_count, "parameter"),
                               summary.parameter_count),
                   summary.size);
  if (!summary.header.format) return {};
  for (const char* key :
       {"backup_date", "backup_timestamp", "environment", "region", "parameter_count", "errors"})
    if (!keys.contains(key)) return corrupt(fmt::format("has no {}", key), summary.size);
  return {};
}

DocumentDecoder::DocumentDecoder(OnRecord on_record)
    : state_(std::make_unique<State>(std::move(on_record))) {}
DocumentDecoder::~DocumentDecoder() = default;
DocumentDecoder::DocumentDecoder(DocumentDecoder&&) noexcept = default;
DocumentDecoder& DocumentDecoder::operator=(DocumentDecoder&&) noexcept = default;

Result<void> DocumentDecoder::feed(std::string_view chunk) {
  State& state = *state_;
  if (state.failure) return fail(*state.failure);
  state.hash.update(chunk);
  state.summary.size += chunk.size();
  auto fed =
      state.slicer.feed(chunk, [&state](Slice slice) { return state.take(std::move(slice)); });
  if (!fed) state.failure = fed.error();
  return fed;
}

const DocumentHeader& DocumentDecoder::header() const { return state_->summary.header; }

Result<DocumentDecoder::Summary> DocumentDecoder::finish() {
  State& state = *state_;
  if (state.failure) return fail(*state.failure);
  if (auto whole = state.check_whole(); !whole) return fail(std::move(whole).error());
  state.summary.sha256 = state.hash.finish();
  return std::move(state.summary);
}

}  // namespace ssmb::snapshot
