// Reading the values of a batch of listed parameters, so that each ends as one of three: read,
// unreadable with its error, or vanished.
#pragma once

#include <variant>
#include <vector>

#include "aws/ssm/client.h"
#include "parameter/parameter.h"
#include "snapshot/document.h"

namespace ssmb::engine {

struct Vanished {
  ParameterName name;
};

// Read but for its tags: a record without them is better than none.
struct Untagged {
  Parameter parameter;
  Error why;
};

using Found = std::variant<Parameter, snapshot::Unreadable, Vanished, Untagged>;

inline constexpr std::size_t kBatchSize = 10;  // GetParameters' limit

// Values of up to ten parameters. Metadata and value belong together: where version or date differ,
// the parameter changed in between, and both are taken from its newest history entry; after three
// rounds it "kept changing" and is unreadable. Whatever fails for one parameter costs only that
// one. An error is for the whole Region: interrupted, out of time, no credentials, no connection.
// Tags are not read here.
ResultTask<std::vector<Found>> read_batch(aws::ssm::Client ssm,
                                          std::vector<aws::ssm::Metadata> batch, CallScope scope);

// The parameter with its tags, asked of the parameter itself. A refusal costs the tags alone.
ResultTask<Found> read_tags(aws::ssm::Client ssm, Parameter parameter, CallScope scope);

// Does an error of this kind cost one parameter, rather than the Region?
bool costs_one_parameter(ErrorKind kind);

}  // namespace ssmb::engine
