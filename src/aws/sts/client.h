// STS in one Region: who are we? (Query protocol, Regional endpoint.)
#pragma once

#include "aws/client.h"

namespace ssmb::aws::sts {

struct CallerIdentity {
  AccountId account;
  Arn arn;
  std::string user_id;
};

class Client {
 public:
  Client(Session& session, Region region) : session_(session), region_(std::move(region)) {}
  ResultTask<CallerIdentity> get_caller_identity(CallScope scope);

 private:
  Session& session_;
  Region region_;
};

}  // namespace ssmb::aws::sts
