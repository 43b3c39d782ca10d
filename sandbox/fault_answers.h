// What a fault makes of an answer.
#pragma once

#include <optional>
#include <string_view>

#include "sandbox/context.h"
#include "sandbox/delivery.h"
#include "sandbox/faults.h"
#include "sandbox/world.h"

namespace ssmb::sandbox {

// For a fault of FaultStage::arrival, which all stand in place of the service.
Served answer_on_arrival(const FaultRule& rule, const RequestContext& context);

// For a fault of FaultStage::service that keeps the request from its handler: the refusal; nullopt
// for one that lets it through.
std::optional<aws::HttpResponse> answer_instead(const FaultRule& rule,
                                                const RequestContext& context);

// What the fault does to the answer of a request that was let through.
Served disturbed(const FaultRule& rule, aws::HttpResponse response);

// Does a rule deny this decryption?
std::optional<ServiceError> denied_decryption(World& world, const RequestContext& context,
                                              std::string_view parameter, const KmsKeyId& key);

}  // namespace ssmb::sandbox
