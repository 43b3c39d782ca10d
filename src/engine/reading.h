// Reading listed parameters, so that each ends as one of three: read, unreadable with its error, or
// vanished.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "aws/ssm/client.h"
#include "parameter/parameter.h"
#include "snapshot/manifest.h"

namespace ssmb::engine {

// A record that lacks something is better than none.
struct Read {
  Parameter parameter;
  std::optional<Error> no_tags = {};     // why they could not be read
  std::optional<Error> no_history = {};  // the same, of what the depth asks for
};

struct Vanished {
  ParameterName name;
};

using Found = std::variant<Read, snapshot::Unreadable, Vanished>;

inline constexpr std::size_t kBatchSize = 10;  // GetParameters' limit

// Values of up to ten parameters. Metadata and value belong together: where version or date differ,
// the parameter changed in between, and both are taken from its newest history entry; after three
// rounds it "kept changing" and is unreadable. Whatever fails for one parameter costs only that
// one. An error is for the whole Region: interrupted, out of time, no credentials, no connection.
// Tags, labels and older versions are not read here.
ResultTask<std::vector<Found>> read_batch(aws::ssm::Client ssm,
                                          std::vector<aws::ssm::Metadata> batch, CallScope scope);

// The parameter with what the depth wants of its labels and older versions. They belong to the
// version that was read: where it has changed since, value and metadata are read again, as in
// read_batch(). A refusal costs history and labels alone; where an old version cannot be decrypted,
// the history alone.
ResultTask<Found> read_depth(aws::ssm::Client ssm, Read read, snapshot::Depth depth,
                             CallScope scope);

// One parameter by its name alone: value, metadata and labels of one moment, and with
// Depth::history the versions before. No older version is decrypted otherwise. Tags are not read
// here.
ResultTask<Found> read_alone(aws::ssm::Client ssm, ParameterName name, snapshot::Depth depth,
                             CallScope scope);

// The parameter with its tags, asked of the parameter itself. A refusal costs the tags alone.
ResultTask<Found> read_tags(aws::ssm::Client ssm, Read read, CallScope scope);

// Does an error of this kind cost one parameter, rather than the Region?
bool costs_one_parameter(ErrorKind kind);

}  // namespace ssmb::engine
