#include "engine/iam/places.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/partition.h"
#include "base/text.h"

namespace ssmb::engine::iam {
namespace {

using snapshot::RepositoryAddress;
using snapshot::S3Address;

enum class What { bucket, objects };
// What is in no other account's bucket, whatever it is called.
enum class Account { any, own };

void add_once(std::vector<std::string>& texts, std::string text) {
  if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
}

std::vector<std::string> texts_of(const std::vector<Region>& regions) {
  std::vector<std::string> texts;
  for (const Region& region : regions) texts.push_back(region.str());
  return texts;
}

std::string_view partition_id(const PolicyRequest& request) {
  const Region& any =
      request.regions.empty() ? request.home_region.value_or(Region()) : request.regions.front();
  return partition_of(any).id;
}

std::string ssm_arn(const PolicyRequest& request, std::string_view region,
                    std::string_view resource) {
  return fmt::format("arn:{}:ssm:{}:{}:{}", partition_id(request), region, request.account,
                     resource);
}

// Each resource in each Region.
Scope regional(const PolicyRequest& request, Form form, const std::vector<std::string>& resources) {
  Scope scope;
  if (form == Form::folded) {
    for (const std::string& each : resources)
      scope.resources.push_back(ssm_arn(request, "*", each));
    scope.conditions["aws:RequestedRegion"] = texts_of(request.regions);
    return scope;
  }
  for (const Region& region : request.regions) {
    for (const std::string& each : resources)
      scope.resources.push_back(ssm_arn(request, region.view(), each));
  }
  return scope;
}

// A name's glob as the end of an ARN, which knows no first slash: "/a" is parameter/a, and so is
// "a".
std::string parameter_glob(const std::string& glob) {
  if (glob == "*") return "parameter/*";
  if (glob.starts_with('/') || glob.starts_with('*')) return "parameter" + glob;
  return "parameter/" + glob;
}

Scope parameters(const PolicyRequest& request, Form form) {
  std::vector<std::string> resources;
  for (const std::string& glob : request.names) add_once(resources, parameter_glob(glob));
  return regional(request, form, resources);
}

Scope scratch(const PolicyRequest& request, Form form, std::string_view below) {
  if (request.under.empty()) return {};
  return regional(request, form, {fmt::format("parameter{}{}", request.under, below)});
}

Scope metadata(const PolicyRequest& request) {
  if (!request.home_region) return {};
  return {.resources = {ssm_arn(request, request.home_region->view(),
                                fmt::format("parameter/jenkins/{}/backup/*", request.env))},
          .conditions = {}};
}

Scope keys(const PolicyRequest& request, Form form) {
  Scope scope;
  const auto all_in = [&](std::string_view region) {
    return fmt::format("arn:{}:kms:{}:{}:key/*", partition_id(request), region, request.account);
  };
  if (!request.keys.empty()) {
    for (const Arn& key : request.keys) add_once(scope.resources, key.str());
  } else if (form == Form::folded) {
    scope.resources.push_back(all_in("*"));
  } else {
    for (const Region& region : request.regions) scope.resources.push_back(all_in(region.view()));
  }
  // Not by KMS's own calls: only what SSM does with them in the role's name.
  // https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
  std::vector<std::string>& through = scope.conditions["kms:ViaService"];
  for (const Region& region : request.regions)
    through.push_back(fmt::format("ssm.{}.{}", region, partition_of(region).domain));
  return scope;
}

// A multi-Region key has one id in all its Regions; any other one's id is nobody else's.
std::string anywhere(const Arn& key) {
  auto parts = split(key.view(), ':');
  parts[3] = "*";
  return join(std::vector<std::string>(parts.begin(), parts.end()), ":");
}

std::string key_resource(const std::vector<Arn>& keys, Form form, const Arn& key) {
  if (form == Form::listed) return key.str();
  const std::string all = anywhere(key);
  const auto alike =
      std::ranges::count_if(keys, [&all](const Arn& other) { return anywhere(other) == all; });
  return alike > 1 ? all : key.str();
}

Scope bucket_keys(const PolicyRequest& request, Form form) {
  Scope scope;
  for (const Arn& key : request.bucket_keys) {
    add_once(scope.resources, key_resource(request.bucket_keys, form, key));
    const Region region(split(key.view(), ':')[3]);
    add_once(scope.conditions["kms:ViaService"],
             fmt::format("s3.{}.{}", region, partition_of(region).domain));
  }
  return scope;
}

std::string s3_arn(const PolicyRequest& request, std::string_view bucket, std::string_view prefix,
                   What what) {
  std::string arn = fmt::format("arn:{}:s3:::{}", partition_id(request), bucket);
  if (what == What::objects) arn += prefix.empty() ? "/*" : fmt::format("/{}/*", prefix);
  return arn;
}

Scope in_s3(const PolicyRequest& request, const std::vector<S3Address>& places, What what) {
  Scope scope;
  for (const S3Address& place : places)
    add_once(scope.resources, s3_arn(request, place.bucket.view(), place.prefix, what));
  return scope;
}

// "x-" of a bucket x-<region> of this account, and of x-<region>-copy; empty: it is called
// otherwise.
std::string_view stem_of(const S3Address& place) {
  constexpr std::string_view kCopy = "-copy";
  if (!place.region || !place.prefix.empty() || place.owner) return {};
  std::string_view name = place.bucket.view();
  if (name.ends_with(kCopy)) name.remove_suffix(kCopy.size());
  if (!name.ends_with(place.region->view())) return {};
  name.remove_suffix(place.region->view().size());
  return name;
}

// What all have; empty: they differ in more than their Regions.
std::string stem_of(const std::vector<S3Address>& places) {
  if (places.empty()) return {};
  const std::string_view stem = stem_of(places.front());
  const bool same = std::ranges::all_of(
      places, [stem](const S3Address& place) { return stem_of(place) == stem; });
  return same ? std::string(stem) : std::string();
}

Scope own_buckets(const PolicyRequest& request, Form form, const std::vector<S3Address>& places,
                  What what, Account account) {
  const std::string stem = form == Form::listed ? std::string() : stem_of(places);
  if (stem.empty()) return in_s3(request, places, what);
  Scope scope{.resources = {s3_arn(request, stem + "*", "", what)}, .conditions = {}};
  for (const S3Address& place : places)
    add_once(scope.conditions["aws:RequestedRegion"], place.region->str());
  if (account == Account::own)
    scope.conditions["aws:ResourceAccount"].push_back(request.account.str());
  return scope;
}

std::vector<S3Address> repositories(const PolicyRequest& request) {
  std::vector<S3Address> out;
  for (const auto& [region, address] : request.repositories) {
    if (const auto* s3 = std::get_if<S3Address>(&address)) out.push_back(*s3);
  }
  return out;
}

// Where drill --record writes: below the drills of this environment.
std::vector<S3Address> records(const PolicyRequest& request) {
  std::vector<S3Address> out = repositories(request);
  for (S3Address& place : out) {
    const std::string drills = fmt::format("drills/{}", request.env);
    place.prefix = place.prefix.empty() ? drills : fmt::format("{}/{}", place.prefix, drills);
  }
  return out;
}

std::vector<S3Address> copies(const PolicyRequest& request) {
  std::vector<S3Address> out;
  for (const RepositoryAddress& address : request.copies) {
    if (const auto* s3 = std::get_if<S3Address>(&address)) out.push_back(*s3);
  }
  return out;
}

Scope other_roles(const PolicyRequest& request) {
  Scope scope;
  for (const Arn& role : request.other_roles) add_once(scope.resources, role.str());
  return scope;
}

}  // namespace

Scope scope_of(const PolicyRequest& request, Form form, Place place) {
  switch (place) {
    case Place::everything: return {.resources = {"*"}, .conditions = {}};
    case Place::settings: return regional(request, form, {"servicesetting/ssm/parameter-store/*"});
    case Place::metadata: return metadata(request);
    case Place::parameters: return parameters(request, form);
    case Place::scratch_root: return scratch(request, form, "");
    case Place::scratch_path: return scratch(request, form, "/*");
    case Place::keys: return keys(request, form);
    case Place::buckets:
      return own_buckets(request, form, repositories(request), What::bucket, Account::own);
    case Place::objects:
      return own_buckets(request, form, repositories(request), What::objects, Account::own);
    case Place::records: return in_s3(request, records(request), What::objects);
    case Place::copies: return in_s3(request, copies(request), What::bucket);
    case Place::copied: return in_s3(request, copies(request), What::objects);
    case Place::bucket_keys: return bucket_keys(request, form);
    // Whose a bucket is that is yet to be made, nobody can say.
    case Place::stack: return own_buckets(request, form, request.stack, What::bucket, Account::any);
    case Place::stored:
      return own_buckets(request, form, request.stack, What::objects, Account::own);
    case Place::other_roles: return other_roles(request);
  }
  return {};
}

Type type_of(Place place) {
  switch (place) {
    case Place::everything: return Type::none;
    case Place::settings: return Type::setting;
    case Place::metadata:
    case Place::parameters:
    case Place::scratch_root:
    case Place::scratch_path: return Type::parameter;
    case Place::keys:
    case Place::bucket_keys: return Type::key;
    case Place::buckets:
    case Place::copies:
    case Place::stack: return Type::bucket;
    case Place::objects:
    case Place::records:
    case Place::copied:
    case Place::stored: return Type::object;
    case Place::other_roles: return Type::role;
  }
  return Type::none;
}

}  // namespace ssmb::engine::iam
