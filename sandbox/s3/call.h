// One call to S3 on its way to a handler: where it goes, and its query.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/http/message.h"
#include "sandbox/auth/sigv4.h"
#include "sandbox/context.h"
#include "sandbox/s3/fault.h"
#include "sandbox/s3/state.h"
#include "sandbox/world.h"

namespace ssmb::sandbox::s3 {

// Bucket and key, of either style; both decoded, either may be empty.
struct Target {
  std::string bucket;
  std::string key;
  std::optional<Region> host_region;  // of "s3.<region>.amazonaws.com"
};
Target target_of(const aws::HttpRequest& request);

class Query {
 public:
  explicit Query(std::string_view text) : items_(sigv4::parse_query(text)) {}
  std::optional<std::string_view> find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name).has_value(); }
  std::string get(std::string_view name) const { return std::string(find(name).value_or("")); }

 private:
  std::vector<sigv4::QueryItem> items_;
};

struct Call {
  World& world;
  const aws::HttpRequest& request;
  const RequestContext& context;
  Target target;
  Query query;
  // Set for every operation below the level of the service, but CreateBucket.
  Bucket* bucket = nullptr;

  std::string_view header(std::string_view name) const { return request.headers.get(name); }
  std::string bucket_arn() const { return "arn:aws:s3:::" + target.bucket; }
  std::string resource_arn() const {
    return target.key.empty() ? bucket_arn() : bucket_arn() + "/" + target.key;
  }
};

}  // namespace ssmb::sandbox::s3
