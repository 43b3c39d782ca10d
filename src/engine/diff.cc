#include "engine/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "engine/collect.h"
#include "engine/print_key.h"
#include "engine/restore/mapping.h"
#include "parameter/field_digests.h"

namespace ssmb::engine {
namespace {

using snapshot::Scope;
using snapshot::Snapshot;
using snapshot::State;

constexpr std::size_t kValue = field_at("Value");

// What an end turned out to be, when it has been read.
struct EndFacts {
  Environment environment;
  std::optional<Scope> scope;  // nullopt: nobody knows
  snapshot::Depth depth = snapshot::Depth::current;
  std::unordered_map<ParameterName, snapshot::KeptError> unreadable;
  std::string incomplete_because;
  std::optional<snapshot::RegionFacts> region;
  rules::Place place;
};

// Of one record: what it does not say.
struct Silence {
  FieldSet unread;    // fields that could not be read: counted as not compared
  FieldSet unspoken;  // fields of which an old document says nothing
};
// Takes each parameter of an end once.
using OnParameter = std::function<void(const Parameter& parameter, const Silence& silence)>;

FieldSet fields_of(snapshot::Lacking::Part part) {
  if (part == snapshot::Lacking::Part::tags) return field_set({field_at("Tags")});
  return field_set({field_at("Labels"), field_at("LabelledVersions"), field_at("History"),
                    field_at("ResourcePolicies")});
}

// The old job took every name that holds the environment's.
Scope old_scope(const Environment& environment) {
  auto scope = Scope::selection({fmt::format("*{}*", environment)});
  return scope ? std::move(*scope) : Scope::of_environment(environment);
}

EndFacts facts_of(const snapshot::Entry& entry, const snapshot::DocumentDecoder::Summary& summary) {
  EndFacts facts{.environment = entry.id.environment, .scope = summary.header.scope};
  if (!summary.header.format) facts.scope = old_scope(entry.id.environment);
  const snapshot::KeptError then(
      Error{.kind = ErrorKind::denied, .what = "could not be read then", .fault = {}, .next = {}});
  for (const ParameterName& name : summary.errors) facts.unreadable.emplace(name, then);
  if (entry.state == State::unfinished) facts.incomplete_because = "its run did not end";
  if (!entry.manifest) return facts;
  const snapshot::Manifest& manifest = *entry.manifest;
  facts.scope = manifest.scope;
  facts.depth = manifest.depth;
  facts.incomplete_because = manifest.incomplete_because;
  facts.region = manifest.facts;
  facts.place = {.region = manifest.id.region, .account = manifest.account};
  for (const snapshot::Unreadable& unreadable : manifest.unreadable)
    facts.unreadable.insert_or_assign(unreadable.name, unreadable.error);
  const bool incomplete = entry.state == State::incomplete;
  if (incomplete && facts.incomplete_because.empty() && facts.unreadable.empty())
    facts.incomplete_because = "it is incomplete";
  return facts;
}

// One that is not what its manifest says proves nothing.
Result<void> check_usable(const snapshot::Entry& entry) {
  if (entry.unread) return fail(*entry.unread);
  if (entry.state != State::broken) return {};
  return fail(ErrorKind::corrupt, fmt::format("{} is broken: {}", entry.document, entry.problem),
              "`ssm-backup verify --all` tells which snapshots are sound");
}

ResultTask<EndFacts> read_snapshot(Snapshot snapshot, OnParameter on_parameter, CallScope scope) {
  const snapshot::Entry& entry = snapshot.entry();
  SSMB_CO_TRY_VOID(check_usable(entry));
  std::unordered_map<ParameterName, FieldSet> lacking;
  if (entry.manifest)
    for (const snapshot::Lacking& each : entry.manifest->lacking)
      lacking[each.name] |= fields_of(each.part);
  const auto take = [&](const snapshot::DocumentRecord& read) -> Result<void> {
    const Parameter& parameter = read.record.parameter;
    const auto found = lacking.find(parameter.name);
    Silence silence;
    if (found != lacking.end()) silence.unread = found->second;
    if (entry.state == State::old && restore::is_old_record(parameter))
      silence.unspoken = ~old_record_fields();
    on_parameter(parameter, silence);
    return {};
  };
  SSMB_CO_TRY(summary, co_await snapshot.read_all(take, scope));
  co_return facts_of(entry, summary);
}

class LiveReading final : public Collector {
 public:
  explicit LiveReading(OnParameter on_parameter) : on_parameter_(std::move(on_parameter)) {}

