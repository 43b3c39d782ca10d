// The files in which the AWS CLI keeps a login (~/.aws/sso/cache, ~/.aws/login/cache): one JSON
// object each, shared with every other program of this user.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/time.h"

namespace ssmb::aws {

class TokenFile {
 public:
  // `name` is without ".json". An empty folder (there is no HOME) holds no files.
  TokenFile(const std::filesystem::path& folder, const std::string& name)
      : path_(folder.empty() ? folder : folder / (name + ".json")) {}

  // nullopt: there is no such file. Errors: credentials, for one that cannot be read or is no JSON
  // object; nothing of it is quoted. It lives in memory that is wiped.
  Result<std::optional<boost::json::object>> read() const;
  // Whole, mode 0600, so that a reader sees the old or the new one. Errors: credentials.
  Result<void> replace(const boost::json::object& document) const;
  // May it be replaced? Asked before a refresh token, which is good only once, is used.
  bool replaceable() const;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// The times in them: ISO 8601; older programs wrote "UTC" where "Z" belongs. Errors: invalid.
Result<Time> parse_token_time(std::string text);

}  // namespace ssmb::aws
