#include "aws/http/connection_pool.h"

#include <aws/http/connection_manager.h>
#include <aws/http/proxy.h>
#include <aws/io/socket.h>
#include <aws/io/tls_channel_handler.h>
#include <s2n.h>

#include <chrono>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "aws/crt/allocator.h"
#include "aws/crt/error.h"
#include "aws/crt/handle.h"

namespace ssmb::aws {
namespace {

using ProxyStrategy = crt::Handle<aws_http_proxy_strategy, aws_http_proxy_strategy_release>;

std::uint32_t to_milliseconds(Duration duration) {
  return static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

// Owns the strings inside the runtime's options.
class TlsOptions {
 public:
  TlsOptions(aws_tls_ctx* context, const std::string& host, Duration timeout) {
    aws_tls_connection_options_init_from_ctx(&options_, context);
    aws_byte_cursor name = crt::cursor(host);
    aws_tls_connection_options_set_server_name(&options_, crt::wiping_allocator(), &name);
    options_.timeout_ms = to_milliseconds(timeout);
  }
  ~TlsOptions() { aws_tls_connection_options_clean_up(&options_); }
  TlsOptions(const TlsOptions&) = delete;
  TlsOptions& operator=(const TlsOptions&) = delete;

  aws_tls_connection_options* get() { return &options_; }

 private:
  aws_tls_connection_options options_{};
};

// What the runtime is told about a proxy, with all that it points to.
class ProxyOptions {
 public:
  explicit ProxyOptions(const PoolOptions& pool) {
    const Proxy& proxy = *pool.proxy;
    options_.connection_type = pool.tls == nullptr ? AWS_HPCT_HTTP_FORWARD : AWS_HPCT_HTTP_TUNNEL;
    options_.host = crt::cursor(proxy.endpoint.host);
    options_.port = static_cast<std::uint32_t>(proxy.endpoint.port);
    if (!proxy.user.empty()) {
      aws_http_proxy_strategy_basic_auth_options login{};
      login.proxy_connection_type = options_.connection_type;
      login.user_name = crt::cursor(proxy.user);
      login.password = crt::cursor(proxy.password.reveal());
      strategy_.reset(aws_http_proxy_strategy_new_basic_auth(crt::wiping_allocator(), &login));
      options_.proxy_strategy = strategy_.get();
    }
    if (proxy.endpoint.scheme == Endpoint::Scheme::https) {
      tls_.emplace(pool.proxy_tls, proxy.endpoint.host, pool.connect_timeout);
      options_.tls_options = tls_->get();
    }
  }

  const aws_http_proxy_options* get() const { return &options_; }

 private:
  aws_http_proxy_options options_{};
  ProxyStrategy strategy_;
  std::optional<TlsOptions> tls_;
};

aws_socket_options socket_options(Duration connect_timeout) {
  aws_socket_options options{};
  options.type = AWS_SOCKET_STREAM;
  options.domain = AWS_SOCKET_IPV4;  // for names the runtime takes what they resolve to
  options.connect_timeout_ms = to_milliseconds(connect_timeout);
  options.tcp_nodelay = AWS_SOCKET_TCP_NODELAY_ON;
  return options;
}

}  // namespace

Lease::Lease(Lease&& other) noexcept
    : manager_(std::exchange(other.manager_, nullptr)),
      connection_(std::exchange(other.connection_, nullptr)) {}

Lease& Lease::operator=(Lease&& other) noexcept {
  std::swap(manager_, other.manager_);
  std::swap(connection_, other.connection_);
  return *this;
}

Lease::~Lease() {
  if (connection_ != nullptr) aws_http_connection_manager_release_connection(manager_, connection_);
}

// What the runtime carries for one call of acquire().
struct ConnectionPool::Ticket {
  std::shared_ptr<ConnectionPool> pool;
  std::list<Done>::iterator place;
};

// The runtime calls these, mostly on its own thread.
struct ConnectionPool::Callbacks {
  static void on_connection(aws_http_connection* connection, int code, void* user_data) {
    const std::unique_ptr<Ticket> ticket(static_cast<Ticket*>(user_data));
    ConnectionPool& pool = *ticket->pool;
    Done done;
    {
      const std::scoped_lock lock(pool.mutex_);
      done = std::move(*ticket->place);
      pool.waiting_.erase(ticket->place);
    }
    Lease lease(pool.manager_, connection);  // goes straight back if nobody waits any more
    if (!done) return;
    if (code == AWS_ERROR_SUCCESS)
      done(std::move(lease));
    else
      done(fail(crt::to_error(code, crt::Phase::connect, pool.url_)));
  }

