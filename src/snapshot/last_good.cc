#include "snapshot/last_good.h"

#include <charconv>

#include "base/text.h"
#include "snapshot/document.h"
#include "snapshot/manifest.h"
#include "snapshot/pointer.h"

namespace ssmb::snapshot {
namespace {

constexpr std::uint64_t kHead = 4096;

}  // namespace

std::optional<std::uint64_t> count_of_old_document(std::string_view head) {
  constexpr std::string_view kKey = "\"parameter_count\"";
  const std::string_view before = head.substr(0, head.find("\"parameters\""));
  const std::size_t at = before.find(kKey);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = trim(before.substr(at + kKey.size()));
  if (!rest.starts_with(':')) return std::nullopt;
  rest = trim(rest.substr(1));
  std::uint64_t count = 0;
  const auto [end, wrong] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
  return wrong == std::errc() ? std::optional(count) : std::nullopt;
}

Task<LastGood> find_last_good(Repository& repository, ObjectKey pointer, CallScope scope) {
  LastGood last;
  const auto named = co_await read_pointer(repository, pointer, scope);
  if (!named || !*named) co_return last;
  last.target = (*named)->target;
  const auto id = parse_document_key(last.target.view());
  if (!id) co_return last;
  const auto manifest = co_await repository.get(manifest_key(*id), scope);
  if (manifest) {
    const auto decoded = decode_manifest(manifest->bytes.view());
    if (decoded && decoded->document.key == last.target)
      last.parameter_count = decoded->parameter_count;
  } else if (manifest.error().kind == ErrorKind::not_found) {
    const auto head = co_await repository.get_range(last.target, 0, kHead, scope);
    if (head) last.parameter_count = count_of_old_document(head->bytes.view());
  }
  co_return last;
}

}  // namespace ssmb::snapshot
