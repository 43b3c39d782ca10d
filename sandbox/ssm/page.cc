#include "sandbox/ssm/page.h"

#include <fmt/format.h>

#include <charconv>
#include <span>

#include "base/digest.h"
#include "base/encoding.h"
#include "sandbox/world.h"

namespace ssmb::sandbox::ssm {
namespace {

std::string seal(std::string_view kind, std::string_view position) {
  return to_hex(hmac_sha256(kind, position)).substr(0, 16);
}

std::string write(const Store::Position& position) {
  return fmt::format("{:016x}{}", position.first, position.second);
}

std::optional<Store::Position> parse(std::string_view text) {
  constexpr std::size_t digits = 16;
  if (text.size() < digits) return std::nullopt;
  Store::Position position{0, text.substr(digits)};
  const std::span<const char> hash(text.begin(), digits);
  std::from_chars(hash.data(), hash.data() + hash.size(), position.first, 16);
  return position;
}

}  // namespace

std::string make_token(std::string_view kind, std::string_view position) {
  const std::string text = seal(kind, position) + std::string(position);
  return to_base64(std::as_bytes(std::span(text)));
}

std::expected<std::string, ServiceError> read_token(std::string_view kind, std::string_view token) {
  auto text = from_base64(token);
  if (text && text->size() >= 16) {
    std::string position = text->substr(16);
    if (text->substr(0, 16) == seal(kind, position)) return position;
  }
  return refuse("InvalidNextToken", "The specified token isn't valid.");
}

std::size_t page_size(World& world, std::size_t most) {
  if (world.options().short_pages <= 0 || world.random_unit() >= world.options().short_pages)
    return most;
  return world.random() % most;
}

std::expected<RecordPage, ServiceError> list_records(
    World& world, Store& store, std::string_view kind, std::string_view token, std::size_t most,
    const std::function<bool(const Record&)>& wanted) {
  std::optional<Store::Position> at;
  if (!token.empty()) {
    auto position = read_token(kind, token);
    if (!position) return std::unexpected(std::move(position).error());
    at = parse(*position);
  }
  const std::size_t size = page_size(world, most);
  RecordPage page;
  // One record beyond the page is looked for, so that a full last page has no token.
  for (auto position = store.next(at); position; position = store.next(position)) {
    Record& record = store.at(*position);
    if (!wanted(record)) continue;
    if (page.records.size() == size) {
      page.next_token = make_token(kind, at ? write(*at) : std::string(16, '0'));
      break;
    }
    page.records.push_back(&record);
    at = position;
  }
  return page;
}

}  // namespace ssmb::sandbox::ssm
