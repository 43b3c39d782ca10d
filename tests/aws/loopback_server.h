// An HTTP server on 127.0.0.1 whose behaviour a test writes down, on a thread of its own.
#pragma once

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <functional>
#include <string>
#include <thread>

#include "aws/http/message.h"
#include "runtime/task.h"

namespace ssmb::aws {

using Socket = boost::asio::ip::tcp::socket;

class LoopbackServer {
 public:
  // Called once for each connection; the connection ends with it. May throw when the peer goes.
  using Serve = std::function<Task<void>(Socket& socket)>;

  explicit LoopbackServer(Serve serve)
      : serve_(std::move(serve)),
        acceptor_(context_, {boost::asio::ip::address_v4::loopback(), 0}) {
    boost::asio::co_spawn(context_, accept(), boost::asio::detached);
    thread_ = std::thread([this] { context_.run(); });
  }
  ~LoopbackServer() {
    context_.stop();
    thread_.join();
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  Endpoint endpoint() const {
    return {.scheme = Endpoint::Scheme::http,
            .host = "127.0.0.1",
            .port = acceptor_.local_endpoint().port()};
  }
  int connections() const { return connections_; }
  int requests() const { return requests_; }

  // One request, head and body, as it came over the wire.
  Task<std::string> read(Socket& socket) {
    std::string text;
    const std::size_t head = co_await boost::asio::async_read_until(
        socket, boost::asio::dynamic_buffer(text), "\r\n\r\n", boost::asio::use_awaitable);
    std::size_t length = 0;
    if (const auto at = text.find("Content-Length: "); at < head)
      std::from_chars(text.data() + at + 16, text.data() + head, length);
    if (text.size() < head + length)
      co_await boost::asio::async_read(socket, boost::asio::dynamic_buffer(text),
                                       boost::asio::transfer_exactly(head + length - text.size()),
                                       boost::asio::use_awaitable);
    ++requests_;
    co_return text;
  }
  static Task<void> write(Socket& socket, std::string text) {
    co_await boost::asio::async_write(socket, boost::asio::buffer(text),
                                      boost::asio::use_awaitable);
  }
  static std::string ok(std::string_view body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
  }

 private:
  Task<void> accept() {
    while (true) {
      Socket socket = co_await acceptor_.async_accept(boost::asio::use_awaitable);
      ++connections_;
      boost::asio::co_spawn(context_, run(std::move(socket)), boost::asio::detached);
    }
  }
  Task<void> run(Socket socket) {
    try {
      co_await serve_(socket);
    } catch (const boost::system::system_error&) {  // NOLINT(bugprone-empty-catch): as it says
      // The client closed: the usual end.
    }
  }

  Serve serve_;
  boost::asio::io_context context_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
  std::atomic<int> connections_ = 0;
  std::atomic<int> requests_ = 0;
  std::thread thread_;
};

}  // namespace ssmb::aws
