#include "aws/ssm/decode.h"

namespace ssmb::aws::ssm {
namespace {

using enum Presence;

Metadata read_metadata(JsonFields& in) {
  Metadata metadata{.name = ParameterName(in.text("Name", required)),
                    .arn = Arn(in.text("ARN")),
                    .type = in.text("Type", required),
                    .key_id = KmsKeyId(in.text("KeyId")),
                    .last_modified_date = in.time("LastModifiedDate"),
                    .last_modified_user = in.text("LastModifiedUser"),
                    .description = in.text("Description"),
                    .allowed_pattern = in.text("AllowedPattern"),
                    .version = in.integer("Version", required),
                    .tier = in.text("Tier"),
                    .policies = {},
                    .data_type = in.text("DataType")};
  in.each("Policies", optional, [&](JsonFields& policy) {
    metadata.policies.push_back({.text = policy.text("PolicyText"),
                                 .type = policy.text("PolicyType"),
                                 .status = policy.text("PolicyStatus")});
  });
  return metadata;
}

}  // namespace

Value read_value(JsonFields& in) {
  return {.name = ParameterName(in.text("Name", required)),
          .type = in.text("Type", required),
          .value = in.secret("Value", required),
          .version = in.integer("Version", required),
          .selector = in.text("Selector"),
          .source_result = in.text("SourceResult"),
          .last_modified_date = in.time("LastModifiedDate"),
          .arn = Arn(in.text("ARN")),
          .data_type = in.text("DataType")};
}

// An answer without the list is no empty page: a missing list ends a listing in silence.

MetadataPage read_metadata_page(JsonFields& in) {
  MetadataPage page;
  in.each("Parameters", required,
          [&](JsonFields& item) { page.parameters.push_back(read_metadata(item)); });
  page.next_token = in.text("NextToken");
  return page;
}

ValueBatch read_value_batch(JsonFields& in) {
  ValueBatch batch;
  in.each("Parameters", required,
          [&](JsonFields& item) { batch.parameters.push_back(read_value(item)); });
  batch.invalid_names = in.texts("InvalidParameters");
  return batch;
}

ValuePage read_value_page(JsonFields& in) {
  ValuePage page;
  in.each("Parameters", required,
          [&](JsonFields& item) { page.parameters.push_back(read_value(item)); });
  page.next_token = in.text("NextToken");
  return page;
}

HistoryPage read_history_page(JsonFields& in) {
  HistoryPage page;
  in.each("Parameters", required, [&](JsonFields& item) {
    page.entries.push_back({.metadata = read_metadata(item),
                            .value = item.secret("Value", required),
                            .labels = item.texts("Labels")});
  });
  page.next_token = in.text("NextToken");
  return page;
}

}  // namespace ssmb::aws::ssm
