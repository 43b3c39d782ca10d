// One connection: requests in, answers out, until either side closes.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "runtime/task.h"
#include "sandbox/http/server.h"

namespace ssmb::sandbox {

// `socket` and `handler` outlive the task; whoever closes the socket ends it.
Task<void> serve_cleartext(boost::beast::tcp_stream& socket, const HttpServer::Handler& handler);
Task<void> serve_tls(boost::beast::tcp_stream& socket, boost::asio::ssl::context& tls,
                     const HttpServer::Handler& handler);

}  // namespace ssmb::sandbox
