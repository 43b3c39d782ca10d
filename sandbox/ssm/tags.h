// Tags of a record, and the index that the tagging API reads.
#pragma once

#include <vector>

#include "aws/ssm/types.h"
#include "sandbox/json_input.h"
#include "sandbox/ssm/store.h"

namespace ssmb::sandbox::ssm {

// The member Tags: a list of Key and Value.
std::vector<aws::ssm::Tag> read_tags(JsonInput& reader);
tagging::Tags to_map(const std::vector<aws::ssm::Tag>& tags);

// The only way to change a record's tags: tells the index too.
void set_tags(Store& store, Record& record, tagging::Tags tags, Time when);

}  // namespace ssmb::sandbox::ssm
