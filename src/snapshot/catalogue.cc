#include "snapshot/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "base/try.h"
#include "snapshot/trouble.h"

namespace ssmb::snapshot {
namespace {

// Enough for the brace, white space and the first key.
constexpr std::uint64_t kHead = 256;

// Format 1 and its successors begin with their format.
bool names_a_format(std::string_view head) {
  head = trim(head);
  if (!head.starts_with('{')) return false;
  return trim(head.substr(1)).starts_with("\"format\"");
}

Entry broken(Entry entry, std::string why) {
  entry.state = State::broken;
  entry.problem = std::move(why);
  return entry;
}

// Whose trouble is `error`? The entry's, as long as the others can be read all the same.
Result<Entry> troubled(Entry entry, std::string_view what, Error error) {
  const Trouble trouble = trouble_of(error);
  if (trouble == Trouble::gone || trouble == Trouble::elsewhere) return fail(std::move(error));
  entry.problem = fmt::format("{} cannot be read: {}", what, to_line(error));
  entry.state = trouble == Trouble::unread ? State::unread : State::broken;
  if (trouble == Trouble::unread) entry.unread = std::move(error);
  return entry;
}

// What a manifest's bytes say of the document.
Entry judged(Entry entry, std::string_view bytes) {
  auto manifest = decode_manifest(bytes);
  if (!manifest) return broken(std::move(entry), manifest.error().what);
  if (manifest->document.key != entry.document)
    return broken(std::move(entry),
                  "its manifest speaks of " + printable(manifest->document.key.view(), 200));
  if (manifest->document.size != entry.size)
    return broken(std::move(entry), "its size is not the one that its manifest states");
  entry.state =
      manifest->completeness == Completeness::complete ? State::complete : State::incomplete;
  entry.manifest_sha256 = sha256(bytes);
  entry.manifest_size = bytes.size();
  entry.manifest = std::move(*manifest);
  return entry;
}

struct Listing {
  std::map<ObjectKey, std::uint64_t> documents;  // with their sizes
  std::map<SnapshotId, ObjectKey> manifests;     // by their id as a full snapshot
};

ResultTask<Listing> list_keys(Repository& repository, Environment environment, Region region,
                              CallScope scope) {
  Listing listing;
  const auto note = [&](const std::vector<ListedKey>& page) {
    for (const ListedKey& listed : page) {
      const auto document = parse_document_key(listed.key.view());
      if (document && belongs_to(*document, environment, region))
        listing.documents.emplace(listed.key, listed.size);
      const auto manifest = parse_manifest_key(listed.key.view());
      if (manifest && manifest->environment == environment && manifest->region == region)
        listing.manifests.emplace(*manifest, listed.key);
    }
    return true;
  };
  SSMB_CO_TRY_VOID(co_await repository.list("", note, scope));
  co_return listing;
}

}  // namespace

ResultTask<Entry> describe_document(Repository& repository, SnapshotId id, ObjectKey document,
                                    std::uint64_t size, CallScope scope) {
  Entry entry{.id = id, .document = document, .size = size};
  if (!id.region.empty()) {
    auto manifest = co_await repository.get(manifest_key(id), scope);
    if (manifest) co_return judged(std::move(entry), manifest->bytes.view());
    if (trouble_of(manifest.error()) != Trouble::gone)
      co_return troubled(std::move(entry), "its manifest", std::move(manifest).error());
  }
  auto head = co_await repository.get_range(document, 0, kHead, scope);
  if (!head) co_return troubled(std::move(entry), "it", std::move(head).error());
  entry.state = names_a_format(head->bytes.view()) ? State::unfinished : State::old;
  co_return entry;
}

ResultTask<std::optional<Entry>> describe_if_there(Repository& repository, SnapshotId id,
                                                   ObjectKey document, std::uint64_t size,
                                                   CallScope scope) {
  auto entry =
      co_await describe_document(repository, std::move(id), std::move(document), size, scope);
  if (!entry && trouble_of(entry.error()) == Trouble::gone) co_return std::nullopt;
  if (!entry) co_return fail(std::move(entry).error());
  co_return std::move(*entry);
}

bool is_good(const Entry& entry) {
  return (entry.state == State::complete && entry.id.extent == SnapshotId::Extent::full) ||
         entry.state == State::old;
}

ResultTask<std::vector<Entry>> list_snapshots(Repository& repository, Environment environment,
                                              Region region, CallScope scope) {
  SSMB_CO_TRY(listing, co_await list_keys(repository, environment, region, scope));
  std::vector<Entry> entries;
  for (const auto& [document, size] : listing.documents) {
    const SnapshotId id = *parse_document_key(document.view());
    SSMB_CO_TRY(entry, co_await describe_if_there(repository, id, document, size, scope));
    if (!entry) continue;
    listing.manifests.erase({id.environment, id.region, id.time, SnapshotId::Extent::full});
    entries.push_back(std::move(*entry));
  }
  for (const auto& [id, key] : listing.manifests) {
    Entry orphan{.id = id, .document = document_key(id)};
    entries.push_back(broken(std::move(orphan), "its document is missing, its manifest is there"));
  }
  std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
    return std::tie(b.id.time, b.document) < std::tie(a.id.time, a.document);
  });
  co_return entries;
}

std::string_view to_string(State state) {
  switch (state) {
    case State::complete: return "complete";
    case State::incomplete: return "incomplete";
    case State::unfinished: return "unfinished";
    case State::alone: return "alone";
    case State::old: return "old";
    case State::broken: return "broken";
    case State::unread: return "unread";
  }
  return "unknown";
}

}  // namespace ssmb::snapshot
