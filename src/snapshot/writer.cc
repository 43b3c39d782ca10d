#include "snapshot/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/planted.h"
#include "base/text.h"
#include "base/try.h"
#include "snapshot/promotion.h"

namespace ssmb::snapshot {
namespace {

using Extent = SnapshotId::Extent;

// Bytes gathered before they are handed to the repository.
constexpr std::size_t kChunk = std::size_t{1} << 20;
constexpr int kMostSeconds = 60;

std::unexpected<Error> taken(Error error) {
  return fail(std::move(error)
                  .within("another run has written the same snapshot meanwhile")
                  .advising("run again"));
}

struct Neighbours {
  std::set<Time> taken;  // times whose keys exist
  std::optional<ObjectKey> newest_manifest;
};

// What lies where the snapshot would: documents of the same day, manifests and indexes.
ResultTask<Neighbours> look_around(Repository& repository, SnapshotId id, CallScope scope) {
  Neighbours found;
  const auto note = [&found, &id](const std::vector<ListedKey>& page) {
    for (const ListedKey& listed : page) {
      const std::string_view key = listed.key.view();
      if (const auto document = parse_document_key(key)) found.taken.insert(document->time);
      if (const auto index = parse_index_key(key)) found.taken.insert(index->time);
      const auto manifest = parse_manifest_key(key);
      if (!manifest) continue;
      found.taken.insert(manifest->time);
      // A time in the future is nobody's parent: it would be everybody's.
      if (manifest->time > id.time + kAhead) continue;
      found.newest_manifest = listed.key;  // keys come in order, and a timestamp sorts as its text
    }
    return true;
  };
  const std::string day = fmt::format("{}/{}/", to_date(id.time), id.region);
  SSMB_CO_TRY_VOID(co_await repository.list(day, note, scope));
  SSMB_CO_TRY_VOID(
      co_await repository.list(manifests_prefix(id.environment, id.region), note, scope));
  co_return found;
}

}  // namespace

struct SnapshotWriter::State {
  State(Repository& r, RunInfo info, Outset outset)
      : repository(r),
        run(std::move(info)),
        id(outset.id),
        encoder({.format = kFormat,
                 .id = outset.id,
                 .account = run.account,
                 .run_id = run.run_id,
                 .scope = run.scope}),
        parent(std::move(outset.parent)),
        parent_problem(std::move(outset.parent_problem)),
        learned(std::move(outset.learned)),
        expected(outset.expected) {}

  ResultTask<void> flush(CallScope scope);
  ResultTask<void> write_document(CallScope scope);
  ResultTask<void> write_index(IndexEncoder index_encoder, CallScope scope);
  Manifest describe(Ending ending);  // once: what it tells of is handed on
  Task<void> move_pointers(const Ending& ending, Written& written, CallScope scope);

