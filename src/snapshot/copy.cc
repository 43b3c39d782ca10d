#include "snapshot/copy.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/try.h"
#include "base/units.h"
#include "snapshot/trouble.h"

namespace ssmb::snapshot {
namespace {

std::unexpected<Error> corrupt(const Repository& repository, const ObjectKey& key,
                               std::string_view what) {
  return fail(ErrorKind::corrupt, fmt::format("{} {}", repository.url(key), what));
}

std::unexpected<Error> taken(const Repository& to, const ObjectKey& key) {
  return fail(ErrorKind::conflict,
              fmt::format("{} is there already, with other bytes", to.url(key)),
              "is it the copy of another account? Give each its own, by a prefix; a damaged object "
              "has to be removed by hand");
}

// The object there is the one that is to be copied: then it is done already.
ResultTask<void> check_same(Repository& to, ObjectRef object, std::uint64_t size, CallScope scope) {
  if (size != object.size) co_return taken(to, object.key);
  CheckedReader reader(to, object);
  while (true) {
    const auto piece = co_await reader.next(scope);
    if (!piece && piece.error().kind == ErrorKind::corrupt) co_return taken(to, object.key);
    if (!piece) co_return fail(piece.error());
    if (piece->empty()) co_return Result<void>{};
  }
}

ResultTask<void> pour(CheckedReader& reader, ObjectWriter& writer, CallScope scope) {
  while (true) {
    SSMB_CO_TRY(piece, co_await reader.next(scope));
    if (piece.empty()) break;
    SSMB_CO_TRY_VOID(co_await writer.append(std::move(piece), scope));
  }
  const auto stored = co_await writer.commit(scope);
  if (!stored) co_return fail(stored.error());
  co_return Result<void>{};
}

// The bytes written; 0 where it lay there already.
ResultTask<std::uint64_t> copy_object(Repository& from, Repository& to, ObjectRef object,
                                      CallScope scope) {
  const auto there = co_await to.stat(object.key, scope);
  if (!there && trouble_of(there.error()) != Trouble::gone) co_return fail(there.error());
  if (there) {
    SSMB_CO_TRY_VOID(co_await check_same(to, object, there->size, scope));
    co_return 0;
  }
  SSMB_CO_TRY(writer, co_await to.create(object.key, scope));
  CheckedReader reader(from, object);
  const auto poured = co_await pour(reader, *writer, scope);
  if (poured) co_return object.size;
  co_await writer->abort();
  // Another run copied it at the same time.
  if (poured.error().kind != ErrorKind::conflict) co_return fail(poured.error());
  SSMB_CO_TRY(taken_by_it, co_await to.stat(object.key, scope));
  SSMB_CO_TRY_VOID(co_await check_same(to, object, taken_by_it.size, scope));
  co_return 0;
}

// Does it speak of the objects that its own id has?
bool is_of_itself(const Manifest& manifest) {
  return manifest.document.key == document_key(manifest.id) &&
         manifest.index.key == index_key(manifest.id);
}

}  // namespace

ResultTask<SecretBytes> CheckedReader::next(CallScope scope) {
  const std::uint64_t left = object_.size - offset_;
  if (left == 0) {
    if (hash_.finish() != object_.sha256)
      co_return corrupt(repository_, object_.key, "has another hash than when it was written");
    co_return SecretBytes();
  }
  SSMB_CO_TRY(piece, co_await repository_.get_range(object_.key, offset_,
                                                    std::min(left, kReadPiece), scope));
  if (etag_.value_or(piece.stat.etag) != piece.stat.etag)
    co_return corrupt(repository_, object_.key, "was replaced while it was read");
  if (piece.bytes.empty() || piece.bytes.size() > left)
    co_return corrupt(repository_, object_.key, "is not as long as when it was written");
  etag_ = piece.stat.etag;
  offset_ += piece.bytes.size();
  hash_.update(piece.bytes.view());
  co_return std::move(piece.bytes);
}

ResultTask<std::uint64_t> copy_snapshot(Repository& from, Repository& to, const Manifest& manifest,
                                        ObjectRef object, CallScope scope) {
  if (!is_of_itself(manifest) || object.key != manifest_key(manifest.id))
    co_return corrupt(from, object.key, "speaks of other objects than its own");
  std::uint64_t bytes = 0;
  for (const ObjectRef& each : {manifest.document, manifest.index, object}) {
    SSMB_CO_TRY(written, co_await copy_object(from, to, each, scope));
    bytes += written;
  }
  co_return bytes;
}

namespace {

// Damage is a difference, what is closed to us is unread; fails where nothing else can be read.
Result<void> note(Comparison& found, const ObjectKey& key, Error error) {
  switch (trouble_of(error)) {
    case Trouble::elsewhere: return fail(std::move(error));
    case Trouble::unread: found.unread.push_back({.key = key, .error = std::move(error)}); break;
    case Trouble::gone: found.findings.push_back({.key = key, .what = "the copy lacks it"}); break;
    case Trouble::damaged:
      found.findings.push_back({.key = key, .what = std::move(error.what)});
      break;
  }
  return {};
}

ResultTask<void> compare_object(Repository& copy, ObjectRef object, Comparison& found,
                                CallScope scope) {
  const auto there = co_await copy.stat(object.key, scope);
  if (!there) co_return note(found, object.key, there.error());
  if (there->size != object.size) {
    found.findings.push_back({.key = object.key,
                              .what = fmt::format("has {} in the copy, {} by its manifest",
                                                  counted(there->size, "byte"), object.size)});
    co_return Result<void>{};
  }
  CheckedReader reader(copy, object);
  while (true) {
    const auto piece = co_await reader.next(scope);
    if (!piece) co_return note(found, object.key, piece.error());
    if (piece->empty()) co_return Result<void>{};
    found.bytes += piece->size();
  }
}

}  // namespace

ResultTask<Comparison> compare_snapshot(Repository& from, Repository& copy, SnapshotId id,
                                        CallScope scope) {
  Comparison found;
  const ObjectKey key = manifest_key(id);
  const auto original = co_await from.get(key, scope);
  if (!original && trouble_of(original.error()) == Trouble::elsewhere)
    co_return fail(original.error());
  if (!original) {
    found.unread.push_back({.key = key, .error = original.error()});
    co_return found;
  }
  const auto copied = co_await copy.get(key, scope);
  if (!copied) {
    SSMB_CO_TRY_VOID(note(found, key, copied.error()));
    co_return found;
  }
  found.there = true;
  found.bytes += copied->bytes.size();
  if (copied->bytes.view() != original->bytes.view())
    found.findings.push_back({.key = key, .what = "is another manifest in the copy"});
  // What is wrong with the original, its own verification tells.
  const auto manifest = decode_manifest(original->bytes.view());
  if (!manifest || !is_of_itself(*manifest) || manifest_key(manifest->id) != key) co_return found;
  SSMB_CO_TRY_VOID(co_await compare_object(copy, manifest->document, found, scope));
  SSMB_CO_TRY_VOID(co_await compare_object(copy, manifest->index, found, scope));
  co_return found;
}

}  // namespace ssmb::snapshot
