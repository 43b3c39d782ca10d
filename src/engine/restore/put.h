// PutParameter's request for what is wanted, so that nothing that was there before shows through.
// Pure.
#pragma once

#include "parameter/parameter.h"

namespace ssmb::engine::restore {

using PutMode = aws::ssm::PutRequest::Mode;

// `wanted` as desired() made it. Creation carries the tags, never `aws:` ones. An overwrite names
// every field that the record speaks of, and no tags; `live` is what is there: "[{}]" clears its
// policies where there are some and none are wanted, its tier stays where it cannot go back, and
// its key where the record (of an old document) names none.
aws::ssm::PutRequest make_put(const Parameter& wanted, PutMode mode,
                              const Parameter* live = nullptr);

// The tier that such a put asks for; "": the account's default.
std::string tier_of_put(const Parameter& wanted, const Parameter* live = nullptr);

// The parameter as it was at one of its versions: 0 is the oldest of its history, history->size()
// the current one, which is the parameter itself. Labels are the version's own.
Parameter at_version(const Parameter& parameter, std::size_t index);
std::size_t version_count(const Parameter& parameter);
// Its labels alone.
std::optional<std::vector<std::string>> labels_at(const Parameter& parameter, std::size_t index);

}  // namespace ssmb::engine::restore
