// Strong types for what would otherwise be bare strings. They compare, hash and format as their
// text; nothing converts from one to another by itself.
#pragma once

#include <fmt/format.h>

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace ssmb {

template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}
  explicit Id(std::string_view text) : text_(text) {}
  explicit Id(const char* text) : text_(text) {}

  const std::string& str() const { return text_; }
  std::string_view view() const { return text_; }
  bool empty() const { return text_.empty(); }

  auto operator<=>(const Id&) const = default;

 private:
  std::string text_;
};

using Region = Id<struct RegionTag>;                // "ap-northeast-1"
using AccountId = Id<struct AccountIdTag>;          // 12 digits
using Environment = Id<struct EnvironmentTag>;      // "dev"
using ParameterName = Id<struct ParameterNameTag>;  // "/app/dev/db/password"
using Arn = Id<struct ArnTag>;
using KmsKeyId = Id<struct KmsKeyIdTag>;  // id, ARN or "alias/..."
using BucketName = Id<struct BucketNameTag>;
using ObjectKey = Id<struct ObjectKeyTag>;  // a key inside a repository
using ETag = Id<struct ETagTag>;            // with its quotes, as S3 sends it
using RunId = Id<struct RunIdTag>;          // one run of this tool

}  // namespace ssmb

template <class Tag>
struct std::hash<ssmb::Id<Tag>> {
  std::size_t operator()(const ssmb::Id<Tag>& id) const noexcept {
    return std::hash<std::string_view>{}(id.view());
  }
};

template <class Tag>
struct fmt::formatter<ssmb::Id<Tag>> : fmt::formatter<std::string_view> {
  auto format(const ssmb::Id<Tag>& id, fmt::format_context& context) const {
    return fmt::formatter<std::string_view>::format(id.view(), context);
  }
};
