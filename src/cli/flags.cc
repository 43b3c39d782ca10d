#include "cli/flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace ssmb::cli {
namespace {

Result<int> parse_number(std::string_view text, int low, int high) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), number);
  if (error != std::errc{} || end != text.end() || number < low || number > high)
    return fail(ErrorKind::usage, fmt::format("wants a number from {} to {}", low, high));
  return number;
}

std::string duration_text(Duration duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  if (seconds % 3600 == 0) return fmt::format("{}h", seconds / 3600);
  if (seconds % 60 == 0) return fmt::format("{}m", seconds / 60);
  return fmt::format("{}s", seconds);
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), count);
  const std::string_view unit(end, text.end());
  const auto bad = [] { return fail(ErrorKind::usage, "wants a time such as 90s, 10m or 2h"); };
  constexpr std::int64_t kLongest = 1'000'000;  // of any unit: no overflow
  if (error != std::errc{} || count <= 0 || count > kLongest) return bad();
  if (unit == "s") return std::chrono::seconds{count};
  if (unit == "m") return std::chrono::minutes{count};
  if (unit == "h") return std::chrono::hours{count};
  return bad();
}

FlagSet& FlagSet::toggle(std::string name, Toggle& target, std::string help) {
  flags_.push_back({.name = std::move(name),
                    .value = {},
                    .help = std::move(help),
                    .arity = Flag::Arity::none,
                    .choices = {},
                    .shown_default = {},
                    .set = [&target](const std::string&) {
                      target = Toggle::on;
                      return Result<void>{};
                    }});
  return *this;
}

FlagSet& FlagSet::text(std::string name, std::string value, std::string& target, std::string help,
                       ValueKind kind) {
  flags_.push_back({.name = std::move(name),
                    .value = std::move(value),
                    .help = std::move(help),
                    .arity = Flag::Arity::one,
                    .choices = {},
                    .kind = kind,
                    .shown_default = target,
                    .set = [&target](const std::string& text) -> Result<void> {
                      if (text.empty()) return fail(ErrorKind::usage, "wants a value");
                      target = text;
                      return {};
                    }});
  return *this;
}

FlagSet& FlagSet::texts(std::string name, std::string value, std::vector<std::string>& target,
                        std::string help, ValueKind kind) {
  flags_.push_back({.name = std::move(name),
                    .value = std::move(value),
                    .help = std::move(help),
                    .arity = Flag::Arity::many,
                    .choices = {},
                    .kind = kind,
                    .shown_default = {},
                    .set = [&target](const std::string& text) -> Result<void> {
                      if (text.empty()) return fail(ErrorKind::usage, "wants a value");
                      target.push_back(text);
                      return {};
                    }});
  return *this;
}

FlagSet& FlagSet::number(std::string name, int low, int high, int& target, std::string help) {
  flags_.push_back({.name = std::move(name),
                    .value = "N",
                    .help = std::move(help),
                    .arity = Flag::Arity::one,
                    .choices = {},
                    .shown_default = std::to_string(target),
                    .set = [&target, low, high](const std::string& text) -> Result<void> {
                      auto number = parse_number(text, low, high);
                      if (!number) return fail(std::move(number).error());
                      target = *number;
                      return {};
                    }});
  return *this;
}

FlagSet& FlagSet::percent(std::string name, std::optional<int>& target, std::string help) {
  flags_.push_back({.name = std::move(name),
                    .value = "PERCENT|off",
                    .help = std::move(help),
                    .arity = Flag::Arity::one,
                    .choices = {},
                    .shown_default = target ? std::to_string(*target) : "off",
                    .set = [&target](const std::string& text) -> Result<void> {
                      if (text == "off") {
                        target.reset();
                        return {};
                      }
                      const bool marked = text.ends_with('%');
                      auto number =
                          parse_number(text.substr(0, text.size() - (marked ? 1 : 0)), 1, 100);
                      if (!number) return fail(ErrorKind::usage, "wants 1 to 100, or off");
                      target = *number;
                      return {};
                    }});
  return *this;
}

FlagSet& FlagSet::duration(std::string name, Duration& target, std::string help) {
  flags_.push_back({.name = std::move(name),
                    .value = "TIME",
                    .help = std::move(help),
                    .arity = Flag::Arity::one,
                    .choices = {},
                    .shown_default = duration_text(target),
                    .set = [&target](const std::string& text) -> Result<void> {
                      auto duration = parse_duration(text);
                      if (!duration) return fail(std::move(duration).error());
                      target = *duration;
                      return {};
                    }});
  return *this;
}

FlagSet& FlagSet::choice(std::string name, std::vector<std::string> choices, std::string& target,
                         std::string help) {
  auto set = [&target, choices](const std::string& text) -> Result<void> {
    if (std::ranges::find(choices, text) == choices.end())
      return fail(ErrorKind::usage, "wants one of " + join(choices, ", "));
    target = text;
    return {};
  };
  std::string value = join(choices, "|");
  flags_.push_back({.name = std::move(name),
                    .value = std::move(value),
                    .help = std::move(help),
                    .arity = Flag::Arity::one,
                    .choices = std::move(choices),
                    .shown_default = target,
                    .set = std::move(set)});
  return *this;
}

FlagSet& FlagSet::argument(Argument argument) {
  arguments_.push_back(std::move(argument));
  return *this;
}

}  // namespace ssmb::cli
