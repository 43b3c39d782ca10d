// AllowedPattern. Boost.Regex, as the standard library's has no bound on its work and no
// lookbehind.
#define BOOST_REGEX_MAX_STATE_COUNT 5000000  // well under a second
#include <fmt/format.h>

#include <boost/regex.hpp>
#include <new>
#include <stdexcept>
#include <variant>
#include <vector>

#include "base/encoding.h"
#include "parameter/rules.h"

namespace ssmb::rules {
namespace {

using WideText = std::vector<wchar_t, WipingAllocator<wchar_t>>;

// Code points, so that "." is one character of UTF-8; bytes where the text is not UTF-8.
WideText widen(std::string_view text) {
  WideText wide;
  wide.reserve(text.size());
  const bool utf8 = is_utf8(text);
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = !utf8 || lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    auto code = static_cast<std::uint32_t>(length == 1 ? lead : lead & (0xFFU >> (length + 1)));
    for (std::size_t k = 1; k < length; ++k)
      code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    wide.push_back(static_cast<wchar_t>(code));
    i += length;
  }
  return wide;
}

Violation unreadable(std::string_view reason, Certainty certainty) {
  return {.code = "InvalidAllowedPatternException",
          .message = fmt::format("The allowed pattern is not a regular expression: {}.", reason),
          .certainty = certainty,
          .source = "[M] InvalidAllowedPatternException"};
}

// Java knows classes (\p{...}, &&) and references that Perl does not: there a failure proves
// nothing.
Certainty certainty_of(std::string_view pattern) {
  for (std::string_view java : {"\\p", "\\P", "&&", "\\k", "\\x{", "(?<"})
    if (pattern.contains(java)) return Certainty::doubtful;
  return Certainty::certain;
}

std::expected<boost::wregex, Violation> compile(std::string_view pattern) {
  const WideText wide = widen(pattern);
  try {
    return boost::wregex(wide.begin(), wide.end(), boost::regex::perl);
  } catch (const boost::regex_error& error) {
    const bool too_much = error.code() == boost::regex_constants::error_complexity ||
                          error.code() == boost::regex_constants::error_stack;
    return std::unexpected(
        unreadable(error.what(), too_much ? Certainty::doubtful : certainty_of(pattern)));
  }
}

enum class Match { whole, part, none };

// Throws std::runtime_error when it takes too much work.
Match match(const WideText& text, const boost::wregex& expression) {
  if (boost::regex_match(text.begin(), text.end(), expression)) return Match::whole;
  return boost::regex_search(text.begin(), text.end(), expression) ? Match::part : Match::none;
}

}  // namespace

Verdict check_pattern(std::string_view pattern) {
  if (utf8_length(pattern) > kMaxPattern)
    return Violation{.code = "ValidationException",
                     .message = fmt::format("1 validation error detected: Value at "
                                            "'allowedPattern' failed to satisfy constraint: "
                                            "Member must have length less than or equal to {}",
                                            kMaxPattern),
                     .certainty = Certainty::certain,
                     .source = "[M] PutParameter AllowedPattern"};
  auto compiled = compile(pattern);
  return compiled ? std::nullopt : Verdict(std::move(compiled).error());
}

Verdict check_pattern_match(const std::string& pattern, std::string_view value) {
  if (pattern.empty()) return std::nullopt;
  auto compiled = compile(pattern);
  if (!compiled) return std::move(compiled).error();
  Violation mismatch{
      .code = "ParameterPatternMismatchException",
      .message =
          fmt::format("Parameter value, cannot be validated against allowedPattern: {}", pattern),
      .certainty = Certainty::certain,
      .source = "[M] ParameterPatternMismatchException"};
  try {
    const Match found = match(widen(value), *compiled);
    if (found == Match::whole) return std::nullopt;
    // Whether the service wants the pattern to match the whole value is not documented.
    if (found == Match::part) mismatch.certainty = Certainty::doubtful;
  } catch (const std::runtime_error&) {
    mismatch.certainty = Certainty::doubtful;
    mismatch.message = "the allowed pattern takes too much work to check here";
  }
  return mismatch;
}

}  // namespace ssmb::rules
