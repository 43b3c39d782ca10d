#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "snapshot/reader.h"
#include "snapshot/trouble.h"

namespace ssmb::snapshot {
namespace {

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
  const auto is_accepted = [](const auto& one) {
    return one.accepted == Unreadable::Accepted::yes;
  };
  if (!std::ranges::all_of(manifest.unreadable, is_accepted))
    findings.push_back({.key = key, .what = "says complete, and names unreadable parameters"});
  if (!std::ranges::all_of(manifest.lacking, is_accepted))
    findings.push_back({.key = key, .what = "says complete, and names records that lack a part"});
  const std::uint64_t accounted =
      manifest.parameter_count + manifest.unreadable.size() + manifest.vanished.size();
  if (manifest.listed != accounted)
    findings.push_back({.key = key,
                        .what = fmt::format("says complete, and accounts for {} of {} listed names",
                                            accounted, manifest.listed)});
}

ResultTask<Chain> follow_chain(Repository& repository, const ParentRef& parent, CallScope scope) {
  // A key that no writer makes cannot be looked up, and no honest manifest names it.
  if (!parse_manifest_key(parent.key.view())) co_return Chain::altered;
  const auto object = co_await repository.get(parent.key, scope);
  if (!object && trouble_of(object.error()) == Trouble::gone) co_return Chain::beyond_retention;
  if (!object) co_return fail(object.error());
  co_return sha256(object->bytes.view()) == parent.sha256 ? Chain::sound : Chain::altered;
}

// Takes what is found out about one snapshot.
class Findings {
 public:
  explicit Findings(const Repository& repository) : repository_(repository) {}

  void add(const ObjectKey& key, std::string what) {
    // Most errors begin with the place; the key says it already.
    const std::string place = repository_.url(key);
    if (what.starts_with(place)) what = trim(std::string_view(what).substr(place.size()));
    if (what.starts_with(": ")) what.erase(0, 2);
    result.findings.push_back({.key = key, .what = std::move(what)});
  }
  // Damage is a finding, what is closed to us is unread; fails where nothing else can be read.
  Result<void> add(const ObjectKey& key, Error error) {
    switch (trouble_of(error)) {
      case Trouble::elsewhere: return fail(std::move(error));
      case Trouble::unread: result.unread.push_back({.key = key, .error = std::move(error)}); break;
      case Trouble::gone:
      case Trouble::damaged: add(key, std::move(error.what)); break;
    }
    return {};
  }

  Verification result;

 private:
  const Repository& repository_;
};

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
  Findings found(*repository_);
  Verification& result = found.result;
  if (entry.state == State::unfinished)
    found.add(entry.document, "has no manifest: its run did not end");
  if (entry.state == State::broken) found.add(entry.document, entry.problem);
  if (entry.unread) SSMB_CO_TRY_VOID(found.add(entry.document, *entry.unread));
  // Where its document is missing there is nothing to read.
  if (entry.state == State::broken && entry.size == 0) co_return result;

  const auto index = co_await read_index(scope);
  if (!index) SSMB_CO_TRY_VOID(found.add(entry.manifest->index.key, index.error()));
  const bool indexed = entry.manifest && index;

  const std::vector<IndexEntry> none;
  RecordCheck check(indexed ? *index : none, entry.document, result.findings);
  const auto on_record = [&](const DocumentRecord& record) -> Result<void> {
    ++result.parameter_count;
    result.bytes += record.place.length;
    if (indexed) check(record);
    return {};
  };
  const auto summary = co_await read_all(on_record, scope);
  if (summary) result.bytes = summary->size;
  if (!summary) SSMB_CO_TRY_VOID(found.add(entry.document, summary.error()));
  if (!entry.manifest) co_return result;

  if (summary) compare_headers(entry, *summary, result.findings);
  check_counts(entry, result.findings);
  const auto& parent = entry.manifest->parent;
  if (!parent) {
    result.chain = entry.manifest->parent_problem.empty() ? Chain::first : Chain::unknown;
    co_return result;
  }
  const auto chain = co_await follow_chain(*repository_, *parent, scope);
  if (!chain) SSMB_CO_TRY_VOID(found.add(parent->key, chain.error()));
  if (chain) result.chain = *chain;
  if (result.chain == Chain::altered)
    found.add(parent->key, "has another hash than its successor recorded");
  co_return result;
}

}  // namespace ssmb::snapshot
