#include "aws/auth/token_file.h"

#include <unistd.h>

#include "aws/json.h"
#include "base/files.h"
#include "base/json.h"
#include "base/try.h"

namespace ssmb::aws {
namespace {

std::unexpected<Error> of_credentials(Error error) {
  error.kind = ErrorKind::credentials;
  return fail(std::move(error));
}

}  // namespace

Result<std::optional<boost::json::object>> TokenFile::read() const {
  if (path_.empty()) return std::nullopt;
  auto text = read_secret_file(path_);
  if (!text && text.error().kind == ErrorKind::not_found) return std::nullopt;
  if (!text) return of_credentials(std::move(text).error());
  auto json = parse_json(text->view());
  if (!json || !json->is_object())
    return fail(ErrorKind::credentials, path_.string() + " is not a JSON object");
  return std::optional(std::move(json->get_object()));
}

Result<void> TokenFile::replace(const boost::json::object& document) const {
  auto written = write_file(path_, to_json(document).view());
  if (!written) return of_credentials(std::move(written).error());
  return {};
}

bool TokenFile::replaceable() const {
  return !path_.empty() && ::access(path_.parent_path().c_str(), W_OK) == 0;
}

Result<Time> parse_token_time(std::string text) {
  if (text.ends_with("UTC")) text.replace(text.size() - 3, 3, "Z");
  return parse_iso8601(text);
}

}  // namespace ssmb::aws
