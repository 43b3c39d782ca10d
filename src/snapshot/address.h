// Where a repository is, as the user writes it: s3://BUCKET[/PREFIX][,region=R][,owner=ACCOUNT] or
// a directory.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.h"
#include "base/ids.h"

namespace ssmb::snapshot {

struct S3Address {
  BucketName bucket;
  std::string prefix;              // without slashes at its ends; may be empty
  std::optional<Region> region;    // nullopt: the Region of the parameters
  std::optional<AccountId> owner;  // nullopt: the caller's account

  bool operator==(const S3Address&) const = default;
};

struct DirectoryAddress {
  std::filesystem::path path;

  bool operator==(const DirectoryAddress&) const = default;
};

using RepositoryAddress = std::variant<S3Address, DirectoryAddress>;

// usage: an unknown option, a bucket name that S3 does not allow, "." or ".." in the prefix.
Result<RepositoryAddress> parse_repository(std::string_view text);
std::string to_string(const RepositoryAddress& address);

}  // namespace ssmb::snapshot
