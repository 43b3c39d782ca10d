#include "snapshot/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "base/units.h"
#include "snapshot/catalogue.h"
#include "snapshot/standing.h"
#include "snapshot/trouble.h"

namespace ssmb::snapshot {
namespace {

std::unexpected<Error> not_held(const ParameterName& name, const Entry& entry) {
  return fail(ErrorKind::not_found, fmt::format("{} holds no parameter {}", entry.document.view(),
                                                printable(name.view(), 200)));
}

Error at(Error error, const Repository& repository, const ObjectKey& key) {
  return std::move(error).within(repository.url(key));
}

Error corrupt(std::string what) {
  return {.kind = ErrorKind::corrupt, .what = std::move(what), .fault = std::nullopt, .next = {}};
}

// The record's bytes are what the index says they are.
Result<DecodedRecord> checked_record(const IndexEntry& entry, std::string_view bytes) {
  if (bytes.size() != entry.place.length || sha256(bytes) != entry.place.sha256)
    return fail(ErrorKind::corrupt, fmt::format("the record of {} has another hash than recorded",
                                                printable(entry.name.view(), 200)));
  auto record = decode_record(bytes);
  if (record && record->parameter.name != entry.name)
    return fail(ErrorKind::corrupt, fmt::format("the record of {} is another parameter's",
                                                printable(entry.name.view(), 200)));
  return record;
}

Result<void> check_against(const Manifest& manifest, const DocumentDecoder::Summary& summary) {
  if (summary.sha256 != manifest.document.sha256 || summary.size != manifest.document.size)
    return fail(ErrorKind::corrupt, "the document is not the one that its manifest describes");
  if (summary.parameter_count != manifest.parameter_count)
    return fail(ErrorKind::corrupt, fmt::format("the document holds {}, its manifest states {}",
                                                counted(summary.parameter_count, "parameter"),
                                                manifest.parameter_count));
  return {};
}

}  // namespace

ResultTask<Snapshot> Snapshot::open(Repository& repository, ObjectKey document, CallScope scope) {
  const auto id = parse_document_key(document.view());
  if (!id)
    co_return fail(ErrorKind::usage,
                   fmt::format("'{}' is no key of a backup", printable(document.view(), 200)),
                   "`ssm-backup list` shows the keys there are");
  SSMB_CO_TRY(stat, co_await repository.stat(document, scope));
  SSMB_CO_TRY(entry, co_await describe_document(repository, *id, document, stat.size, scope));
  co_return Snapshot(repository, std::move(entry));
}

ResultTask<Snapshot> Snapshot::open_latest(Repository& repository, Environment environment,
                                           Region region, CallScope scope) {
  SSMB_CO_TRY(followed,
              co_await follow_pointer(repository, environment, region, latest_key(region), scope));
  if (followed.snapshot) co_return std::move(*followed.snapshot);
  if (followed.unread) co_return fail(std::move(*followed.unread));
  SSMB_CO_TRY(newest, co_await newest_complete(repository, environment, region, scope));
  const bool missing = followed.end == FollowedPointer::End::nothing;
  co_return fail(missing ? ErrorKind::not_found : ErrorKind::corrupt,
                 repository.url(followed.pointer) + " " + followed.wrong,
                 advice_without_latest(followed, newest));
}

// An object that the snapshot names and that is gone is damage of the snapshot.
Error Snapshot::damaged(Error error) const {
  if (trouble_of(error) == Trouble::gone) error.kind = ErrorKind::corrupt;
  if (error.kind != ErrorKind::corrupt) return error;
  if (!parse_document_key(entry_->document.view()))
    return std::move(error).advising("if it was copied from a repository, copy it anew");
  return std::move(error).advising(fmt::format(
      "`ssm-backup verify --snapshot {}` tells what is wrong with it, `ssm-backup list` "
      "shows the others",
      entry_->document));
}

ResultTask<std::optional<IndexEntry>> Snapshot::find_line(ParameterName name,
                                                          CallScope scope) const {
  const Manifest& manifest = *entry_->manifest;
  const IndexBlock* block = block_of(manifest.blocks, name);
  if (block == nullptr) co_return std::nullopt;
  auto bytes =
      co_await repository_->get_range(manifest.index.key, block->offset, block->length, scope);
  if (!bytes) co_return fail(damaged(std::move(bytes).error()));
  auto lines = decode_block(*block, bytes->bytes.view());
  if (!lines)
    co_return fail(damaged(at(std::move(lines).error(), *repository_, manifest.index.key)));
  const auto line = std::ranges::lower_bound(*lines, name, {}, &IndexEntry::name);
  if (line == lines->end() || line->name != name) co_return std::nullopt;
  co_return std::move(*line);
}

ResultTask<DecodedRecord> Snapshot::read_line(IndexEntry line, CallScope scope) const {
  auto stored = co_await repository_->get_range(entry_->document, line.place.offset,
                                                line.place.length, scope);
  if (!stored) co_return fail(damaged(std::move(stored).error()));
  auto record = checked_record(line, stored->bytes.view());
  if (!record)
    co_return fail(damaged(at(std::move(record).error(), *repository_, entry_->document)));
  co_return record;
}

ResultTask<DocumentRecord> Snapshot::read_through(ParameterName name, CallScope scope) const {
  std::optional<DocumentRecord> found;
  const auto keep = [&](DocumentRecord record) -> Result<void> {
    if (record.record.parameter.name == name) found = std::move(record);
    return {};
  };
  SSMB_CO_TRY_VOID(co_await read_all(keep, scope));
  if (!found) co_return not_held(name, *entry_);
  co_return std::move(*found);
}

ResultTask<FoundRecord> Snapshot::read(ParameterName name, CallScope scope) const {
  std::optional<Error> index_trouble;
  if (entry_->manifest) {
    auto line = co_await find_line(name, scope);
    if (line && !*line) co_return not_held(name, *entry_);
    if (line) {
      const RecordPlace place = (*line)->place;
      SSMB_CO_TRY(record, co_await read_line(std::move(**line), scope));
      co_return FoundRecord{
          .record = std::move(record), .place = place, .index_trouble = std::nullopt};
    }
    if (trouble_of(line.error()) != Trouble::damaged) co_return fail(std::move(line).error());
    index_trouble = std::move(line).error();
  }
  SSMB_CO_TRY(found, co_await read_through(std::move(name), scope));
  co_return FoundRecord{.record = std::move(found.record),
                        .place = found.place,
                        .index_trouble = std::move(index_trouble)};
}

ResultTask<DocumentDecoder::Summary> Snapshot::read_all(DocumentDecoder::OnRecord on_record,
                                                        CallScope scope) const {
  const Entry& entry = *entry_;
  DocumentDecoder decoder(std::move(on_record));
  std::optional<ETag> etag;
  for (std::uint64_t offset = 0; offset < entry.size; offset += kReadPiece) {
    auto piece = co_await repository_->get_range(entry.document, offset, kReadPiece, scope);
    if (!piece) co_return fail(damaged(std::move(piece).error()));
    if (etag.value_or(piece->stat.etag) != piece->stat.etag)
      co_return fail(ErrorKind::corrupt,
                     repository_->url(entry.document) + " was replaced while it was read",
                     "run it again");
    etag = piece->stat.etag;
    auto fed = decoder.feed(piece->bytes.view());
    if (!fed) co_return fail(damaged(at(std::move(fed).error(), *repository_, entry.document)));
  }
  auto summary = decoder.finish();
  if (summary && entry.manifest)
    if (auto fits = check_against(*entry.manifest, *summary); !fits)
      summary = fail(std::move(fits).error());
  if (!summary)
    co_return fail(damaged(at(std::move(summary).error(), *repository_, entry.document)));
  co_return summary;
}

namespace {

// So many blocks from `first` on as one ranged read takes; at least one.
std::size_t blocks_at_once(const std::vector<IndexBlock>& blocks, std::size_t first) {
  std::size_t last = first + 1;
  std::uint64_t length = blocks[first].length;
  while (last < blocks.size() && length + blocks[last].length <= kReadPiece)
    length += blocks[last++].length;
  return last - first;
}

}  // namespace

ResultTask<std::vector<IndexEntry>> Snapshot::read_index(CallScope scope) const {
  std::vector<IndexEntry> entries;
  if (!entry_->manifest) co_return entries;
  const Manifest& manifest = *entry_->manifest;
  const std::vector<IndexBlock>& blocks = manifest.blocks;
  Sha256 hash;
  for (std::size_t first = 0; first < blocks.size();) {
    const std::size_t count = blocks_at_once(blocks, first);
    const IndexBlock& last = blocks[first + count - 1];
    const std::uint64_t begin = blocks[first].offset;
    auto piece = co_await repository_->get_range(manifest.index.key, begin,
                                                 last.offset + last.length - begin, scope);
    if (!piece) co_return fail(damaged(std::move(piece).error()));
    const std::string_view bytes = piece->bytes.view();
    hash.update(bytes);
    for (std::size_t i = first; i < first + count; ++i) {
      const std::uint64_t at_piece =
          std::min<std::uint64_t>(blocks[i].offset - begin, bytes.size());
      auto lines = decode_block(blocks[i], bytes.substr(at_piece, blocks[i].length));
      if (!lines)
        co_return fail(damaged(at(std::move(lines).error(), *repository_, manifest.index.key)));
      // Sorted across blocks too: the manifest's table only orders their first names.
      if (!entries.empty() && entries.back().name >= lines->front().name)
        co_return fail(damaged(corrupt(repository_->url(manifest.index.key) + " is not sorted")));
      std::ranges::move(*lines, std::back_inserter(entries));
    }
    first += count;
  }
  if (hash.finish() != manifest.index.sha256 || entries.size() != manifest.parameter_count)
    co_return fail(damaged(corrupt(repository_->url(manifest.index.key) +
                                   " is not the one that its manifest describes")));
  co_return entries;
}

}  // namespace ssmb::snapshot
