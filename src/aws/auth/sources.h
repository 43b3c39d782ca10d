// How each source of credentials is made; in which order they are asked is chain.h's business.
#pragma once

#include "aws/auth/chain.h"
#include "aws/auth/metadata.h"
#include "aws/auth/profile.h"
#include "aws/auth/provider.h"

namespace ssmb::aws {

using Source = std::unique_ptr<CredentialsSource>;
using MaybeSource = Result<Source>;  // a null pointer: this source is not there

// What all of them are made from; it lives only while they are made.
struct Sources {
  Runtime& runtime;
  Transport& transport;
  const CredentialsOptions& options;

  MaybeSource from_environment() const;
  MaybeSource from_web_identity() const;
  MaybeSource from_container() const;
  MaybeSource from_instance(InstanceRole why) const;
  // A profile, with all that it leads to (profile_sources.cc). One that somebody named must exist
  // and hold credentials.
  MaybeSource from_profile(const ProfileChoice& choice) const;

  MaybeSource web_identity(std::string token_file, std::string role_arn,
                           std::string session_name) const;
  Source fixed(Credentials credentials, std::string name) const;
  Source process(std::string command, std::string profile) const;
  // Trimmed; "" where it is not set.
  std::string variable(const std::string& name) const;
  // The Region whose STS is asked. Errors: credentials, for none; `who` begins the message.
  Result<Region> sts_region(std::string_view who) const;
};

}  // namespace ssmb::aws
