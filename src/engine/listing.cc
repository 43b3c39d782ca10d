#include "engine/listing.h"

#include <cstring>
#include <unordered_set>

#include "base/digest.h"
#include "base/try.h"

namespace ssmb::engine {
namespace {

constexpr int kRestarts = 3;

// Half a SHA-256: names need not be held to be known again.
struct NameKey {
  std::uint64_t high;
  std::uint64_t low;
  bool operator==(const NameKey&) const = default;
};
struct NameKeyHash {
  std::size_t operator()(const NameKey& key) const { return static_cast<std::size_t>(key.low); }
};

NameKey key_of(const ParameterName& name) {
  const Sha256Digest digest = sha256(name.view());
  NameKey key{};
  std::memcpy(&key, digest.data(), sizeof key);
  return key;
}

bool token_expired(const Error& error) {
  return error.fault && error.fault->code == "InvalidNextToken";
}

}  // namespace

ResultTask<void> list_parameters(aws::ssm::Client ssm, OnPage on_page, CallScope scope) {
  std::unordered_set<NameKey, NameKeyHash> seen;
  std::string token;
  int restarts = 0;
  std::uint64_t pages = 0;
  while (true) {
    auto page = co_await ssm.describe_parameters({}, token, scope);
    if (!page && !token.empty() && token_expired(page.error()) && restarts++ < kRestarts) {
      token.clear();
      continue;
    }
    if (!page) co_return fail(std::move(page).error());
    ListingPage out{.fresh = {}, .pages = ++pages};
    for (aws::ssm::Metadata& metadata : page->parameters) {
      if (seen.insert(key_of(metadata.name)).second) out.fresh.push_back(std::move(metadata));
    }
    token = std::move(page->next_token);
    SSMB_CO_TRY_VOID(co_await on_page(std::move(out)));
    if (token.empty()) co_return Result<void>{};
  }
}

}  // namespace ssmb::engine
