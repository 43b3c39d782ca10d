#include "cli/parse.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "base/text.h"

namespace ssmb::cli {
namespace {

using Words = std::vector<std::string>;

std::vector<std::string> long_names(const FlagSet& own, const FlagSet& common) {
  std::vector<std::string> names{"--help"};
  for (const FlagSet* set : {&own, &common}) {
    for (const Flag& flag : set->flags()) names.push_back(flag.name.substr(flag.name.find("--")));
  }
  return names;
}

Error usage(std::string_view command, std::string what, std::string next = {}) {
  if (next.empty()) next = "ssm-backup " + std::string(command) + " --help";
  return {.kind = ErrorKind::usage,
          .what = std::move(what),
          .fault = std::nullopt,
          .next = std::move(next)};
}

void add_flag(CLI::App& app, const Flag& flag, std::map<std::string, Words>& given) {
  Words& values = given[flag.name];
  if (flag.arity == Flag::Arity::none) {
    app.add_flag_callback(flag.name, [&values] { values.assign({""}); });
    return;
  }
  // One value each time; several only by repeating the flag.
  app.add_option(flag.name, values)
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

Result<void> apply(std::string_view command, FlagSet& set,
                   const std::map<std::string, Words>& given, const Words& names) {
  for (const Flag& flag : set.flags()) {
    const auto& values = given.at(flag.name);
    if (flag.arity == Flag::Arity::one && values.size() > 1)
      return fail(usage(command, flag.name + " is given more than once"));
    for (const std::string& value : values) {
      // "--env --jobs 2": the next flag is no value.
      if (std::ranges::find(names, value.substr(0, value.find('='))) != names.end())
        return fail(usage(command, flag.name + " wants a value"));
      auto stored = flag.set(value);
      if (!stored) {
        return fail(usage(command, flag.name + ' ' + stored.error().what + ", not '" +
                                       printable(value, 80) + "'"));
      }
    }
  }
  return {};
}

Result<void> apply_arguments(std::string_view command, const FlagSet& set, const Words& words,
                             const std::vector<std::string>& names) {
  std::size_t next = 0;
  Words plain;
  for (const std::string& word : words) {
    if (word == "--") continue;
    // "-3d" is a time: no flag begins with a digit.
    const bool time = word.size() > 1 && word[1] >= '0' && word[1] <= '9';
    if (word.size() > 1 && word.front() == '-' && !time) {
      const std::string name = word.substr(0, word.find('='));
      const std::string meant = nearest(name, names);
      return fail(usage(command, "unknown flag " + printable(name, 80) +
                                     (meant.empty() ? "" : "; did you mean " + meant + "?")));
    }
    plain.push_back(word);
  }
  for (const Argument& argument : set.arguments()) {
    if (next == plain.size()) {
      if (argument.presence == Argument::Presence::required)
        return fail(usage(command, argument.name + " is missing: " + argument.help));
      continue;
    }
    const std::string& word = plain[next++];
    if (!argument.choices.empty() &&
        std::ranges::find(argument.choices, word) == argument.choices.end()) {
      return fail(usage(command, argument.name + " wants one of " + join(argument.choices, ", ") +
                                     ", not '" + printable(word, 80) + "'"));
    }
    argument.set(word);
  }
  if (next < plain.size())
    return fail(usage(command, "unexpected argument '" + printable(plain[next], 80) + "'"));
  return {};
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = word.size() / 3 + 2;  // further away is another word
  for (const std::string& candidate : candidates) {
    std::vector<std::size_t> row(candidate.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j < row.size(); ++j) {
        const std::size_t replaced = diagonal + (word[i - 1] == candidate[j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

std::vector<std::string> near_names(std::string_view word,
                                    const std::vector<std::string>& candidates) {
  constexpr std::size_t kMost = 3;
  constexpr std::size_t kTelling = 3;  // fewer letters stand in too many names
  std::vector<std::string> found;
  if (word.size() >= kTelling) {
    for (const std::string& candidate : candidates) {
      if (candidate.contains(word) && found.size() < kMost) found.push_back(candidate);
    }
  }
  if (!found.empty()) return found;
  if (std::string one = nearest(word, candidates); !one.empty()) found.push_back(std::move(one));
  return found;
}

Result<Parsed> parse_flags(std::string_view command, FlagSet& own, FlagSet& common,
                           const std::vector<std::string>& words) {
  std::map<std::string, Words> given;
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  Parsed parsed = Parsed::run;
  try {
    app.add_flag_callback("-h,--help", [&parsed] { parsed = Parsed::help; });
    for (const FlagSet* set : {&own, &common}) {
      for (const Flag& flag : set->flags()) add_flag(app, flag, given);
    }
    std::vector<std::string> reversed(words.rbegin(), words.rend());  // as CLI11 wants them
    app.parse(reversed);
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string what = error.what();  // "--env: 1 required TEXT missing"
    return fail(usage(command, what.substr(0, what.find(':')) + " wants a value"));
  } catch (const CLI::Error& error) {
    const std::string what = error.what();
    return fail(usage(command, what.substr(0, what.find('\n'))));
  }
  if (parsed == Parsed::help) return parsed;
  const Words names = long_names(own, common);
  for (FlagSet* set : {&own, &common}) {
    if (auto applied = apply(command, *set, given, names); !applied)
      return fail(std::move(applied).error());
  }
  if (auto applied = apply_arguments(command, own, app.remaining(), names); !applied)
    return fail(std::move(applied).error());
  return parsed;
}

}  // namespace ssmb::cli
