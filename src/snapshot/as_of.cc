#include "snapshot/as_of.h"

#include <algorithm>
#include <ranges>
#include <utility>

#include "base/try.h"
#include "snapshot/catalogue.h"
#include "snapshot/guard.h"
#include "snapshot/trouble.h"

namespace ssmb::snapshot {
namespace {

// How much later than the run's start its key may be: a second for each key that was taken.
constexpr auto kKeyLag = std::chrono::minutes{15};

struct Document {
  SnapshotId id;
  std::uint64_t size;
};

// Oldest first, whether their keys name a Region or not.
ResultTask<std::vector<Document>> list_documents(Repository& repository, Environment environment,
                                                 Region region, CallScope scope) {
  std::vector<Document> documents;
  const auto note = [&](const std::vector<ListedKey>& page) {
    for (const ListedKey& listed : page) {
      const auto id = parse_document_key(listed.key.view());
      if (id && id->extent == SnapshotId::Extent::full && belongs_to(*id, environment, region))
        documents.push_back({*id, listed.size});
    }
    return true;
  };
  SSMB_CO_TRY_VOID(co_await repository.list("", note, scope));
  std::ranges::sort(documents, {},
                    [](const Document& one) { return std::pair(one.id.time, one.id.region); });
  co_return documents;
}

Time started(const Entry& entry) {
  return std::chrono::floor<std::chrono::seconds>(start_of(entry));
}

}  // namespace

ResultTask<AsOf> complete_as_of(Repository& repository, Environment environment, Region region,
                                Time time, CallScope scope) {
  SSMB_CO_TRY(documents, co_await list_documents(repository, environment, region, scope));
  ShrinkGuard guard(repository, environment, region, scope);
  AsOf as_of;
  for (const auto& [id, size] : documents | std::views::reverse) {
    if (id.time > time + kKeyLag) continue;
    SSMB_CO_TRY(entry, co_await describe_if_there(repository, id, document_key(id), size, scope));
    if (!entry || started(*entry) > time) continue;
    SSMB_CO_TRY(objection, co_await guard.objection(*entry));
    if (is_good(*entry) && objection.empty()) {
      as_of.found = std::move(*entry);
      co_return as_of;
    }
    if (!objection.empty()) entry->problem = std::move(objection);
    as_of.passed_over.push_back(std::move(*entry));
  }
  for (const auto& [id, size] : documents) {
    SSMB_CO_TRY(entry, co_await describe_if_there(repository, id, document_key(id), size, scope));
    if (!entry || !is_good(*entry)) continue;
    SSMB_CO_TRY(objection, co_await guard.objection(*entry));
    if (!objection.empty()) continue;
    as_of.oldest = std::move(*entry);
    break;
  }
  co_return as_of;
}

Time start_of(const Entry& entry) { return entry.manifest ? entry.manifest->start : entry.id.time; }

}  // namespace ssmb::snapshot
