// The Resource Groups Tagging API in one Region: tags of all parameters, 100 a call. Its index is
// eventually consistent, and untagged resources are absent from it.
#pragma once

#include <optional>
#include <vector>

#include "aws/client.h"
#include "aws/ssm/types.h"

namespace ssmb::aws::tagging {

struct TaggedResource {
  Arn arn;
  std::vector<ssm::Tag> tags;
};
struct ResourcePage {
  std::vector<TaggedResource> resources;
  std::string next_token;        // PaginationToken; lives 15 minutes
  std::optional<Time> answered;  // by AWS's clock, to the second below; nullopt: it did not say
};

class Client {
 public:
  Client(Session& session, Region region) : session_(session), region_(std::move(region)) {}
  // One page of at most 100 of type ssm:parameter; pages may be short.
  ResultTask<ResourcePage> get_parameter_tags(std::string next_token, CallScope scope);

 private:
  Session& session_;
  Region region_;
};

}  // namespace ssmb::aws::tagging
