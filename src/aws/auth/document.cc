#include "aws/auth/document.h"

#include "aws/json.h"
#include "base/text.h"
#include "base/try.h"

namespace ssmb::aws {
namespace {

std::unexpected<Error> unusable(std::string_view problem) {
  return fail(ErrorKind::credentials,
              "the document is not of the form it should have: " + std::string(problem),
              "ask its source by hand, and compare the answer with AWS's documentation of it");
}

// `rest`: must the token and the end of its life be there?
Credentials read(JsonFields& fields, std::string_view token_member, Presence rest) {
  return {.access_key_id = fields.text("AccessKeyId", Presence::required),
          .secret_access_key = fields.secret("SecretAccessKey", Presence::required),
          .session_token = fields.secret(token_member, rest),
          .expires = fields.time("Expiration", rest)};
}

Result<Credentials> finish(Credentials credentials, const std::string& problem) {
  if (!problem.empty()) return unusable(problem);
  if (credentials.access_key_id.empty()) return unusable("AccessKeyId is empty");
  if (credentials.secret_access_key.empty()) return unusable("SecretAccessKey is empty");
  return credentials;
}

}  // namespace

Result<Credentials> parse_process_document(std::string_view text) {
  std::string problem;
  const boost::json::value root = detail::parse_json_object(text, problem);
  if (!problem.empty()) return unusable(problem);
  JsonFields fields(root.get_object(), problem);
  const auto version = fields.integer("Version", Presence::required);
  if (problem.empty() && version != 1) return unusable("Version is not 1");
  return finish(read(fields, "SessionToken", Presence::optional), problem);
}

Result<Credentials> parse_metadata_document(std::string_view text) {
  std::string problem;
  const boost::json::value root = detail::parse_json_object(text, problem);
  if (!problem.empty()) return unusable(problem);
  JsonFields fields(root.get_object(), problem);
  const std::string code = fields.text("Code");
  if (problem.empty() && !code.empty() && code != "Success")
    return fail(ErrorKind::credentials, "the service answered " + printable(code) + ": " +
                                            printable(fields.text("Message")));
  return finish(read(fields, "Token", Presence::required), problem);
}

}  // namespace ssmb::aws
