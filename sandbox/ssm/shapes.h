// Parameter Store's output shapes as JSON, on wiping storage.
#pragma once

#include <boost/json/object.hpp>

#include "sandbox/json_protocol.h"
#include "sandbox/ssm/store.h"

namespace ssmb::sandbox::ssm {

// An empty object whose memory is wiped; every answer starts as one.
boost::json::object wiped_object();

enum class Decryption { no, yes };

// Name, Type, Value, Version, Selector, LastModifiedDate, ARN, DataType. A SecureString without
// decryption shows a ciphertext that depends on name, version and value.
boost::json::object value_shape(const Store& store, const Record& record, const Version& version,
                                std::string_view selector, Decryption decryption);
// DescribeParameters' ParameterMetadata.
boost::json::object metadata_shape(const Store& store, const Record& record);
// GetParameterHistory's: metadata without ARN, with Value and Labels.
boost::json::object history_shape(const Record& record, const Version& version,
                                  Decryption decryption);

double epoch_seconds(Time time);

// What the caller's own policies say against a use of this parameter's key: the refusal's words.
std::optional<std::string> kms_refusal(World& world, const RequestContext& context,
                                       std::string action, const std::string& name,
                                       const std::string& key_id);

// "The ciphertext refers to a customer master key ...": fails the whole call.
std::optional<ServiceError> check_decryption(World& world, const RequestContext& context,
                                             const Record& record, const Version& version,
                                             Decryption decryption);

}  // namespace ssmb::sandbox::ssm
