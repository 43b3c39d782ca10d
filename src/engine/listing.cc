#include "engine/listing.h"

#include <cstring>
#include <unordered_set>

#include "aws/paging.h"
#include "base/digest.h"

namespace ssmb::engine {
namespace {

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

}  // namespace

ResultTask<void> list_parameters(aws::ssm::Client ssm, OnPage on_page, CallScope scope) {
  std::unordered_set<NameKey, NameKeyHash> seen;
  std::uint64_t pages = 0;
  const auto fetch = [&](std::string token) {
    return ssm.describe_parameters({}, std::move(token), scope);
  };
  const auto take = [&](aws::ssm::MetadataPage page) {
    ListingPage out{.fresh = {}, .pages = ++pages};
    for (aws::ssm::Metadata& metadata : page.parameters) {
      if (seen.insert(key_of(metadata.name)).second) out.fresh.push_back(std::move(metadata));
    }
    return on_page(std::move(out));
  };
  co_return co_await aws::for_each_page(fetch, take, [] {});
}

}  // namespace ssmb::engine
