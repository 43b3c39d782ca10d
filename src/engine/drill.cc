#include "engine/drill.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "base/try.h"
#include "engine/drill_store.h"
#include "engine/print_key.h"
#include "engine/restore/decide.h"
#include "engine/restore/put.h"
#include "engine/restore/restore.h"

namespace ssmb::engine {
namespace {

using restore::Action;
using restore::Desired;
using restore::Step;
using restore::WithHistory;

// "tag aws:x", "label a of version 3": counted by their first word.
std::string kind_of(const std::string& lost) { return lost.substr(0, lost.find(' ')); }

class Drill {
 public:
  Drill(Runtime& runtime, DrillOptions options, restore::SourceFacts source)
      : runtime_(runtime),
        options_(std::move(options)),
        mapping_{.from = options_.place,
                 .to = options_.place,
                 .names = {},
                 .keys = {},
                 .expired = restore::Expired::skip},
        scratch_{.from = options_.place,
                 .to = options_.place,
                 .names = {restore::below(options_.sampling.under)},
                 .keys = {}},
        key_(draw_print_key(runtime)),
        store_(rules_store(), key_),
        planner_({.env = options_.env, .mapping = mapping_}, key_, rules_store()) {
    out_.source = std::move(source);
  }

  Result<void> take(DecodedRecord record, const snapshot::RecordPlace& place) {
    ++out_.parameters;
    const ParameterName name = record.parameter.name;
    // An old document names its account in the records alone.
    if (out_.source.account.empty())
      out_.source.account = rules::place_of(record.parameter.arn).account;
    // What was recorded, not what the mapping makes of it, is what must come back.
    Print recorded = print_of(record.parameter, key_);
    const Desired wanted =
        restore::desired(std::move(record.parameter), mapping_, runtime_.now(), WithHistory::no);
    recorded.captured &= wanted.recorded;
    recorded.captured.reset(field_at("History"));
    for (const std::string& what : wanted.lost) ++out_.lost[kind_of(what)];
    for (const std::string& member : record.unknown) ++out_.lost["member " + member];
    planner_.want(name, wanted, place);
    if (!wanted.left_out) put(name, wanted, recorded);
    if (options_.sampling.count != 0 && fits(wanted.parameter)) draw(name);
    return {};
  }

  Drilled finish() {
    const restore::Plan plan = planner_.finish();
    for (const Step& step : plan.steps) {
      if (step.action == Action::skipped) ++out_.expired;
      if (step.action == Action::impossible && store_.holds(step.name))
        note(step.name, step.because);
      if (step.action == Action::create && !step.doubts.empty()) ++out_.doubtful;
    }
    out_.estimate = restore::estimate(plan, options_.rates, runtime_.now());
    out_.proven = out_.parameters - out_.expired - out_.not_proven;
    return std::move(out_);
  }

 private:
  rules::Store rules_store() const {
    rules::Store store;
    store.place = options_.place;
    store.now = runtime_.now();
    return store;
  }

  // The request that a restore would send, and what it would leave there.
  void put(const ParameterName& name, const Desired& wanted, const Print& recorded) {
    const auto request = restore::make_put(wanted.parameter, restore::PutMode::create);
    const auto stored = store_.create(request, wanted.parameter.labels);
    if (!stored) return note(name, restore::line_of(stored.error()));
    if (const FieldSet fields = differing(recorded, *stored); fields.any())
      note(name, fmt::format("differs in {}", fmt::join(keys_of(fields), ", ")));
  }

  bool fits(const Parameter& parameter) const {
    const ParameterName there = restore::mapped_name(scratch_, parameter.name);
    return parameter.tags.size() < rules::kMaxTags && !rules::check_name(there, options_.place);
  }

  // Each as likely as any other, however many there are (Vitter's algorithm R).
  void draw(const ParameterName& name) {
    std::vector<ParameterName>& sample = out_.sample;
    const std::uint64_t met = drawn_from_++;
    if (sample.size() < options_.sampling.count) return sample.push_back(name);
    const std::uint64_t place = runtime_.random() % (met + 1);
    if (place < sample.size()) sample[place] = name;
  }

  void note(const ParameterName& name, std::string what) {
    ++out_.not_proven;
    if (out_.findings.size() < kMostFindings)
      out_.findings.push_back({.name = name, .what = std::move(what)});
  }

  Runtime& runtime_;
  DrillOptions options_;
  restore::Mapping mapping_;
  restore::Mapping scratch_;  // as far as names go
  PrintKey key_;
  DrillStore store_;
  restore::Planner planner_;
  std::uint64_t drawn_from_ = 0;
  Drilled out_;
};

// What fits into the quota's burst waits for no quota, and takes time all the same: a restore reads
// all that the drill has read.
void bound_by_reading(Drilled& out) {
  if (out.took <= out.estimate.duration) return;
  out.estimate.duration = out.took;
  out.estimate.bounded_by.clear();
}

}  // namespace

ResultTask<Drilled> drill(Runtime& runtime, snapshot::Repository& repository,
                          snapshot::Snapshot snapshot, DrillOptions options, CallScope scope) {
  const SteadyTime begin = runtime.steady();
  restore::SourceFacts facts = restore::facts_of(snapshot, repository);
  facts.shrunken = co_await restore::is_shrunken(repository, snapshot, scope);
  Drill drill(runtime, std::move(options), std::move(facts));
  const auto take = [&drill](snapshot::DocumentRecord record) {
    return drill.take(std::move(record.record), record.place);
  };
  SSMB_CO_TRY(summary, co_await snapshot.read_all(take, scope));
  Drilled out = drill.finish();
  out.bytes = summary.size;
  if (const auto& manifest = snapshot.entry().manifest) {
    for (const auto& each : manifest->unreadable)
      out.unreadable += each.accepted == snapshot::Unreadable::Accepted::no ? 1 : 0;
  } else {
    out.source.unread = std::move(summary.errors);
    out.unreadable = out.source.unread.size();
  }
  out.at = runtime.now();
  out.age = out.at - out.source.taken;
  out.took = runtime.steady() - begin;
  bound_by_reading(out);
  co_return out;
}

}  // namespace ssmb::engine
