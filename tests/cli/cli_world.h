// A command run inside the test: virtual time, a transport, strings for the streams.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "cli/run_command.h"
#include "runtime/virtual_runtime.h"

namespace ssmb::cli {

struct CliWorld {
  CliWorld(VirtualRuntime& virtual_runtime, aws::Transport& transport)
      : runtime(virtual_runtime),
        environment{.variables = {{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
                                  {"AWS_SECRET_ACCESS_KEY", "secret"},
                                  {"AWS_EC2_METADATA_DISABLED", "true"},
                                  {"AWS_REGION", "ap-northeast-1"}},
                    .runtime = runtime,
                    .transport = transport,
                    .out = out,
                    .err = err,
                    .interrupt = interrupt} {}

  // The exit code; -1 when the command never ends. The streams begin anew.
  int run(std::vector<std::string> words) {
    out.str("");
    err.str("");
    return runtime.run(run_command(std::move(words), environment)).value_or(-1);
  }

  VirtualRuntime& runtime;
  std::ostringstream out;
  std::ostringstream err;
  Interrupt interrupt;
  Environment environment;
};

// A transport for commands that must not use one.
struct NoTransport final : aws::Transport {
  ResultTask<aws::HttpResponse> send(aws::HttpRequest, CallScope) override {
    ++calls;
    co_return fail(ErrorKind::unreachable, "no network in this test");
  }
  int calls = 0;
};

}  // namespace ssmb::cli
