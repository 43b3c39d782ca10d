#include "snapshot/lone_document.h"

#include <fmt/format.h>

#include <system_error>

#include "base/text.h"
#include "base/try.h"
#include "snapshot/directory_repository.h"

namespace ssmb::snapshot {
namespace {

namespace fs = std::filesystem;

// Mostly one is enough: a record is 8 KB, and what stands before the first is small.
constexpr std::uint64_t kPiece = std::uint64_t{64} << 10;

struct Beginning {
  DocumentHeader header;
  Arn arn;  // of the first record; empty: there is none
};

ResultTask<Beginning> read_beginning(Repository& repository, ObjectKey document, std::uint64_t size,
                                     CallScope scope) {
  std::optional<Arn> first;
  DocumentDecoder decoder([&first](const DocumentRecord& record) -> Result<void> {
    first = record.record.parameter.arn;
    // Ends the reading; nobody sees it.
    return fail(ErrorKind::cancelled, "the first record is enough");
  });
  for (std::uint64_t offset = 0; offset < size && !first; offset += kPiece) {
    SSMB_CO_TRY(piece, co_await repository.get_range(document, offset, kPiece, scope));
    auto fed = decoder.feed(piece.bytes.view());
    if (!fed && !first) co_return fail(std::move(fed).error().within(repository.url(document)));
  }
  co_return Beginning{.header = decoder.header(), .arn = first.value_or(Arn())};
}

// "arn:aws:ssm:us-west-2:123456789012:parameter/app/dev/a"
Region region_of(const Arn& arn) {
  const auto parts = split(arn.view(), ':');
  const Region region(parts.size() > 3 ? parts[3] : "");
  return check_region(region) ? region : Region();
}

}  // namespace

ResultTask<LoneDocument> open_lone_document(Runtime& runtime, fs::path path, CallScope scope) {
  std::error_code wrong;
  const fs::path file = fs::canonical(path, wrong);
  const ObjectKey key(file.filename().string());
  if (wrong || !check_key(key))
    co_return fail(ErrorKind::usage,
                   fmt::format("'{}' cannot be read as a snapshot{}", printable(path.string(), 200),
                               wrong ? ": " + wrong.message() : ""),
                   "name a file whose name does not begin with a dot");
  LoneDocument lone{.repository = make_directory_repository(runtime, file.parent_path())};
  SSMB_CO_TRY(stat, co_await lone.repository->stat(key, scope));
  SSMB_CO_TRY(begins, co_await read_beginning(*lone.repository, key, stat.size, scope));
  lone.entry.id = begins.header.id;
  lone.entry.document = key;
  lone.entry.size = stat.size;
  lone.entry.state = begins.header.format ? State::alone : State::old;
  if (lone.entry.id.region.empty()) lone.entry.id.region = region_of(begins.arn);
  if (lone.entry.id.time == Time()) lone.entry.id.time = stat.last_modified.value_or(Time());
  co_return lone;
}

}  // namespace ssmb::snapshot