  ResultTask<void> take(Found found, CallScope) override {
    if (auto* unreadable = std::get_if<snapshot::Unreadable>(&found))
      unreadable_.emplace(unreadable->name, kept_.keep(unreadable->name, unreadable->why()));
    if (const auto* read = std::get_if<Read>(&found)) {
      using Part = snapshot::Lacking::Part;
      Silence silence;
      if (read->no_tags) silence.unread |= fields_of(Part::tags);
      if (read->no_history) silence.unread |= fields_of(Part::history);
      if (account_.empty()) account_ = rules::place_of(read->parameter.arn).account;
      bytes_ += read->parameter.value.size();
      on_parameter_(read->parameter, silence);
    }
    co_return Result<void>{};
  }
  ByteCount bytes() const override { return {bytes_}; }
  auto take_unreadable() { return std::move(unreadable_); }
  const AccountId& account() const { return account_; }

 private:
  OnParameter on_parameter_;
  snapshot::KeptErrors kept_;
  std::unordered_map<ParameterName, snapshot::KeptError> unreadable_;
  AccountId account_;  // empty: nothing was read
  std::uint64_t bytes_ = 0;
};

// What the snapshot was meant to hold, as deep as it was taken.
ResultTask<EndFacts> read_live(LiveEnd live, EndFacts like, OnParameter on_parameter,
                               CallScope scope) {
  LiveReading reading(std::move(on_parameter));
  // Nobody is asked what there is nothing to hold against.
  const bool shares = like.region && like.region->shares;
  const CollectOptions options{
      .region = live.region,
      .scope = like.scope.value_or(Scope::of_environment(like.environment)),
      .tags = live.tags,
      .depth = like.depth,
      .shares = shares ? AskShares::yes : AskShares::no,
      .concurrency = live.concurrency};
  SSMB_CO_TRY(collected, co_await collect(*live.session, options, reading, *live.events, scope));
  like.unreadable = reading.take_unreadable();
  like.region = std::move(collected.facts);
  if (!shares) like.region->shares.emplace();
  like.place = {.region = live.region, .account = reading.account()};
  like.incomplete_because.clear();
  co_return like;
}

// The first end as prints, against which the second is held.
class Comparer {
 public:
  Comparer(PrintKey key, Comparison comparison) : key_(std::move(key)), comparison_(comparison) {}

  void hold(const Parameter& parameter, const Silence& silence) {
    held_.insert_or_assign(parameter.name, seen(parameter, silence));
  }
  void compare(const Parameter& parameter, const Silence& silence);
  Diff finish(const EndFacts& first, const EndFacts& second);

 private:
  struct Seen {
    FieldDigests fields;
    FieldSet unread;
    ParameterVersion version = 0;
    std::optional<Time> modified;
  };

  Seen seen(const Parameter& parameter, const Silence& silence) const {
    Seen made{.fields = digests_of(parameter, key_, comparison_),
              .unread = silence.unread,
              .version = parameter.version,
              .modified = parameter.last_modified_date};
    made.fields.captured &= ~(silence.unread | silence.unspoken);
    return made;
  }
  static DiffState state_of(const Seen& seen) {
    return {
        .version = seen.version, .modified = seen.modified, .value = seen.fields.digests[kValue]};
  }
  void set_aside(const EndFacts& facts, DiffSide side);
  void leave_out(const EndFacts& first, const EndFacts& second);

