// The table of operations: which request is which, and what IAM calls it.
#pragma once

#include <span>
#include <string_view>

#include "sandbox/s3/call.h"

namespace ssmb::sandbox::s3 {

enum class Level { service, bucket, object };

struct Route {
  std::string_view method;
  Level level;
  std::string_view marker;  // a name that the query must hold; "" for none
  std::string_view header;  // a header that must be there; "" for none
  std::string_view name;    // "PutObject"
  std::string_view action;  // IAM's: "s3:PutObject"
  Answer (*run)(Call& call);
};

std::span<const Route> routes();

// nullptr where nothing fits.
const Route* find_route(const aws::HttpRequest& request, const Target& target, const Query& query);

}  // namespace ssmb::sandbox::s3
