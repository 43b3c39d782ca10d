// One connection: requests in, answers out, until either side closes.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <stop_token>

#include "runtime/task.h"
#include "sandbox/http/server.h"

namespace ssmb::sandbox {

// What every session of a server uses.
struct Service {
  const HttpServer::Handler& handler;
  Runtime& runtime;
  std::stop_token stopped;  // an answer that is held back ends with the server
};

// `socket` and `service` outlive the task; whoever closes the socket ends it.
Task<void> serve_cleartext(boost::beast::tcp_stream& socket, const Service& service);
Task<void> serve_tls(boost::beast::tcp_stream& socket, boost::asio::ssl::context& tls,
                     const Service& service);

}  // namespace ssmb::sandbox
