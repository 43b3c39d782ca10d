// Every parameter of a Region, page by page.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "aws/ssm/client.h"

namespace ssmb::engine {

struct ListingPage {
  std::vector<aws::ssm::Metadata> fresh;  // never given before in this listing
  std::uint64_t pages = 0;                // so far
};

// Takes one page; an error ends the listing and is handed on.
using OnPage = std::function<ResultTask<void>(ListingPage)>;

// DescribeParameters, 50 a page, to the empty token (an empty page ends nothing). A token that the
// service no longer takes restarts the listing, three times at most; names come once each.
ResultTask<void> list_parameters(aws::ssm::Client ssm, OnPage on_page, CallScope scope);

}  // namespace ssmb::engine
