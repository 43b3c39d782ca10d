// DeleteObject and DeleteObjects.
#include <vector>

#include "sandbox/s3/access.h"
#include "sandbox/s3/checksum.h"
#include "sandbox/s3/operations.h"
#include "sandbox/s3/versions.h"
#include "sandbox/s3/xml.h"

namespace ssmb::sandbox::s3 {
namespace {

struct Doomed {
  std::string key;
  std::optional<std::string> version_id;
};

constexpr std::size_t kMostKeys = 1000;

Outcome<std::vector<Doomed>> read_keys(const pugi::xml_document& document) {
  std::vector<Doomed> keys;
  for (const pugi::xml_node& object : document.document_element().children("Object")) {
    Doomed doomed{.key = object.child("Key").text().get(), .version_id = std::nullopt};
    if (const pugi::xml_node id = object.child("VersionId")) doomed.version_id = id.text().get();
    if (doomed.key.empty()) return malformed_xml();
    keys.push_back(std::move(doomed));
  }
  if (keys.empty() || keys.size() > kMostKeys) return malformed_xml();
  return keys;
}

Outcome<Deletion> remove_if_allowed(Call& call, const Doomed& doomed) {
  const std::string_view action = doomed.version_id ? "s3:DeleteObjectVersion" : "s3:DeleteObject";
  const std::string resource = call.bucket_arn() + "/" + doomed.key;
  if (auto allowed = check_policy_of(call, *call.bucket, action, resource); !allowed)
    return pass_on(std::move(allowed));
  return remove_version(call, doomed.key, doomed.version_id);
}

void report_deleted(pugi::xml_node root, const Doomed& doomed, const Deletion& deletion) {
  pugi::xml_node entry = root.append_child("Deleted");
  add_text(entry, "Key", doomed.key);
  if (doomed.version_id) add_text(entry, "VersionId", *doomed.version_id);
  if (!deletion.marker) return;
  add_text(entry, "DeleteMarker", "true");
  add_text(entry, "DeleteMarkerVersionId", deletion.version_id);
}

void report_error(pugi::xml_node root, const Doomed& doomed, const ServiceError& error) {
  pugi::xml_node entry = root.append_child("Error");
  add_text(entry, "Key", doomed.key);
  if (doomed.version_id) add_text(entry, "VersionId", *doomed.version_id);
  add_text(entry, "Code", error.code);
  add_text(entry, "Message", error.message);
}

}  // namespace

Answer delete_object(Call& call) {
  const auto id = call.query.find("versionId");
  auto deletion =
      remove_version(call, call.target.key, id ? std::optional(std::string(*id)) : std::nullopt);
  if (!deletion) return pass_on(std::move(deletion));
  aws::HttpResponse response;
  response.status = 204;
  if (!deletion->version_id.empty()) response.headers.set("x-amz-version-id", deletion->version_id);
  if (deletion->marker) response.headers.set("x-amz-delete-marker", "true");
  return response;
}

Answer delete_objects(Call& call) {
  if (auto good = require_checked_body(call.request); !good) return pass_on(std::move(good));
  const auto document = parse_xml(call.request.body.view(), "Delete");
  if (!document) return std::unexpected(document.error());
  auto keys = read_keys(*document);
  if (!keys) return pass_on(std::move(keys));
  const bool quiet = document->document_element().child("Quiet").text().as_bool();
  pugi::xml_document answer;
  pugi::xml_node root = add_root(answer, "DeleteResult");
  for (const Doomed& doomed : *keys) {
    const auto deletion = remove_if_allowed(call, doomed);
    if (!deletion) {
      report_error(root, doomed, deletion.error().error);
    } else if (!quiet) {
      report_deleted(root, doomed, *deletion);
    }
  }
  return xml_response(answer);
}

}  // namespace ssmb::sandbox::s3
