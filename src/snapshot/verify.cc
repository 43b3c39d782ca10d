#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "snapshot/reader.h"

namespace ssmb::snapshot {
namespace {

// What is wrong with the snapshot, as opposed to with the way to it.
bool is_finding(const Error& error) {
  return error.kind == ErrorKind::corrupt || error.kind == ErrorKind::not_found;
}

// Compares each record of the document with its line in the index.
class RecordCheck {
 public:
  RecordCheck(const std::vector<IndexEntry>& index, const ObjectKey& document,
              std::vector<Finding>& findings)
      : index_(index), document_(document), findings_(findings) {}

  void operator()(const DocumentRecord& record) {
    const Parameter& parameter = record.record.parameter;
    const auto line = std::ranges::lower_bound(index_, parameter.name, {}, &IndexEntry::name);
    if (line == index_.end() || line->name != parameter.name)
      return add(parameter.name, "is not in the index");
    if (line->place != record.place) add(parameter.name, "is not as the index has it");
    if (line->version != parameter.version ||
        line->last_modified_date != parameter.last_modified_date)
      add(parameter.name, "has another version or date in the index");
  }

 private:
  void add(const ParameterName& name, std::string_view what) {
    findings_.push_back(
        {.key = document_, .what = fmt::format("{} {}", printable(name.view(), 200), what)});
  }

  const std::vector<IndexEntry>& index_;
  const ObjectKey& document_;
  std::vector<Finding>& findings_;
};

void compare_headers(const Entry& entry, const DocumentDecoder::Summary& summary,
                     std::vector<Finding>& findings) {
  const Manifest& manifest = *entry.manifest;
  const DocumentHeader& header = summary.header;
  const auto add = [&](std::string_view what) {
    findings.push_back({.key = entry.document, .what = std::string(what)});
  };
  if (!header.format) add("has no format, though it has a manifest");
  if (header.id != manifest.id || header.id != entry.id)
    add("is of another environment, Region or time than its key or manifest says");
  if (header.account != manifest.account || header.run_id != manifest.run_id)
    add("is of another account or run than its manifest says");
  if (header.scope != manifest.scope) add("is of another scope than its manifest says");
  const bool same_errors =
      std::ranges::equal(summary.errors, manifest.unreadable, {}, {}, &Unreadable::name);
  if (!same_errors) add("names other unreadable parameters than its manifest");
}

// What the newest manifest says of itself: until it has a successor, nothing hashes it.
void check_counts(const Entry& entry, std::vector<Finding>& findings) {
  const Manifest& manifest = *entry.manifest;
  if (manifest.completeness == Completeness::incomplete) return;
  const ObjectKey key = manifest_key(entry.id);
  const bool all_accepted = std::ranges::all_of(manifest.unreadable, [](const Unreadable& one) {
    return one.accepted == Unreadable::Accepted::yes;
  });
  if (!all_accepted)
    findings.push_back({.key = key, .what = "says complete, and names unreadable parameters"});
  const std::uint64_t accounted =
      manifest.parameter_count + manifest.unreadable.size() + manifest.vanished.size();
  if (manifest.listed != accounted)
    findings.push_back({.key = key,
                        .what = fmt::format("says complete, and accounts for {} of {} listed names",
                                            accounted, manifest.listed)});
}

ResultTask<Chain> follow_chain(Repository& repository, const std::optional<ParentRef>& parent,
                               CallScope scope) {
  if (!parent) co_return Chain::first;
  // A key that no writer makes cannot be looked up, and no honest manifest names it.
  if (!parse_manifest_key(parent->key.view())) co_return Chain::altered;
  const auto object = co_await repository.get(parent->key, scope);
  if (!object && object.error().kind == ErrorKind::not_found) co_return Chain::beyond_retention;
  if (!object) co_return fail(object.error());
  co_return sha256(object->bytes.view()) == parent->sha256 ? Chain::sound : Chain::altered;
}

}  // namespace

std::string_view to_string(Chain chain) {
  switch (chain) {
    case Chain::unknown: return "unknown";
    case Chain::first: return "first";
    case Chain::sound: return "sound";
    case Chain::beyond_retention: return "beyond retention";
    case Chain::altered: return "altered";
  }
  return "unknown";
}

ResultTask<Verification> Snapshot::verify(CallScope scope) const {
  const Entry& entry = *entry_;
  Verification result;
  const auto find = [&](const ObjectKey& key, std::string what) {
    // Most errors begin with the place; the key says it already.
    const std::string place = repository_->url(key);
    if (what.starts_with(place)) what = trim(std::string_view(what).substr(place.size()));
    if (what.starts_with(": ")) what.erase(0, 2);
    result.findings.push_back({.key = key, .what = std::move(what)});
  };
  if (entry.state == State::unfinished)
    find(entry.document, "has no manifest: its run did not end");
  if (entry.state == State::broken) find(entry.document, entry.problem);

  auto index = co_await read_index(scope);
  if (!index && !is_finding(index.error())) co_return fail(std::move(index).error());
  if (!index) find(entry.manifest->index.key, index.error().what);
  const bool indexed = entry.manifest && index;

  const std::vector<IndexEntry> none;
  RecordCheck check(indexed ? *index : none, entry.document, result.findings);
  const auto on_record = [&](const DocumentRecord& record) -> Result<void> {
    ++result.parameter_count;
    result.bytes += record.place.length;
    if (indexed) check(record);
    return {};
  };
  auto summary = co_await read_all(on_record, scope);
  if (!summary && !is_finding(summary.error())) co_return fail(std::move(summary).error());
  if (summary) result.bytes = summary->size;
  if (!summary) find(entry.document, summary.error().what);
  if (!entry.manifest) co_return result;

  if (summary) compare_headers(entry, *summary, result.findings);
  check_counts(entry, result.findings);
  SSMB_CO_TRY(chain, co_await follow_chain(*repository_, entry.manifest->parent, scope));
  result.chain = chain;
  if (chain == Chain::altered)
    find(entry.manifest->parent->key, "has another hash than its successor recorded");
  co_return result;
}

}  // namespace ssmb::snapshot
