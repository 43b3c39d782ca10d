#include "sandbox/http/session.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <vector>

#include "base/text.h"
#include "sandbox/http/convert.h"

namespace ssmb::sandbox {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

using Buffer = beast::basic_flat_buffer<WipingAllocator<char>>;
using Parser = http::request_parser<SecretBody>;

constexpr std::uint32_t kMostHeader = 64U << 10;

// The one way to await here: errors are values, nothing throws.
auto into(beast::error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

aws::HttpResponse plain(int status, std::string_view text) {
  aws::HttpResponse response;
  response.status = status;
  response.headers.set("Content-Type", "text/plain");
  response.body = SecretBytes(text);
  return response;
}

template <class Stream>
Task<beast::error_code> send(Stream& stream, WireResponse response) {
  beast::error_code error;
  co_await http::async_write(stream, response, into(error));
  if (!error && response.need_eof()) error = http::error::end_of_stream;
  co_return error;
}

// "Expect: 100-continue": the client sends its body once we say so.
template <class Stream>
Task<beast::error_code> send_continue(Stream& stream) {
  http::response<http::empty_body> response(http::status::continue_, 11);
  beast::error_code error;
  co_await http::async_write(stream, response, into(error));
  co_return error;
}

// Closing a socket with unread bytes in it would take the answer back (a TCP reset): read on for
// a while, until the client has seen the end.
template <class Stream>
Task<void> drain(Stream& stream) {
  constexpr std::size_t kEnough = std::size_t{1} << 20;
  auto& socket = beast::get_lowest_layer(stream).socket();
  beast::error_code error;
  socket.shutdown(asio::socket_base::shutdown_send, error);
  std::vector<char, WipingAllocator<char>> scratch(16U << 10);
  for (std::size_t seen = 0; !error && seen < kEnough;)
    seen += co_await socket.async_read_some(asio::buffer(scratch), into(error));
}

// Bytes that are no HTTP are answered 400, bodies that are too large 413; a connection that ended
// is only closed.
template <class Stream>
Task<void> refuse_bytes(Stream& stream, beast::error_code error) {
  const bool http_error = error.category() == make_error_code(http::error::bad_method).category();
  if (!http_error || error == http::error::end_of_stream || error == http::error::partial_message)
    co_return;
  const bool large = error == http::error::body_limit;
  auto answer = large ? plain(413, "the body is too large\n") : plain(400, "this is no HTTP\n");
  error = co_await send(stream, to_wire(std::move(answer), {.keep_alive = false}));
  if (error == http::error::end_of_stream) co_await drain(stream);
}

template <class Stream>
Task<beast::error_code> read_request(Stream& stream, Buffer& buffer, Parser& parser) {
  parser.header_limit(kMostHeader);
  parser.body_limit(HttpServer::kMostBody);
  beast::error_code error;
  co_await http::async_read_header(stream, buffer, parser, into(error));
  if (error) co_return error;
  if (equal_ignoring_case(parser.get()[http::field::expect], "100-continue")) {
    error = co_await send_continue(stream);
    if (error) co_return error;
  }
  co_await http::async_read(stream, buffer, parser, into(error));
  co_return error;
}

aws::HttpResponse answer(const HttpServer::Handler& handler, WireRequest&& wire, Arrival arrival) {
  auto request = from_wire(std::move(wire), arrival);
  if (!request) return plain(400, "the target is neither a path nor a URL\n");
  try {
    return handler(*std::move(request), arrival);
  } catch (const std::exception&) {
    // A defect of ours, or memory at its end: this request fails, the others go on.
    return plain(500, "the sandbox failed\n");
  }
}

template <class Stream>
Task<void> converse(Stream& stream, const HttpServer::Handler& handler, Arrival arrival) {
  Buffer buffer;
  for (;;) {
    Parser parser;
    beast::error_code error = co_await read_request(stream, buffer, parser);
    if (error) {
      co_await refuse_bytes(stream, error);
      co_return;
    }
    WireRequest wire = parser.release();
    const Framing framing{.version = wire.version(),
                          .keep_alive = wire.keep_alive(),
                          .head = wire.method() == http::verb::head};
    WireResponse response = to_wire(answer(handler, std::move(wire), arrival), framing);
    error = co_await send(stream, std::move(response));
    if (error) co_return;
  }
}

}  // namespace

Task<void> serve_cleartext(beast::tcp_stream& socket, const HttpServer::Handler& handler) {
  co_await converse(socket, handler, {.channel = Arrival::Channel::cleartext});
}

Task<void> serve_tls(beast::tcp_stream& socket, asio::ssl::context& tls,
                     const HttpServer::Handler& handler) {
  beast::ssl_stream<beast::tcp_stream&> stream(socket, tls);
  beast::error_code error;
  co_await stream.async_handshake(asio::ssl::stream_base::server, into(error));
  if (error) co_return;
  co_await converse(stream, handler, {.channel = Arrival::Channel::tls});
  // The client may be gone already: then there is nobody left to tell.
  co_await stream.async_shutdown(into(error));
}

}  // namespace ssmb::sandbox
