// Pages of keys: what ListObjects, ListObjectsV2 and ListObjectVersions share.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "sandbox/s3/call.h"
#include "sandbox/s3/xml.h"

namespace ssmb::sandbox::s3 {

struct ListQuestion {
  std::string prefix;
  std::string delimiter;
  std::string after;  // keys and common prefixes up to and with this one are left out
  std::size_t most = 1000;
  bool url_encoded = false;  // encoding-type=url

  std::string encoded(std::string_view text) const;
};
// Refusals: InvalidArgument for max-keys and encoding-type.
Outcome<ListQuestion> read_question(const Call& call);

struct ListPage {
  std::vector<std::string> keys;  // of those that `shows` holds for
  std::vector<std::string> prefixes;
  std::string last;  // the key or prefix after which the next page goes on
  bool truncated = false;
};
ListPage list_keys(const Bucket& bucket, const ListQuestion& question,
                   bool (*shows)(const std::vector<ObjectVersion>& versions));

// Name, Prefix, Delimiter, MaxKeys, EncodingType, IsTruncated.
void write_head(const Call& call, const ListQuestion& question, const ListPage& page,
                pugi::xml_node root);
void write_prefixes(const ListQuestion& question, const ListPage& page, pugi::xml_node root);
// Key, LastModified, ETag, Size, StorageClass, checksum.
void write_object(const ListQuestion& question, const std::string& key,
                  const ObjectVersion& version, pugi::xml_node entry);

}  // namespace ssmb::sandbox::s3
