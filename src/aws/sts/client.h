// STS in one Region: who are we, and as whom may we go on? (Query protocol, Regional endpoint.)
#pragma once

#include "aws/client.h"

namespace ssmb::aws::sts {

struct CallerIdentity {
  AccountId account;
  Arn arn;
  std::string user_id;
};

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
struct RoleRequest {
  std::string role_arn;
  std::string session_name;                      // 2 to 64 of A-Z a-z 0-9 _ + = , . @ -
  std::string external_id;                       // empty: none
  std::optional<std::chrono::seconds> duration;  // nullopt: an hour
};

class Client {
 public:
  Client(Session& session, Region region) : session_(session), region_(std::move(region)) {}
  ResultTask<CallerIdentity> get_caller_identity(CallScope scope);
  ResultTask<Credentials> assume_role(RoleRequest role, CallScope scope);

 private:
  Session& session_;
  Region region_;
};

}  // namespace ssmb::aws::sts
