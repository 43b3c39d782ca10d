// aws::Transport straight into the sandbox's handlers: no sockets, no signature needed (but checked
// if the world verifies), in virtual or real time.
#pragma once

#include <string>
#include <vector>

#include "aws/http/transport.h"
#include "runtime/runtime.h"
#include "sandbox/world.h"

namespace ssmb::sandbox {

// One request, as a determinism test compares it.
struct TraceEntry {
  Time at;
  Region region;
  std::string operation;  // "ssm:GetParameters"
  std::string key;        // a short digest of method, path, query and body: never a value
  bool operator==(const TraceEntry&) const = default;
};

struct Latency {
  Duration least = std::chrono::milliseconds{2};
  Duration most = std::chrono::milliseconds{12};
};

// Each request takes a time drawn from Runtime::random(), half of it before the handler runs and
// half after: another seed gives another order. A fault that breaks the connection is an error of
// kind transient, as over the network; one that answers nothing lasts until the scope ends. A scope
// that ends on the way there means the request had no effect; on the way back, that its answer was
// lost (timeout, cancelled).
class InProcessTransport final : public aws::Transport {
 public:
  InProcessTransport(Runtime& runtime, World& world, Latency latency = {})
      : runtime_(runtime), world_(world), latency_(latency) {}

  ResultTask<aws::HttpResponse> send(aws::HttpRequest request, CallScope scope) override;

  // In the order in which the handlers ran.
  const std::vector<TraceEntry>& trace() const { return trace_; }

 private:
  Runtime& runtime_;
  World& world_;
  Latency latency_;
  std::vector<TraceEntry> trace_;
};

}  // namespace ssmb::sandbox
