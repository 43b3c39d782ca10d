// Keep-alive connections to one endpoint, over one aws_http_connection_manager.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "aws/http/proxy.h"
#include "base/time.h"

struct aws_client_bootstrap;
struct aws_http_connection;
struct aws_http_connection_manager;
struct aws_tls_ctx;

namespace ssmb::aws {

struct PoolOptions {
  Endpoint endpoint;
  std::size_t max_connections = 0;
  Duration connect_timeout{};
  Duration max_idle{};
  const Proxy* proxy = nullptr;  // nullptr: direct
  aws_client_bootstrap* bootstrap = nullptr;
  aws_tls_ctx* tls = nullptr;        // for https
  aws_tls_ctx* proxy_tls = nullptr;  // for a proxy that is spoken to over https
};

class ConnectionPool;

// A connection on loan; back to its pool when destroyed, which keeps it if it is still good.
class Lease {
 public:
  Lease() = default;
  Lease(aws_http_connection_manager* manager, aws_http_connection* connection)
      : manager_(manager), connection_(connection) {}
  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease();

  aws_http_connection* connection() const { return connection_; }

 private:
  aws_http_connection_manager* manager_ = nullptr;  // lives while a connection of it is lent
  aws_http_connection* connection_ = nullptr;
};

class ConnectionPool : public std::enable_shared_from_this<ConnectionPool> {
 public:
  using Done = std::move_only_function<void(Result<Lease>)>;

  // Errors: configuration.
  static Result<std::shared_ptr<ConnectionPool>> open(const PoolOptions& options);

  // Hands a connection, or the reason why there is none, to `done`, once: perhaps inside this
  // call, perhaps on the runtime's thread, and not before there is a free one. Not after close().
  void acquire(Done done);
  // Nothing is lent any more; what is on loan comes back later. Once.
  void close();

  const std::string& url() const { return url_; }

 private:
  struct Ticket;
  struct Callbacks;

  explicit ConnectionPool(std::string url) : url_(std::move(url)) {}
  void fail_waiting(const Error& error);

  std::string url_;
  aws_http_connection_manager* manager_ = nullptr;
  std::mutex mutex_;
  std::list<Done> waiting_;  // an emptied one has been called already
};

}  // namespace ssmb::aws
