#include "aws/sts/credentials.h"

#include <fmt/format.h>

#include <pugixml.hpp>

namespace ssmb::aws::sts {

Result<Credentials> read_credentials(SecretBytes body, std::string_view action) {
  pugi::xml_document document;
  document.load_buffer_inplace(body.data(), body.size(), pugi::parse_default, pugi::encoding_utf8);
  const pugi::xml_node node = document.child(fmt::format("{}Response", action).c_str())
                                  .child(fmt::format("{}Result", action).c_str())
                                  .child("Credentials");
  Credentials credentials{.access_key_id = node.child_value("AccessKeyId"),
                          .secret_access_key = SecretText(node.child_value("SecretAccessKey")),
                          .session_token = SecretText(node.child_value("SessionToken")),
                          .expires = std::nullopt};
  const auto expires = parse_iso8601(node.child_value("Expiration"));
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty() ||
      credentials.session_token.empty() || !expires)
    return fail(ErrorKind::credentials, "STS answered without credentials");
  credentials.expires = *expires;
  return credentials;
}

}  // namespace ssmb::aws::sts
