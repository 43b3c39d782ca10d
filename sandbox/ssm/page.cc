#include "sandbox/ssm/page.h"

#include <fmt/format.h>

#include <charconv>
#include <span>

#include "base/digest.h"
#include "base/encoding.h"
#include "sandbox/world.h"

namespace ssmb::sandbox::ssm {
namespace {

// Before the first record.
const std::string kBegin(16, '0');

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

std::string make_token(std::string_view kind, std::string_view position, std::uint64_t salt) {
  const std::string salted = fmt::format("{:016x}{}", salt, position);
  const std::string text = seal(kind, salted) + salted;
  return to_base64(std::as_bytes(std::span(text)));
}

std::expected<std::string, ServiceError> read_token(std::string_view kind, std::string_view token) {
  auto text = from_base64(token);
  constexpr std::size_t kDigits = 16;  // of the seal, and of the salt
  if (text && text->size() >= 2 * kDigits) {
    const std::string salted = text->substr(kDigits);
    if (text->substr(0, kDigits) == seal(kind, salted)) return salted.substr(kDigits);
  }
  return refuse("InvalidNextToken", "The specified token isn't valid.");
}

std::size_t page_size(World& world, const RequestContext& context, std::size_t most) {
  if (context.empty_page) return 0;
  if (world.options().short_pages <= 0 || world.random_unit() >= world.options().short_pages)
    return most;
  return world.random() % most;
}

std::uint64_t salt_for(World& world, std::size_t items) { return items == 0 ? world.random() : 0; }

std::expected<RecordPage, ServiceError> list_records(
    World& world, const RequestContext& context, Store& store, std::string_view kind,
    std::string_view token, std::size_t most, const std::function<bool(const Record&)>& wanted) {
  std::optional<Store::Position> at;
  if (!token.empty()) {
    auto position = read_token(kind, token);
    if (!position) return std::unexpected(std::move(position).error());
    at = parse(*position);
  }
  const std::size_t size = page_size(world, context, most);
  const auto token_here = [&] {
    return make_token(kind, at ? write(*at) : kBegin, salt_for(world, size));
  };
  RecordPage page;
  // One record beyond the page is looked for, so that a full last page has no token.
  for (auto position = store.next(at); position; position = store.next(position)) {
    Record& record = store.at(*position);
    if (!wanted(record)) continue;
    if (page.records.size() == size) {
      page.next_token = token_here();
      break;
    }
    page.records.push_back(&record);
    at = position;
  }
  // The fault's page has a token even where nothing is left.
  if (context.empty_page && page.next_token.empty()) page.next_token = token_here();
  return page;
}

}  // namespace ssmb::sandbox::ssm
