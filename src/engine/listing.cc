#include "engine/listing.h"

#include <unordered_set>

#include "aws/paging.h"
#include "engine/text_key.h"

namespace ssmb::engine {
ResultTask<void> list_parameters(aws::ssm::Client ssm, OnPage on_page, CallScope scope) {
  std::unordered_set<TextKey, TextKeyHash> seen;
  std::uint64_t pages = 0;
  const auto fetch = [&](std::string token) {
    return ssm.describe_parameters({}, std::move(token), scope);
  };
  const auto take = [&](aws::ssm::MetadataPage page) {
    ListingPage out{.fresh = {}, .pages = ++pages};
    for (aws::ssm::Metadata& metadata : page.parameters) {
      if (seen.insert(text_key(metadata.name.view())).second)
        out.fresh.push_back(std::move(metadata));
    }
    return on_page(std::move(out));
  };
  co_return co_await aws::for_each_page(fetch, take, [] {});
}

}  // namespace ssmb::engine
