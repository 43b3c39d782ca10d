// From what a snapshot holds to what the target should hold: other names, another Region, another
// account, other keys. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parameter/parameter.h"
#include "parameter/print.h"
#include "parameter/rules.h"

namespace ssmb::engine::restore {

// --map /old=/new: whole segments from the name's beginning; the longest that fits is taken. "/"
// fits every name.
struct NameMap {
  std::string from;
  std::string to;
};
// --kms-map A=B: KeyId exactly as recorded, or the key id that ends an ARN.
struct KeyMap {
  std::string from;
  std::string to;
};
// usage: no "=", an empty side, a name side that does not begin with "/", the same source twice.
Result<NameMap> parse_name_map(std::string_view text);
Result<KeyMap> parse_key_map(std::string_view text);
// Every name, below that path.
NameMap below(std::string path);
// All of a command line; adds what one alone cannot tell: the same source twice.
Result<std::vector<NameMap>> parse_name_maps(const std::vector<std::string>& texts);
Result<std::vector<KeyMap>> parse_key_maps(const std::vector<std::string>& texts);

// A past Expiration: refused or deletes the restored parameter [U], so it needs a word.
enum class Expired {
  ask,    // the parameter is impossible until --expired says what to do
  skip,   // it is left out
  strip,  // it is restored without Expiration and ExpirationNotification
};

struct Mapping {
  rules::Place from;  // of the snapshot; the account may be empty (old documents): taken from ARNs
  rules::Place to;
  std::vector<NameMap> names;
  std::vector<KeyMap> keys;
  Expired expired = Expired::ask;
  // Of a drill under a scratch path: what is put there carries this tag, which says whose it is,
  // and no policies, which would fire.
  std::optional<Tag> scratch = {};

  bool same_place() const { return from.region == to.region && from.account == to.account; }
};

// Is the name this path's, or below it, by whole segments? "/" has everything below it, names
// without a slash too.
bool lies_under(std::string_view path, std::string_view name);

// The name in the target; the same where no --map fits.
ParameterName mapped_name(const Mapping& mapping, const ParameterName& name);
// The reverse: all names of a snapshot that would come to be this one of the target.
std::vector<ParameterName> sources_of(const Mapping& mapping, const ParameterName& target);

// A record of an old document: it holds the first seven members of docs/format.md, and says nothing
// of key, description, pattern, tier, policies and tags. What it does not say is left as it is.
bool is_old_record(const Parameter& parameter);

// What the target should hold, and what is to be said about it.
struct Desired {
  Parameter parameter;  // name, ARN, key and policies as the target wants them
  // The fields that the record speaks of; an old document's does not of all.
  FieldSet recorded = FieldSet().set();
  // Of another account or Region than the target.
  enum class Origin { here, elsewhere } origin = Origin::here;
  // Why it cannot be put, by a rule that is certain, or by a word that is missing (--expired)...
  std::optional<rules::Violation> impossible;
  // ...and why its tags cannot.
  std::optional<rules::Violation> impossible_tags;
  std::optional<std::string> left_out;  // by --expired skip
  std::vector<std::string> doubts;      // of the put: tried, with a warning
  // Cannot be restored by anyone, whatever is done: "tag aws:cloudformation:stack-name",
  // "label prod of version 3", "share <policy id>"; the caller adds "member X (written by a later
  // version)".
  std::vector<std::string> lost;
};

// Keys: `mrk-` ids keep their id, with the target's Region in the ARN; an alias stays; a key (id or
// ARN) of another Region or account without --kms-map is a doubt that names the flag. Only of a
// SecureString; "" becomes alias/aws/ssm. `with_history` says whether older versions come back too:
// without it the parameter comes back without them (`history` is not captured).
enum class WithHistory { no, yes };
Desired desired(Parameter parameter, const Mapping& mapping, Time now, WithHistory with_history);

}  // namespace ssmb::engine::restore
