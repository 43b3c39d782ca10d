// Pages and their tokens. A token holds a position, not a list, and is worthless outside the
// listing it came from.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/json_protocol.h"
#include "sandbox/ssm/store.h"

namespace ssmb::sandbox::ssm {

// `kind` names the listing with all that defines it; a token of another one is invalid. `salt`
// tells two tokens of one position apart: clients take the same token twice for a service that
// turns in a circle, so one behind an empty page needs another salt than the one before it
// (salt_for).
std::string make_token(std::string_view kind, std::string_view position, std::uint64_t salt);
std::expected<std::string, ServiceError> read_token(std::string_view kind, std::string_view token);

// How many items the next page may hold: `most`, or by Options::short_pages or a fault fewer, even
// none.
std::size_t page_size(World& world, const RequestContext& context, std::size_t most);

// For the token behind a page of so many items.
std::uint64_t salt_for(World& world, std::size_t items);

struct RecordPage {
  std::vector<Record*> records;
  std::string next_token;  // empty: the last page
};
// Goes on after `token` (empty: from the start) in the store's order, taking records for which
// `wanted` is true.
std::expected<RecordPage, ServiceError> list_records(
    World& world, const RequestContext& context, Store& store, std::string_view kind,
    std::string_view token, std::size_t most, const std::function<bool(const Record&)>& wanted);

}  // namespace ssmb::sandbox::ssm
