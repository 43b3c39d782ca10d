#include "snapshot/last_good.h"

#include <charconv>

#include "base/text.h"
#include "base/try.h"
#include "snapshot/document.h"
#include "snapshot/manifest.h"
#include "snapshot/pointer.h"
#include "snapshot/reader.h"

namespace ssmb::snapshot {
namespace {

constexpr std::uint64_t kHead = 4096;

}  // namespace

std::optional<std::uint64_t> count_of_old_document(std::string_view head) {
  constexpr std::string_view kKey = "\"parameter_count\"";
  const std::string_view before = head.substr(0, head.find("\"parameters\""));
  const std::size_t at = before.find(kKey);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = trim(before.substr(at + kKey.size()));
  if (!rest.starts_with(':')) return std::nullopt;
  rest = trim(rest.substr(1));
  std::uint64_t count = 0;
  const auto [end, wrong] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
  return wrong == std::errc() ? std::optional(count) : std::nullopt;
}

namespace {

// The pointer that speaks for the Region. Before there were Regions, latest.txt spoke for what is
// now the default one.
ResultTask<std::optional<Pointer>> pointer_of(Repository& repository, Region region,
                                              DefaultRegion default_region, CallScope scope) {
  SSMB_CO_TRY(named, co_await read_pointer(repository, latest_key(region), scope));
  if (named || default_region == DefaultRegion::no) co_return named;
  SSMB_CO_TRY(old, co_await read_pointer(repository, latest_key(), scope));
  if (!old) co_return old;
  const auto id = parse_document_key(old->target.view());
  const bool another = id && !id->region.empty() && id->region != region;
  if (another) co_return std::nullopt;  // the default Region was another one then
  co_return old;
}

// From the document alone: its head, or all of it. not_found: there is no document.
ResultTask<std::uint64_t> count_in(Repository& repository, ObjectKey document, CallScope scope) {
  SSMB_CO_TRY(head, co_await repository.get_range(document, 0, kHead, scope));
  if (const auto count = count_of_old_document(head.bytes.view())) co_return *count;
  SSMB_CO_TRY(snapshot, co_await Snapshot::open(repository, document, scope));
  const auto ignore = [](const DocumentRecord&) -> Result<void> { return {}; };
  SSMB_CO_TRY(summary, co_await snapshot.read_all(ignore, scope));
  co_return summary.parameter_count;
}

}  // namespace

Task<LastGood> find_last_good(Repository& repository, Region region, DefaultRegion default_region,
                              CallScope scope) {
  LastGood last;
  const auto named = co_await pointer_of(repository, region, default_region, scope);
  if (!named) last.unknown_because = to_line(named.error());
  if (!named || !*named) co_return last;
  last.target = (*named)->target;
  const auto id = parse_document_key(last.target.view());
  if (!id) co_return last;
  const auto manifest = co_await repository.get(manifest_key(*id), scope);
  const auto decoded = manifest ? decode_manifest(manifest->bytes.view()) : fail(manifest.error());
  if (decoded && decoded->document.key == last.target) {
    last.parameter_count = decoded->parameter_count;
    co_return last;
  }
  const auto counted = co_await count_in(repository, last.target, scope);
  if (counted) last.parameter_count = *counted;
  if (!counted && counted.error().kind != ErrorKind::not_found)
    last.unknown_because = to_line(counted.error());
  co_return last;
}

}  // namespace ssmb::snapshot