  // After a failed negotiation s2n holds the connection back for 10 to 30 seconds, against those
  // who would time it, and only then does on_connection hear of it. Nobody here waits that long.
  static void on_negotiation(aws_channel_handler* /*handler*/, aws_channel_slot* /*slot*/, int code,
                             void* user_data) {
    if (code == AWS_ERROR_SUCCESS) return;
    ConnectionPool& pool = **static_cast<std::shared_ptr<ConnectionPool>*>(user_data);
    // Still that of the negotiation: this is called right behind it, on its thread.
    const char* name = s2n_strerror_name(*s2n_errno_location());
    pool.fail_waiting(crt::tls_refusal(name == nullptr ? "" : name, pool.url_));
  }

  static void on_shutdown(void* user_data) {
    delete static_cast<std::shared_ptr<ConnectionPool>*>(user_data);
  }
};

Result<std::shared_ptr<ConnectionPool>> ConnectionPool::open(const PoolOptions& options) {
  std::shared_ptr<ConnectionPool> pool(new ConnectionPool(options.endpoint.url()));
  auto self = std::make_unique<std::shared_ptr<ConnectionPool>>(pool);
  const aws_socket_options socket = socket_options(options.connect_timeout);
  std::optional<TlsOptions> tls;
  std::optional<ProxyOptions> proxy;

  aws_http_connection_manager_options manager{};
  manager.bootstrap = options.bootstrap;
  manager.initial_window_size = SIZE_MAX;
  manager.socket_options = &socket;
  manager.host = crt::cursor(options.endpoint.host);
  manager.port = static_cast<std::uint32_t>(options.endpoint.port);
  manager.max_connections = options.max_connections;
  manager.max_connection_idle_in_milliseconds = to_milliseconds(options.max_idle);
  manager.shutdown_complete_callback = Callbacks::on_shutdown;
  manager.shutdown_complete_user_data = self.get();
  if (options.tls != nullptr) {
    tls.emplace(options.tls, options.endpoint.host, options.connect_timeout);
    aws_tls_connection_options_set_callbacks(tls->get(), Callbacks::on_negotiation, nullptr,
                                             nullptr, self.get());
    manager.tls_connection_options = tls->get();
  }
  if (options.proxy != nullptr) {
    proxy.emplace(options);
    manager.proxy_options = proxy->get();
  }
  pool->manager_ = aws_http_connection_manager_new(crt::wiping_allocator(), &manager);
  if (pool->manager_ == nullptr)
    return fail(crt::to_error(aws_last_error(), crt::Phase::connect, pool->url_));
  [[maybe_unused]] const auto* kept = self.release();  // on_shutdown's
  return pool;
}

void ConnectionPool::acquire(Done done) {
  auto ticket = std::make_unique<Ticket>();
  ticket->pool = shared_from_this();
  {
    const std::scoped_lock lock(mutex_);
    ticket->place = waiting_.insert(waiting_.end(), std::move(done));
  }
  aws_http_connection_manager_acquire_connection(manager_, Callbacks::on_connection,
                                                 ticket.release());
}

void ConnectionPool::fail_waiting(const Error& error) {
  std::vector<Done> all;
  {
    const std::scoped_lock lock(mutex_);
    for (Done& done : waiting_) {
      if (done) all.push_back(std::exchange(done, nullptr));
    }
  }
  for (Done& done : all) done(fail(error));
}

void ConnectionPool::close() { aws_http_connection_manager_release(manager_); }

}  // namespace ssmb::aws
