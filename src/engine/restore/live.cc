#include "engine/restore/live.h"

#include "base/try.h"
#include "engine/collect.h"
#include "engine/reading.h"
#include "engine/region_facts.h"

namespace ssmb::engine::restore {
namespace {

using snapshot::Depth;

// Without its tags or labels nobody can say whether it is as the snapshot wants it.
const std::optional<Error>& lacking(const Read& read) {
  return read.no_tags ? read.no_tags : read.no_history;
}

class Teller final : public Collector {
 public:
  explicit Teller(Planner& planner) : planner_(planner) {}

  ResultTask<void> take(Found found, CallScope) override {
    if (const auto* read = std::get_if<Read>(&found)) {
      if (const auto& error = lacking(*read))
        planner_.live_unreadable(read->parameter.name, *error);
      else
        planner_.live(read->parameter);
    } else if (const auto* unreadable = std::get_if<snapshot::Unreadable>(&found)) {
      planner_.live_unreadable(unreadable->name, unreadable->why());
    }
    co_return Result<void>{};
  }
  ByteCount bytes() const override { return {}; }

 private:
  Planner& planner_;
};

ResultTask<void> read_few(aws::ssm::Client ssm, LiveQuery query, Planner& planner,
                          CallScope scope) {
  for (const ParameterName& name : query.few) {
    auto live = co_await read_live(ssm, name, query.depth, scope);
    if (!live && !costs_one_parameter(live.error().kind)) co_return fail(std::move(live).error());
    if (!live)
      planner.live_unreadable(name, live.error());
    else if (*live)
      planner.live(**live);
  }
  co_return Result<void>{};
}

}  // namespace

ResultTask<std::optional<Parameter>> read_live(aws::ssm::Client ssm, ParameterName name,
                                               Depth depth, CallScope scope) {
  SSMB_CO_TRY(found, co_await read_alone(ssm, std::move(name), depth, scope));
  if (auto* read = std::get_if<Read>(&found)) {
    SSMB_CO_TRY(tagged, co_await read_tags(ssm, std::move(*read), scope));
    found = std::move(tagged);
  }
  if (auto* unreadable = std::get_if<snapshot::Unreadable>(&found))
    co_return fail(unreadable->why());
  auto* read = std::get_if<Read>(&found);
  if (read == nullptr) co_return std::nullopt;
  if (const auto& error = lacking(*read)) co_return fail(*error);
  co_return std::move(read->parameter);
}

ResultTask<LiveStore> read_live_store(aws::Session& session, LiveQuery query, Planner& planner,
                                      Events& events, CallScope scope) {
  LiveStore store;
  if (!query.few.empty()) {
    SSMB_CO_TRY_VOID(co_await read_few({session, query.region}, query, planner, scope));
    store.facts = co_await read_settings({session, query.region}, scope);
    co_return store;
  }
  const auto selects = [&](const aws::ssm::Metadata& metadata) {
    ++store.listed;
    ++(rules::parse_tier(metadata.tier) == rules::Tier::advanced ? store.advanced : store.standard);
    if (planner.wants(metadata.name)) return true;
    planner.live_unwanted(metadata.name);
    return false;
  };
  Teller teller(planner);
  SSMB_CO_TRY(collected, co_await collect(session,
                                          {.region = query.region,
                                           .selects = selects,
                                           .tags = query.tags,
                                           .depth = query.depth,
                                           .concurrency = query.concurrency},
                                          teller, events, scope));
  store.tags = collected.tags;
  store.facts = std::move(collected.facts);
  planner.count(store.standard, store.advanced);
  co_return store;
}

}  // namespace ssmb::engine::restore
