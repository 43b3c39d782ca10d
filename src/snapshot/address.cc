#include "snapshot/address.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/s3/client.h"
#include "base/text.h"
#include "snapshot/layout.h"

namespace ssmb::snapshot {
namespace {

constexpr std::string_view kForm = "s3://BUCKET[/PREFIX][,region=R][,owner=ACCOUNT] or a directory";

std::unexpected<Error> wrong(std::string what) {
  return fail(ErrorKind::usage, std::move(what), fmt::format("write {}", kForm));
}

bool is_account(std::string_view text) {
  return text.size() == 12 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Result<void> set_option(S3Address& address, std::string_view option) {
  const std::size_t equals = option.find('=');
  const std::string_view name = option.substr(0, equals);
  const std::string_view value = equals == std::string_view::npos ? "" : option.substr(equals + 1);
  if (name == "region" && check_region(Region(value))) {
    address.region = Region(value);
    return {};
  }
  if (name == "owner" && is_account(value)) {
    address.owner = AccountId(value);
    return {};
  }
  return wrong(fmt::format("'{}' is no option of a repository", printable(option, 80)));
}

Result<RepositoryAddress> parse_s3(std::string_view text) {
  const auto parts = split(text, ',');
  const std::string_view path = parts.front();
  const std::size_t slash = path.find('/');
  S3Address address{.bucket = BucketName(path.substr(0, slash)),
                    .prefix = {},
                    .region = std::nullopt,
                    .owner = std::nullopt};
  if (!aws::s3::is_bucket_name(address.bucket.view()))
    return wrong(fmt::format("'{}' cannot name a bucket", printable(address.bucket.view(), 80)));

  std::string_view prefix = slash == std::string_view::npos ? "" : path.substr(slash + 1);
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  for (const std::string_view segment : split(prefix, '/'))
    if (!prefix.empty() && (segment.empty() || segment == "." || segment == ".."))
      return wrong(fmt::format("'{}' cannot be a prefix", printable(prefix, 80)));
  address.prefix = prefix;
  for (const std::string_view option : std::vector(parts.begin() + 1, parts.end()))
    if (auto set = set_option(address, option); !set) return fail(std::move(set).error());
  return address;
}

}  // namespace

Result<RepositoryAddress> parse_repository(std::string_view text) {
  constexpr std::string_view kScheme = "s3://";
  if (text.starts_with(kScheme)) return parse_s3(text.substr(kScheme.size()));
  if (text.empty()) return wrong("the repository is empty");
  if (text.contains("://")) return wrong(fmt::format("'{}' is no repository", printable(text, 80)));
  return DirectoryAddress{.path = std::filesystem::path(text)};
}

std::string to_string(const RepositoryAddress& address) {
  if (const auto* directory = std::get_if<DirectoryAddress>(&address))
    return directory->path.string();
  const auto& s3 = std::get<S3Address>(address);
  std::string text = "s3://" + s3.bucket.str();
  if (!s3.prefix.empty()) text += "/" + s3.prefix;
  if (s3.region) text += ",region=" + s3.region->str();
  if (s3.owner) text += ",owner=" + s3.owner->str();
  return text;
}

}  // namespace ssmb::snapshot
