#include "sandbox/s3/versions.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/text.h"

namespace ssmb::sandbox::s3 {
namespace {

// 32 characters, as S3's version ids are.
std::string new_version_id(World& world) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
  std::string id;
  while (id.size() < 32) {
    std::uint64_t bits = world.random();
    for (int i = 0; i < 8; ++i, bits >>= 6) id += kAlphabet[bits & 63];
  }
  return id;
}

bool locked(const Call& call, const ObjectVersion& version) {
  const Description& description = version.description;
  if (description.lock_mode.empty()) return false;
  const bool bypassed =
      description.lock_mode == "GOVERNANCE" &&
      equal_ignoring_case(call.header("x-amz-bypass-governance-retention"), "true");
  const auto until = parse_iso8601(description.lock_until);
  return !bypassed && until && *until > call.context.time;
}

Outcome<Deletion> remove_by_id(Call& call, const std::string& key, const std::string& id) {
  auto& objects = call.bucket->objects;
  const auto found = objects.find(key);
  if (found == objects.end()) return Deletion{.version_id = id};
  auto& versions = found->second;
  const auto version = std::ranges::find(versions, id, &ObjectVersion::id);
  if (version == versions.end()) return Deletion{.version_id = id};
  if (locked(call, *version)) {
    return refuse(403, "AccessDenied", "Access Denied because object protected by object lock.");
  }
  Deletion deletion{.version_id = id, .marker = version->kind == VersionKind::delete_marker};
  versions.erase(version);
  if (versions.empty()) objects.erase(found);
  return deletion;
}

}  // namespace

const ObjectVersion& add_version(Call& call, const std::string& key, ObjectVersion version) {
  auto& versions = call.bucket->objects[key];
  if (call.bucket->versioning == Versioning::enabled) {
    version.id = new_version_id(call.world);
  } else {
    // "null" replaces "null"; older versions with ids stay.
    version.id = "null";
    std::erase_if(versions, [](const ObjectVersion& old) { return old.id == "null"; });
  }
  version.modified = call.context.time;
  return versions.emplace_back(std::move(version));
}

Outcome<Deletion> remove_version(Call& call, const std::string& key,
                                 const std::optional<std::string>& version_id) {
  if (version_id) return remove_by_id(call, key, *version_id);
  if (call.bucket->versioning == Versioning::never) {
    auto removed = remove_by_id(call, key, "null");
    if (removed) removed->version_id.clear();
    return removed;
  }
  const ObjectVersion& marker = add_version(call, key, {.kind = VersionKind::delete_marker});
  return Deletion{.version_id = marker.id, .marker = true};
}

ETag md5_etag(std::string_view bytes) { return ETag("\"" + to_hex(md5(bytes)) + "\""); }

ETag new_etag(Call& call, const Encryption& encryption, ETag plain) {
  if (encryption.algorithm == "AES256") return plain;
  return ETag(fmt::format("\"{:016x}{:016x}\"", call.world.random(), call.world.random()));
}

}  // namespace ssmb::sandbox::s3
