// Who we are, where the services answer, and by whose clock.
#pragma once

#include "aws/client.h"
#include "aws/http/proxy.h"
#include "engine/doctor/finding.h"

namespace ssmb::engine::doctor {

// Endpoints and proxies that somebody has configured. Asks nobody; no user or password is told.
void tell_endpoints(const aws::Session& session, const aws::ProxySettings& proxies,
                    const Region& region, const Findings& findings);

enum class Standing {
  known,    // STS has said who we are
  unknown,  // it has not answered: others may
  refused,  // no credentials, or none that AWS takes: nothing else can be asked
};
struct Identity {
  Standing standing = Standing::unknown;
  AccountId account;
};
// The credentials, and what STS in `region` makes of them. An error is an interrupt.
ResultTask<Identity> examine_identity(aws::Session& session, Region region,
                                      const Findings& findings, CallScope scope);

// By the Date of an answer (Session::clock_offset).
void tell_clock(const aws::Session& session, const Findings& findings);

}  // namespace ssmb::engine::doctor
