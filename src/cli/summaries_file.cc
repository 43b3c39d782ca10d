#include "cli/summaries_file.h"

#include <fmt/format.h>

#include <boost/json/parse.hpp>

#include "base/files.h"
#include "base/text.h"

namespace ssmb::cli {

Result<std::optional<boost::json::value>> read_summaries(const std::filesystem::path& file) {
  auto text = read_file(file);
  if (!text && text.error().kind == ErrorKind::not_found) return std::nullopt;
  if (!text) return fail(std::move(text).error());
  boost::system::error_code bad;
  auto value = boost::json::parse(*text, bad);
  if (!bad) return value;
  return fail(ErrorKind::corrupt, fmt::format("{} is not JSON", file.string()),
              "name the region_summaries.json that backup has written");
}

// A key names its own environment (docs/format.md).
Result<void> check_environment(const notify::Notice& notice) {
  const std::string own = fmt::format("-{}-", notice.occasion.env);
  for (const notify::RegionNews& news : notice.regions) {
    const std::string_view name = std::string_view(news.key).substr(news.key.rfind('/') + 1);
    const bool ours = name.starts_with("ssm-backup" + own) || name.starts_with("partial" + own);
    if (!name.empty() && !ours)
      return fail(ErrorKind::usage,
                  fmt::format("the summaries are not of {}: {} saved {}", notice.occasion.env,
                              printable(news.region.view(), 64), printable(news.key, 200)),
                  "name the environment that was backed up: --env");
  }
  return {};
}

}  // namespace ssmb::cli
