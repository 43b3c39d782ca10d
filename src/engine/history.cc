#include "engine/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "base/text.h"
#include "base/try.h"
#include "engine/restore/mapping.h"
#include "snapshot/trouble.h"

namespace ssmb::engine {
namespace {

using snapshot::Entry;
using snapshot::Snapshot;
using snapshot::State;
using snapshot::Trouble;
using Kind = PastRow::Kind;

constexpr std::size_t kValue = field_at("Value");

// What one snapshot has to say of the name.
struct Glimpse {
  PastRow row;
  std::optional<Print> print;  // where it holds it
};

bool was_meant_to_hold(const Entry& entry, const ParameterName& name) {
  return !entry.manifest || entry.manifest->scope.matches(name);
}

// Why this snapshot's word on the name is none; empty: it is one.
std::string why_unread(const Entry& entry, const ParameterName& name) {
  if (!entry.problem.empty()) return entry.problem;
  if (!entry.manifest) return {};
  const auto& unreadable = entry.manifest->unreadable;
  const auto found = std::ranges::find(unreadable, name, &snapshot::Unreadable::name);
  return found == unreadable.end() ? "" : "it could not be read then: " + to_line(found->why());
}

// Fields of the record that could not be read then take no part.
FieldSet lacking(const Entry& entry, const ParameterName& name) {
  FieldSet fields;
  if (!entry.manifest) return fields;
  using Part = snapshot::Lacking::Part;
  for (const snapshot::Lacking& each : entry.manifest->lacking)
    if (each.name == name && each.part == Part::tags) fields.set(field_at("Tags"));
  return fields;  // labels and history that were not read are not captured
}

std::optional<Region> region_of(const Arn& arn) {
  const auto parts = split(arn.view(), ':');  // arn:aws:ssm:<region>:...
  if (parts.size() < 4 || parts[3].empty()) return std::nullopt;
  return Region(parts[3]);
}

// What a document holds of the name, and whose it is.
struct Sought {
  std::optional<Parameter> parameter;
  std::optional<Region> region;  // where its key names none: of its records' ARNs
};

// The oldest documents name no Region: all of their records are looked at.
ResultTask<Sought> seek_in_oldest(Snapshot snapshot, ParameterName name, CallScope scope) {
  Sought sought;
  const auto take = [&](const snapshot::DocumentRecord& read) -> Result<void> {
    const Parameter& parameter = read.record.parameter;
    if (!sought.region) sought.region = region_of(parameter.arn);
    if (parameter.name == name) sought.parameter = parameter;
    return {};
  };
  SSMB_CO_TRY_VOID(co_await snapshot.read_all(take, scope));
  co_return sought;
}

ResultTask<Sought> seek(Snapshot snapshot, ParameterName name, CallScope scope) {
  if (snapshot.entry().id.region.empty())
    co_return co_await seek_in_oldest(snapshot, std::move(name), scope);
  auto found = co_await snapshot.read(std::move(name), scope);
  if (!found && snapshot::trouble_of(found.error()) == Trouble::gone) co_return Sought{};
  if (!found) co_return fail(std::move(found).error());
  co_return Sought{.parameter = std::move(found->record.parameter), .region = {}};
}

// nullopt: it is another Region's.
ResultTask<std::optional<Glimpse>> look(snapshot::Repository& repository, Entry entry,
                                        Region region, ParameterName name, const PrintKey& key,
                                        CallScope scope) {
  Glimpse glimpse{.row = {.document = entry.document, .time = entry.id.time, .state = entry.state},
                  .print = {}};
  PastRow& row = glimpse.row;
  row.kind = Kind::unread;
  row.why = why_unread(entry, name);
  if (!row.why.empty()) co_return glimpse;
  FieldSet silent = lacking(entry, name);
  // An incomplete one may lack more than it names.
  const bool all = !entry.manifest || entry.manifest->incomplete_because.empty();
  if (!all) row.why = "it may lack more than it names: " + entry.manifest->incomplete_because;
  const bool old = entry.state == State::old;
  auto sought = co_await seek(Snapshot::of(repository, std::move(entry)), name, scope);
  if (!sought) {
    if (snapshot::trouble_of(sought.error()) == Trouble::elsewhere)
      co_return fail(std::move(sought).error());
    row.why = to_line(sought.error());
    co_return glimpse;
  }
  if (sought->region && *sought->region != region) co_return std::nullopt;
  if (!sought->parameter) {
    if (all) row.kind = Kind::absent;
    co_return glimpse;
  }
  const Parameter& parameter = *sought->parameter;
  if (old && restore::is_old_record(parameter)) silent |= ~old_record_fields();
  row.why.clear();
  row.kind = Kind::first;
  glimpse.print = print_of(parameter, key);
  glimpse.print->captured &= ~silent;
  row.held = PastState{.version = parameter.version,
                       .modified = parameter.last_modified_date,
                       .user = parameter.last_modified_user,
                       .value = glimpse.print->digest(kValue)};
  co_return glimpse;
}

// Equal; by the same write?
Kind repeated(const Glimpse& before, const Glimpse& glimpse) {
  const auto& was = before.row.held;
  const auto& is = glimpse.row.held;
  if (!was || !is || was->version != is->version) return Kind::anew;
  const bool dated = was->modified && is->modified;
  return dated && was->modified != is->modified ? Kind::anew : Kind::same;
}

// Each against the next older one that has something to say. Newest first.
void compare(std::vector<Glimpse>& glimpses) {
  const Glimpse* before = nullptr;
  for (Glimpse& glimpse : glimpses | std::views::reverse) {
    if (glimpse.row.kind == Kind::unread) continue;
    if (glimpse.print && before != nullptr) {
      PastRow& row = glimpse.row;
      row.kind = Kind::back;
      if (before->print) row.fields = differing(*before->print, *glimpse.print);
      if (before->print) row.kind = row.fields.none() ? repeated(*before, glimpse) : Kind::changed;
    }
    if (!glimpse.print && before != nullptr && before->print) glimpse.row.kind = Kind::removed;
    before = &glimpse;
  }
}

}  // namespace

ResultTask<ParameterHistory> read_history(snapshot::Repository& repository, Region region,
                                          std::vector<Entry> entries, ParameterName name,
                                          PrintKey key, CallScope scope) {
  ParameterHistory history;
  std::vector<Glimpse> glimpses;
  for (Entry& entry : entries) {
    if (entry.state == State::unfinished) ++history.unfinished;
    if (entry.state == State::unfinished || !was_meant_to_hold(entry, name)) continue;
    SSMB_CO_TRY(glimpse, co_await look(repository, std::move(entry), region, name, key, scope));
    if (glimpse) glimpses.push_back(std::move(*glimpse));
  }
  compare(glimpses);
  for (Glimpse& glimpse : glimpses) history.rows.push_back(std::move(glimpse.row));
  co_return history;
}

}  // namespace ssmb::engine