  PrintKey key_;
  Comparison comparison_;
  std::unordered_map<ParameterName, Seen> held_;
  Diff diff_;
};

void Comparer::compare(const Parameter& parameter, const Silence& silence) {
  const Seen now = seen(parameter, silence);
  // What has been compared is let go: room for what differs.
  const auto node = held_.extract(parameter.name);
  Difference difference{.name = parameter.name, .from = {}, .to = state_of(now), .fields = {}};
  if (node) {
    const Seen& before = node.mapped();
    const FieldSet unknown = before.unread | now.unread;
    for (std::size_t i = 0; i < kFieldCount; ++i) diff_.unread_fields[i] += unknown[i] ? 1 : 0;
    difference.fields = differing(before.fields, now.fields);
    difference.from = state_of(before);
    if (difference.fields.none()) {
      ++diff_.same;
      const bool rewritten = before.version != now.version || before.modified != now.modified;
      diff_.rewritten += rewritten ? 1 : 0;
      return;
    }
  }
  diff_.differences.push_back(std::move(difference));
}

// A name that an end could not read is neither added nor removed there.
void Comparer::set_aside(const EndFacts& facts, DiffSide side) {
  for (const auto& [name, error] : facts.unreadable)
    diff_.not_compared.push_back({.name = name, .side = side, .error = error});
  std::erase_if(diff_.differences,
                [&facts](const Difference& each) { return facts.unreadable.contains(each.name); });
}

void Comparer::leave_out(const EndFacts& first, const EndFacts& second) {
  diff_.outside += std::erase_if(diff_.differences, [&](const Difference& each) {
    if (each.from && each.to) return false;
    const EndFacts& other = each.from ? second : first;
    return other.scope && !other.scope->matches(each.name);
  });
}

Diff Comparer::finish(const EndFacts& first, const EndFacts& second) {
  for (auto at = held_.begin(); at != held_.end(); at = held_.erase(at))
    diff_.differences.push_back(
        {.name = at->first, .from = state_of(at->second), .to = {}, .fields = {}});
  set_aside(first, DiffSide::from);
  set_aside(second, DiffSide::to);
  leave_out(first, second);
  std::ranges::sort(diff_.differences, {}, &Difference::name);
  std::ranges::sort(diff_.not_compared, {},
                    [](const NotCompared& each) { return std::pair(each.name, each.side); });
  diff_.incomplete_because = {first.incomplete_because, second.incomplete_because};
  return std::move(diff_);
}

FactsEnd facts_end(const EndFacts& end) {
  return {
      .facts = end.region, .place = end.place, .is_silent_on = [&end](const ParameterName& name) {
        return end.unreadable.contains(name) || (end.scope && !end.scope->matches(name));
      }};
}

DiffSide other(DiffSide side) { return side == DiffSide::from ? DiffSide::to : DiffSide::from; }

// Read the other way round.
Diff turned(Diff diff) {
  for (Difference& each : diff.differences) std::swap(each.from, each.to);
  for (NotCompared& each : diff.not_compared) each.side = other(each.side);
  for (SettingDifference& each : diff.facts.settings) std::swap(each.from, each.to);
  for (ShareDifference& each : diff.facts.shares) std::swap(each.from, each.to);
  for (FactGap& each : diff.facts.gaps) each.side = other(each.side);
  std::swap(diff.incomplete_because[0], diff.incomplete_because[1]);
  return diff;
}

}  // namespace

ResultTask<Diff> diff(Runtime& runtime, DiffEnd from, DiffEnd to, DiffOptions options,
                      CallScope scope) {
  const bool turn = std::holds_alternative<LiveEnd>(from);
  if (turn) std::swap(from, to);
  const auto* snapshot = std::get_if<Snapshot>(&from);
  if (snapshot == nullptr)
    co_return fail(ErrorKind::usage, "the live store is the same as itself",
                   "name a snapshot to compare it with");
  Comparer comparer(draw_print_key(runtime), options.comparison);
  const OnParameter hold = [&](const Parameter& parameter, const Silence& silence) {
    comparer.hold(parameter, silence);
  };
  const OnParameter compare = [&](const Parameter& parameter, const Silence& silence) {
    comparer.compare(parameter, silence);
  };
  SSMB_CO_TRY(first, co_await read_snapshot(*snapshot, hold, scope));
  const auto* live = std::get_if<LiveEnd>(&to);
  SSMB_CO_TRY(second, live != nullptr
                          ? co_await read_live(*live, first, compare, scope)
                          : co_await read_snapshot(std::get<Snapshot>(to), compare, scope));
  Diff result = comparer.finish(first, second);
  result.facts = diff_facts(facts_end(first), facts_end(second));
  co_return turn ? turned(std::move(result)) : std::move(result);
}

Changes count(const Diff& diff) {
  Changes changes;
  for (const Difference& each : diff.differences)
    ++(!each.from ? changes.added : !each.to ? changes.removed : changes.changed);
  return changes;
}

std::string_view change_word(const Difference& difference) {
  if (!difference.from) return "added";
  return difference.to ? "changed" : "removed";
}

}  // namespace ssmb::engine
