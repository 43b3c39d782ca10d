// The flags of a command, described once: parsing, help, completion and the reference follow.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"

namespace ssmb::cli {

enum class Toggle { off, on };

// What a value is, as far as completion can offer it.
enum class ValueKind {
  text,  // nobody knows but the user
  file,
  directory,
  repository,  // a directory; a bucket's name is typed
  region,
  profile,  // of the AWS configuration files
};

struct Flag {
  enum class Arity { none, one, many };

  std::string name;   // "--region"; "-f,--file" with a short form
  std::string value;  // "R" in "--region R"; empty for Arity::none
  std::string help;
  Arity arity = Arity::one;
  std::vector<std::string> choices;  // empty: anything
  ValueKind kind = ValueKind::text;
  std::string shown_default;  // "16"; empty: none worth telling
  // Stores one value; the error says what is wrong with it, without naming the flag.
  std::function<Result<void>(const std::string&)> set;
};

// A word that completion offers for an argument, with what it means.
struct Offer {
  std::string word;
  std::string what;
  std::string behind;  // only where the argument before is this word; empty: always
};

struct Argument {
  std::string name;  // "NAME"
  std::string help;
  enum class Presence { optional, required } presence = Presence::required;
  std::vector<std::string> choices;  // empty: anything
  ValueKind kind = ValueKind::text;
  std::vector<Offer> offers;  // beside the choices
  std::function<void(const std::string&)> set;
};

// Targets must live as long as the set. A target's value when its flag is added is the default.
class FlagSet {
 public:
  FlagSet& toggle(std::string name, Toggle& target, std::string help);
  FlagSet& text(std::string name, std::string value, std::string& target, std::string help,
                ValueKind kind = ValueKind::text);
  FlagSet& texts(std::string name, std::string value, std::vector<std::string>& target,
                 std::string help, ValueKind kind = ValueKind::text);
  FlagSet& number(std::string name, int low, int high, int& target, std::string help);
  // 1 to 100, with or without "%"; "off" is nullopt.
  FlagSet& percent(std::string name, std::optional<int>& target, std::string help);
  FlagSet& duration(std::string name, Duration& target, std::string help);
  FlagSet& choice(std::string name, std::vector<std::string> choices, std::string& target,
                  std::string help);
  FlagSet& argument(Argument argument);

  const std::vector<Flag>& flags() const { return flags_; }
  const std::vector<Argument>& arguments() const { return arguments_; }

 private:
  std::vector<Flag> flags_;
  std::vector<Argument> arguments_;
};

// "90s", "10m", "2h". Positive; never without a unit: some would mean minutes.
Result<Duration> parse_duration(std::string_view text);

}  // namespace ssmb::cli