  Repository& repository;
  RunInfo run;
  SnapshotId id;
  DocumentEncoder encoder;
  std::map<std::string, std::uint64_t> types;  // records by type
  std::unique_ptr<ObjectWriter> writer;        // of the object under way
  std::optional<ParentRef> parent;
  std::string parent_problem;
  boost::json::object learned;  // by the parent's limiter
  std::optional<std::uint64_t> expected;
  IndexEntries entries;
  KeptErrors errors;
  std::vector<Unreadable> unreadable;
  std::vector<Lacking> lacking;
  std::vector<ParameterName> vanished;
  ObjectRef document;
  ObjectRef index;
  std::vector<IndexBlock> blocks;
};

SnapshotWriter::SnapshotWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
SnapshotWriter::~SnapshotWriter() = default;

ResultTask<Outset> find_outset(Repository& repository, RunInfo run, CallScope scope) {
  SSMB_CO_TRY_VOID(check_environment(run.environment));
  SSMB_CO_TRY_VOID(check_region(run.region));
  Outset outset{.id = {.environment = run.environment,
                       .region = run.region,
                       .time = std::chrono::floor<std::chrono::seconds>(run.start),
                       .extent = run.scope.is_default() ? Extent::full : Extent::partial},
                .parent = std::nullopt,
                .parent_problem = {},
                .learned = {},
                .expected = std::nullopt};
  SSMB_CO_TRY(around, co_await look_around(repository, outset.id, scope));
  for (int i = 0; around.taken.contains(outset.id.time); ++i) {
    if (i == kMostSeconds)
      co_return fail(ErrorKind::conflict,
                     fmt::format("the keys of the minute from {} are all taken in {}",
                                 to_iso8601(run.start), repository.describe()),
                     "run again");
    outset.id.time += std::chrono::seconds{1};
  }
  if (!around.newest_manifest) co_return outset;
  // A backup without a parent is worth more than none.
  const auto parent = co_await repository.get(*around.newest_manifest, scope);
  if (parent) {
    outset.parent =
        ParentRef{.key = *around.newest_manifest, .sha256 = sha256(parent->bytes.view())};
    if (auto read = decode_manifest(parent->bytes.view())) {
      outset.learned = std::move(read->limiter);
      if (read->scope == run.scope) outset.expected = read->listed;
    }
  } else if (parent.error().kind == ErrorKind::cancelled) {
    co_return fail(parent.error());
  } else {
    outset.parent_problem = to_line(parent.error());
  }
  co_return outset;
}

ResultTask<std::unique_ptr<SnapshotWriter>> SnapshotWriter::begin(Repository& repository,
                                                                  RunInfo run, CallScope scope) {
  SSMB_CO_TRY(outset, co_await find_outset(repository, run, scope));
  auto state = std::make_unique<State>(repository, std::move(run), std::move(outset));
  SSMB_CO_TRY(writer, co_await repository.create(document_key(state->id), scope));
  state->writer = std::move(writer);
  co_return std::unique_ptr<SnapshotWriter>(new SnapshotWriter(std::move(state)));
}

ResultTask<void> SnapshotWriter::State::flush(CallScope scope) {
  if (encoder.pending() == 0) co_return Result<void>{};
  co_return co_await writer->append(encoder.take(), scope);
}

ResultTask<void> SnapshotWriter::add(Parameter parameter, CallScope scope) {
  State& state = *state_;
  RecordPlace place = state.encoder.add(parameter);
  ++state.types[parameter.type];
  if (planted(Defect::index_off_by_one)) ++place.offset;
  state.entries.push_back({.name = std::move(parameter.name),
                           .version = parameter.version,
                           .last_modified_date = parameter.last_modified_date,
                           .place = place});
  if (state.encoder.pending() < kChunk) co_return Result<void>{};
  co_return co_await state.flush(scope);
}

void SnapshotWriter::note_unreadable(Unreadable unreadable) {
  unreadable.error = state_->errors.keep(unreadable.name, unreadable.why());
  state_->unreadable.push_back(std::move(unreadable));
}

void SnapshotWriter::note_lacking(Lacking lacking) {
  lacking.error = state_->errors.keep(lacking.name, lacking.why());
  state_->lacking.push_back(std::move(lacking));
}

void SnapshotWriter::note_vanished(ParameterName name) {
  state_->vanished.push_back(std::move(name));
}

ResultTask<void> SnapshotWriter::State::write_document(CallScope scope) {
  std::ranges::sort(unreadable, {}, &Unreadable::name);
  std::ranges::sort(lacking, {},
                    [](const Lacking& each) { return std::tie(each.name, each.part); });
  std::ranges::sort(vanished);
  encoder.begin_errors();
  for (const Unreadable& each : unreadable) {
    encoder.add_error(each);
    if (encoder.pending() >= kChunk) SSMB_CO_TRY_VOID(co_await flush(scope));
  }
  encoder.finish();
  SSMB_CO_TRY_VOID(co_await flush(scope));
  const auto stored = co_await writer->commit(scope);
  if (!stored && stored.error().kind == ErrorKind::conflict) co_return taken(stored.error());
  if (!stored) co_return fail(stored.error());
  writer.reset();
  document = {.key = document_key(id), .size = encoder.size(), .sha256 = encoder.sha256()};
  co_return Result<void>{};
}

ResultTask<void> SnapshotWriter::State::write_index(IndexEncoder index_encoder, CallScope scope) {
  SSMB_CO_TRY(created, co_await repository.create(index_key(id), scope));
  writer = std::move(created);
  while (auto block = index_encoder.next())
    SSMB_CO_TRY_VOID(co_await writer->append(std::move(*block), scope));
  const auto stored = co_await writer->commit(scope);
  if (!stored && stored.error().kind == ErrorKind::conflict) co_return taken(stored.error());
  if (!stored) co_return fail(stored.error());
  writer.reset();
  index = {.key = index_key(id), .size = index_encoder.size(), .sha256 = index_encoder.sha256()};
  blocks = index_encoder.blocks();
  co_return Result<void>{};
}

Manifest SnapshotWriter::State::describe(Ending ending) {
  constexpr auto is_accepted = [](Unreadable::Accepted accepted) {
    return accepted == Unreadable::Accepted::yes;
  };
  const bool all_read = std::ranges::all_of(unreadable, is_accepted, &Unreadable::accepted) &&
                        std::ranges::all_of(lacking, is_accepted, &Lacking::accepted);
  Manifest manifest;
  manifest.id = id;
  manifest.account = run.account;
  manifest.run_id = run.run_id;
  manifest.tool_version = run.tool_version;
  manifest.start = run.start;
  manifest.end = ending.end;
  manifest.scope = run.scope;
  manifest.depth = run.depth;
  manifest.tags = ending.tags.value_or(run.tags);
  manifest.fence = std::move(ending.fence);
  manifest.completeness = all_read || planted(Defect::unreadable_is_fine)
                              ? ending.completeness
                              : Completeness::incomplete;
  manifest.incomplete_because = std::move(ending.incomplete_because);
  manifest.listed = ending.listed;
  manifest.parameter_count = encoder.parameter_count();
  manifest.types.emplace();
  for (const auto& [type, count] : types) manifest.types->push_back({.type = type, .count = count});
  manifest.unreadable = std::move(unreadable);
  manifest.lacking = std::move(lacking);
  manifest.vanished = std::move(vanished);
  manifest.document = document;
  manifest.index = index;
  manifest.blocks = std::move(blocks);
  manifest.facts = std::move(ending.facts);
  manifest.parent = parent;
  manifest.parent_problem = parent_problem;
  manifest.limiter = std::move(ending.limiter);
  return manifest;
}

Task<void> SnapshotWriter::State::move_pointers(const Ending& ending, Written& written,
                                                CallScope scope) {
  Promoted promoted = co_await promote(repository, written.manifest, run.scope_from,
                                       ending.accept_shrink, ending.default_region, scope);
  written.shrink = promoted.shrink;
  written.last_good_count = promoted.last_good_count;
  written.pointers = std::move(promoted.pointers);
}

ResultTask<Written> SnapshotWriter::finish(Ending ending, CallScope scope) {
  State& state = *state_;
  IndexEncoder index_encoder(std::move(state.entries));
  if (const ParameterName* twice = index_encoder.name_twice())
    co_return fail(ErrorKind::internal,
                   fmt::format("{} was added twice", printable(twice->view(), 200)));
  SSMB_CO_TRY_VOID(co_await state.write_document(scope));
  SSMB_CO_TRY_VOID(co_await state.write_index(std::move(index_encoder), scope));
  Written written{.manifest = state.describe(ending), .manifest_key = manifest_key(state.id)};
  if (planted(Defect::pointer_before_manifest))
    co_await state.move_pointers(ending, written, scope);
  SecretBytes bytes = encode_manifest(written.manifest);
  written.manifest_object = {
      .key = written.manifest_key, .size = bytes.size(), .sha256 = sha256(bytes.view())};
  const auto stored =
      co_await state.repository.put_new(written.manifest_key, std::move(bytes), scope);
  if (!stored && stored.error().kind == ErrorKind::conflict) co_return taken(stored.error());
  if (!stored) co_return fail(stored.error());
  co_await state.move_pointers(ending, written, scope);
  co_return written;
}

Task<void> SnapshotWriter::abort() {
  if (auto writer = std::move(state_->writer)) co_await writer->abort();
}

boost::json::object SnapshotWriter::learned() const { return state_->learned; }
std::optional<std::uint64_t> SnapshotWriter::expected() const { return state_->expected; }
const std::string& SnapshotWriter::parent_problem() const { return state_->parent_problem; }
bool SnapshotWriter::document_stands() const { return !state_->document.key.empty(); }
ObjectKey SnapshotWriter::key() const { return document_key(state_->id); }
std::uint64_t SnapshotWriter::count() const { return state_->encoder.parameter_count(); }
std::uint64_t SnapshotWriter::bytes() const { return state_->encoder.size(); }

}  // namespace ssmb::snapshot
