// STS's AssumeRole and AssumeRoleWithWebIdentity.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
#pragma once

#include <expected>
#include <map>
#include <string>

#include "sandbox/context.h"
#include "sandbox/world.h"

namespace ssmb::sandbox::sts {

using Form = std::map<std::string, std::string>;
using XmlAnswer = std::expected<std::string, ServiceError>;  // what stands inside <...Result>

XmlAnswer assume_role(World& world, const RequestContext& context, const Form& form);
// Any token is good: what it says is not read.
XmlAnswer assume_role_with_web_identity(World& world, const RequestContext& context,
                                        const Form& form);

}  // namespace ssmb::sandbox::sts
