// Parameter Store's answers as the shapes of types.h. Only the client includes this.
#pragma once

#include "aws/json.h"
#include "aws/ssm/types.h"

namespace ssmb::aws::ssm {

MetadataPage read_metadata_page(JsonFields& in);
ValueBatch read_value_batch(JsonFields& in);
ValuePage read_value_page(JsonFields& in);
Value read_value(JsonFields& in);
HistoryPage read_history_page(JsonFields& in);

}  // namespace ssmb::aws::ssm
