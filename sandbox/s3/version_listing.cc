// ListObjectVersions. Pages end between keys, so that a page may hold more than max-keys versions
// of one key; S3 promises no more than that it goes on where it stopped.
#include "sandbox/s3/listing.h"
#include "sandbox/s3/operations.h"

namespace ssmb::sandbox::s3 {

Answer list_object_versions(Call& call) {
  auto question = read_question(call);
  if (!question) return pass_on(std::move(question));
  question->after = call.query.get("key-marker");
  const ListPage page =
      list_keys(*call.bucket, *question, [](const std::vector<ObjectVersion>&) { return true; });
  pugi::xml_document document;
  pugi::xml_node root = add_root(document, "ListVersionsResult");
  write_head(call, *question, page, root);
  add_text(root, "KeyMarker", question->encoded(question->after));
  add_text(root, "VersionIdMarker", "");
  if (page.truncated) {
    add_text(root, "NextKeyMarker", question->encoded(page.last));
    add_text(root, "NextVersionIdMarker", "");
  }
  for (const std::string& key : page.keys) {
    const auto& versions = call.bucket->objects.find(key)->second;
    // The newest first.
    for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
      const bool marker = version->kind == VersionKind::delete_marker;
      pugi::xml_node entry = root.append_child(marker ? "DeleteMarker" : "Version");
      write_object(*question, key, *version, entry);
      add_text(entry, "VersionId", version->id);
      add_text(entry, "IsLatest", version == versions.rbegin() ? "true" : "false");
      add_text(entry.append_child("Owner"), "ID", call.bucket->owner.view());
    }
  }
  write_prefixes(*question, page, root);
  return xml_response(document);
}

}  // namespace ssmb::sandbox::s3
