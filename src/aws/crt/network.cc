#include "aws/crt/network.h"

#include <aws/auth/auth.h>
#include <aws/common/thread.h>
#include <aws/io/channel_bootstrap.h>
#include <aws/io/event_loop.h>
#include <aws/io/host_resolver.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "aws/crt/allocator.h"
#include "aws/crt/handle.h"
#include "base/secret.h"

namespace ssmb::aws::crt {
namespace {

// s2n's start reads the system's CA bundle into a default configuration that nobody uses (25 ms
// with OpenSSL 3.0). OpenSSL looks where these variables say, so for that moment they say nowhere.
// The trust store of our own connections is read later, with the variables in place.
// NOLINTBEGIN(concurrency-mt-unsafe): the runtime has no threads yet, and ours read no environment
class WithoutSystemCertificates {
 public:
  WithoutSystemCertificates() {
    for (auto& [name, value, nowhere] : variables_) {
      if (const char* set = std::getenv(name)) value = set;
      setenv(name, nowhere, 1);
    }
  }
  ~WithoutSystemCertificates() {
    for (auto& [name, value, nowhere] : variables_) {
      if (value)
        setenv(name, value->c_str(), 1);
      else
        unsetenv(name);
    }
  }
  WithoutSystemCertificates(const WithoutSystemCertificates&) = delete;
  WithoutSystemCertificates& operator=(const WithoutSystemCertificates&) = delete;

 private:
  struct Variable {
    const char* name;
    std::optional<std::string> value;
    const char* nowhere;
  };
  std::array<Variable, 2> variables_{Variable{"SSL_CERT_FILE", std::nullopt, "/dev/null"},
                                     Variable{"SSL_CERT_DIR", std::nullopt, "/nonexistent"}};
};

// NOLINTEND(concurrency-mt-unsafe)

// The end of an event loop group, which comes on a thread of the runtime, and may come late: a
// connection whose TLS negotiation failed lingers for up to 30 seconds.
class LoopsEnd {
 public:
  // Hands the runtime a reference of its own.
  static aws_shutdown_callback_options callback(const std::shared_ptr<LoopsEnd>& end) {
    return {.shutdown_callback_fn = on_end,
            .shutdown_callback_user_data = new std::shared_ptr<LoopsEnd>(end)};
  }

  // False when it has not come within `limit`.
  bool wait(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, limit, [this] { return ended_; })) return true;
    awaited_in_vain_ = true;
    ++lingering_;
    return false;
  }
  // Networks that have been given up and still run.
  static int lingering() { return lingering_; }

 private:
  static void on_end(void* user_data) {
    wipe_leftovers_at_thread_end();
    const std::unique_ptr<std::shared_ptr<LoopsEnd>> self(
        static_cast<std::shared_ptr<LoopsEnd>*>(user_data));
    LoopsEnd& end = **self;
    const std::scoped_lock lock(end.mutex_);
    end.ended_ = true;
    if (end.awaited_in_vain_) --lingering_;
    end.changed_.notify_all();
  }

  static inline std::atomic<int> lingering_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  bool awaited_in_vain_ = false;
};

// A thread begins with what its maker's registers held, so this one has it on its stack, too.
int resolve(aws_allocator* allocator, const aws_string* host, aws_array_list* addresses,
            void* user_data) {
  wipe_leftovers_at_thread_end();
  return aws_default_dns_resolve(allocator, host, addresses, user_data);
}

class RealNetwork final : public Network {
 public:
  RealNetwork() {
    start_libraries();
    aws_allocator* const allocator = wiping_allocator();
    const aws_shutdown_callback_options on_end = LoopsEnd::callback(end_);
    aws_event_loop_group_options loop_options{};
    loop_options.loop_count = 1;
    loop_options.shutdown_options = &on_end;
    loops_.reset(aws_event_loop_group_new(allocator, &loop_options));
    const aws_host_resolver_default_options resolver_options{.max_entries = 64,
                                                             .el_group = loops_.get(),
                                                             .shutdown_options = nullptr,
                                                             .system_clock_override_fn = nullptr};
    resolver_.reset(aws_host_resolver_new_default(allocator, &resolver_options));
    aws_host_resolution_config resolution = aws_host_resolver_init_default_resolution_config();
    resolution.impl = resolve;
    aws_client_bootstrap_options options{};
    options.host_resolution_config = &resolution;
    options.event_loop_group = loops_.get();
    options.host_resolver = resolver_.get();
    bootstrap_.reset(aws_client_bootstrap_new(allocator, &options));
  }
  ~RealNetwork() override {
    bootstrap_.reset();
    resolver_.reset();
    loops_.reset();
    // Joining waits for every thread of the runtime, those of a network given up included.
    if (end_->wait(std::chrono::seconds{1}) && LoopsEnd::lingering() == 0)
      aws_thread_join_all_managed();
  }
  RealNetwork(const RealNetwork&) = delete;
  RealNetwork& operator=(const RealNetwork&) = delete;

  aws_client_bootstrap* bootstrap() override { return bootstrap_.get(); }

 private:
  std::shared_ptr<LoopsEnd> end_ = std::make_shared<LoopsEnd>();
  Handle<aws_event_loop_group, aws_event_loop_group_release> loops_;
  Handle<aws_host_resolver, aws_host_resolver_release> resolver_;
  Handle<aws_client_bootstrap, aws_client_bootstrap_release> bootstrap_;
};

// Guards the making of the network and its end: joining waits for every thread of the runtime, so
// a new network must not start meanwhile.
std::mutex& network_mutex() {
  static std::mutex mutex;
  return mutex;
}

}  // namespace

void start_libraries() {
  static std::once_flag once;
  std::call_once(once, [] {
    const WithoutSystemCertificates quick;
    aws_auth_library_init(wiping_allocator());
    constexpr std::uint64_t kJoinLimit = 1'000'000'000;  // ns
    aws_thread_set_managed_join_timeout_ns(kJoinLimit);
  });
}

std::shared_ptr<Network> shared_network() {
  static std::weak_ptr<Network> current;
  const std::scoped_lock lock(network_mutex());
  if (auto network = current.lock()) return network;
  auto end = [](Network* network) {
    const std::scoped_lock ending(network_mutex());
    delete network;
  };
  std::shared_ptr<Network> network(new RealNetwork, end);
  current = network;
  return network;
}

}  // namespace ssmb::aws::crt
