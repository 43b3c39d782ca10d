#include "engine/restore/source.h"

#include <algorithm>

#include "base/try.h"
#include "snapshot/guard.h"

namespace ssmb::engine::restore {

SourceFacts facts_of(const snapshot::Snapshot& snapshot, const snapshot::Repository& repository) {
  const snapshot::Entry& entry = snapshot.entry();
  SourceFacts facts{.env = entry.id.environment,
                    .region = entry.id.region,
                    .account = {},
                    .taken = entry.id.time,
                    .state = entry.state,
                    .document = entry.document,
                    .size = entry.size,
                    .where = repository.url(entry.document),
                    .parameter_count = {}};
  if (!entry.manifest) return facts;
  facts.account = entry.manifest->account;
  facts.taken = entry.manifest->start;
  facts.depth = entry.manifest->depth;
  facts.parameter_count = entry.manifest->parameter_count;
  return facts;
}

Task<std::optional<bool>> is_shrunken(snapshot::Repository& repository, snapshot::Snapshot snapshot,
                                      CallScope scope) {
  const snapshot::Entry& entry = snapshot.entry();
  if (entry.state != snapshot::State::complete) co_return std::nullopt;
  snapshot::ShrinkGuard guard(repository, entry.id.environment, entry.id.region, scope);
  const auto objection = co_await guard.objection(entry);
  co_return objection ? std::optional(!objection->empty()) : std::nullopt;
}

bool RecordWindow::holds(const snapshot::RecordPlace& place) const {
  return place.offset >= begin_ && place.offset - begin_ <= window_.size() &&
         place.length <= window_.size() - (place.offset - begin_);
}

ResultTask<DecodedRecord> RecordWindow::read(snapshot::RecordPlace place, std::uint64_t until,
                                             CallScope scope) {
  const auto altered = [this] {
    return fail(ErrorKind::corrupt,
                repository_->url(document_) + " is not what it was when the plan was made",
                "run it again");
  };
  if (place.length > size_ || place.offset > size_ - place.length) co_return altered();
  if (!holds(place)) {
    const std::uint64_t end = std::clamp(until, place.offset + place.length, size_);
    const std::uint64_t length = std::min(end - place.offset, std::max(kMost, place.length));
    SSMB_CO_TRY(stored, co_await repository_->get_range(document_, place.offset, length, scope));
    begin_ = place.offset;
    window_ = std::move(stored.bytes);
    if (!holds(place)) co_return altered();
  }
  const std::string_view line = window_.view().substr(place.offset - begin_, place.length);
  if (sha256(line) != place.sha256) co_return altered();
  co_return decode_record(line);
}

}  // namespace ssmb::engine::restore
