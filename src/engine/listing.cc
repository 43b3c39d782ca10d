#include "engine/listing.h"

#include "aws/paging.h"
#include "base/planted.h"
#include "engine/text_key.h"

namespace ssmb::engine {
namespace {

ResultTask<aws::ssm::MetadataPage> fetch_page(aws::ssm::Client ssm, std::string token,
                                              CallScope scope) {
  auto page = co_await ssm.describe_parameters({}, std::move(token), std::move(scope));
  if (planted(Defect::forgotten_token_is_the_end) && !page && aws::is_forgotten_token(page.error()))
    page = aws::ssm::MetadataPage{};
  if (planted(Defect::empty_page_is_the_end) && page && page->parameters.empty())
    page->next_token.clear();
  co_return page;
}

}  // namespace

ResultTask<void> list_parameters(aws::ssm::Client ssm, OnPage on_page, CallScope scope) {
  TextTable<Nothing> seen;
  std::uint64_t pages = 0;
  const auto fetch = [&](std::string token) { return fetch_page(ssm, std::move(token), scope); };
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
