// A session against the sandbox in this process: signatures are checked, time is virtual.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "aws/client.h"
#include "runtime/virtual_runtime.h"
#include "sandbox/auth/verifying_authenticator.h"
#include "sandbox/in_process_transport.h"
#include "sandbox/world.h"
#include "tests/aws/harness.h"

namespace ssmb::aws {

inline constexpr std::string_view kSandboxAccount = "111122223333";

inline sandbox::Accounts sandbox_accounts() {
  return sandbox::Accounts::parse(R"(
accounts:
  - id: "111122223333"
    keys:
      - access_key_id: AKIDEXAMPLE
        secret_access_key: wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
        user: backup
    kms_keys:
      - {id: ours, aliases: [alias/app]}
      - {id: closed, aliases: [alias/closed], denies: ["*"]}
)")
      .value();
}

struct SandboxSession {
  SandboxSession() { sandbox::use_accounts(world, sandbox_accounts()); }

  VirtualRuntime runtime{7};
  sandbox::World world{[this] { return runtime.now(); }, 7};
  sandbox::InProcessTransport transport{runtime, world};
  FixedCredentials credentials;
  Session session{runtime, transport, credentials, *Endpoints::from(std::nullopt, {})};

  template <class T>
  Result<T> run(ResultTask<T> task) {
    auto outcome = runtime.run(std::move(task));
    return outcome ? *std::move(outcome) : fail(ErrorKind::internal, "the task never ended");
  }
};

}  // namespace ssmb::aws
