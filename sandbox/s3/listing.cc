#include "sandbox/s3/listing.h"

#include <span>

#include "base/encoding.h"
#include "sandbox/number.h"
#include "sandbox/s3/operations.h"

namespace ssmb::sandbox::s3 {
namespace {

bool has_object(const std::vector<ObjectVersion>& versions) {
  return versions.back().kind == VersionKind::object;
}

// Keys after a common prefix's all begin with something greater: the first key that does not
// begin with the prefix is where the walk goes on.
std::string after_prefix(std::string prefix) {
  while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xff) prefix.pop_back();
  if (!prefix.empty())
    prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  return prefix;
}

// A fault's page: no key, and a token that goes on where this one began. What stands behind the
// zero, which no key holds, tells it from the token before it.
ListPage nothing_yet(Call& call, const std::string& after) {
  return {
      .keys = {}, .prefixes = {}, .last = after + '\0' + call.world.new_id(), .truncated = true};
}

pugi::xml_node begin(pugi::xml_document& document, const Call& call, const ListQuestion& question,
                     const ListPage& page) {
  pugi::xml_node root = add_root(document, "ListBucketResult");
  write_head(call, question, page, root);
  return root;
}

void write_contents(const Call& call, const ListQuestion& question, const ListPage& page,
                    pugi::xml_node root, std::string_view owner) {
  for (const std::string& key : page.keys) {
    pugi::xml_node entry = root.append_child("Contents");
    write_object(question, key, *call.bucket->current(key), entry);
    if (!owner.empty()) add_text(entry.append_child("Owner"), "ID", owner);
  }
  write_prefixes(question, page, root);
}

}  // namespace

std::string ListQuestion::encoded(std::string_view text) const {
  return url_encoded ? percent_encode(text, Slash::keep) : std::string(text);
}

Outcome<ListQuestion> read_question(const Call& call) {
  ListQuestion question{.prefix = call.query.get("prefix"),
                        .delimiter = call.query.get("delimiter")};
  if (const auto encoding = call.query.find("encoding-type")) {
    if (*encoding != "url")
      return refuse(400, "InvalidArgument", "Invalid Encoding Method specified in Request");
    question.url_encoded = true;
  }
  if (const auto text = call.query.find("max-keys")) {
    const auto most = parse_number<std::size_t>(*text);
    if (!most) {
      return refuse(400, "InvalidArgument",
                    "Provided max-keys not an integer or within integer "
                    "range",
                    {{"ArgumentName", "max-keys"}, {"ArgumentValue", std::string(*text)}});
    }
    question.most = std::min(*most, question.most);
  }
  return question;
}

ListPage list_keys(const Bucket& bucket, const ListQuestion& question,
                   bool (*shows)(const std::vector<ObjectVersion>& versions)) {
  ListPage page;
  if (question.most == 0) return page;
  auto at = bucket.objects.lower_bound(question.prefix);
  while (at != bucket.objects.end() && at->first.starts_with(question.prefix)) {
    const std::string& key = at->first;
    const std::size_t cut = question.delimiter.empty()
                                ? std::string::npos
                                : key.find(question.delimiter, question.prefix.size());
    const bool folded = cut != std::string::npos;
    const std::string name = folded ? key.substr(0, cut + question.delimiter.size()) : key;
    if (name <= question.after || !shows(at->second)) {
      ++at;
      continue;
    }
    if (page.keys.size() + page.prefixes.size() == question.most) {
      page.truncated = true;
      break;
    }
    (folded ? page.prefixes : page.keys).push_back(name);
    page.last = name;
    at = folded ? bucket.objects.lower_bound(after_prefix(name)) : std::next(at);
  }
  return page;
}

void write_head(const Call& call, const ListQuestion& question, const ListPage& page,
                pugi::xml_node root) {
  add_text(root, "Name", call.target.bucket);
  add_text(root, "Prefix", question.encoded(question.prefix));
  if (!question.delimiter.empty())
    add_text(root, "Delimiter", question.encoded(question.delimiter));
  add_text(root, "MaxKeys", std::to_string(question.most));
  if (question.url_encoded) add_text(root, "EncodingType", "url");
  add_text(root, "IsTruncated", page.truncated ? "true" : "false");
}

void write_prefixes(const ListQuestion& question, const ListPage& page, pugi::xml_node root) {
  for (const std::string& prefix : page.prefixes)
    add_text(root.append_child("CommonPrefixes"), "Prefix", question.encoded(prefix));
}

void write_object(const ListQuestion& question, const std::string& key,
                  const ObjectVersion& version, pugi::xml_node entry) {
  add_text(entry, "Key", question.encoded(key));
  add_text(entry, "LastModified", xml_time(version.modified));
  if (version.kind == VersionKind::delete_marker) return;
  add_text(entry, "ETag", version.etag.view());
  add_text(entry, "Size", std::to_string(version.body->size()));
  add_text(entry, "StorageClass", "STANDARD");
  if (!version.checksum) return;
  add_text(entry, "ChecksumAlgorithm", name_of(version.checksum->algorithm));
  add_text(entry, "ChecksumType", name_of(version.checksum->type));
}

Answer list_objects_v1(Call& call) {
  auto question = read_question(call);
  if (!question) return pass_on(std::move(question));
  question->after = call.query.get("marker");
  const ListPage page = list_keys(*call.bucket, *question, has_object);
  pugi::xml_document document;
  pugi::xml_node root = begin(document, call, *question, page);
  add_text(root, "Marker", question->encoded(question->after));
  // S3 leaves NextMarker out without a delimiter: the last key serves.
  if (page.truncated && !question->delimiter.empty())
    add_text(root, "NextMarker", question->encoded(page.last));
  write_contents(call, *question, page, root, call.bucket->owner.view());
  return xml_response(document);
}

Answer list_objects_v2(Call& call) {
  auto question = read_question(call);
  if (!question) return pass_on(std::move(question));
  question->after = call.query.get("start-after");
  if (const auto token = call.query.find("continuation-token")) {
    auto after = from_base64(*token);
    if (!after || after->empty())
      return refuse(400, "InvalidArgument", "The continuation token provided is incorrect");
    question->after = after->substr(0, after->find('\0'));
  }
  const ListPage page = call.context.empty_page ? nothing_yet(call, question->after)
                                                : list_keys(*call.bucket, *question, has_object);
  pugi::xml_document document;
  pugi::xml_node root = begin(document, call, *question, page);
  add_text(root, "KeyCount", std::to_string(page.keys.size() + page.prefixes.size()));
  if (const auto token = call.query.find("continuation-token"))
    add_text(root, "ContinuationToken", *token);
  if (const auto after = call.query.find("start-after"))
    add_text(root, "StartAfter", question->encoded(*after));
  if (page.truncated) add_text(root, "NextContinuationToken", base64_of(page.last));
  const bool with_owner = call.query.get("fetch-owner") == "true";
  write_contents(call, *question, page, root, with_owner ? call.bucket->owner.view() : "");
  return xml_response(document);
}

}  // namespace ssmb::sandbox::s3
