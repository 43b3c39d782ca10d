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

Served answer(const HttpServer::Handler& handler, WireRequest&& wire, Arrival arrival) {
  auto request = from_wire(std::move(wire), arrival);
  if (!request) return {.response = plain(400, "the target is neither a path nor a URL\n")};
  try {
    return handler(*std::move(request), arrival);
  } catch (const std::exception&) {
    // A defect of ours, or memory at its end: this request fails, the others go on.
    return {.response = plain(500, "the sandbox failed\n")};
  }
}

// The client learns that something is wrong before it has read what was sent.
template <class Stream>
void break_connection(Stream& stream) {
  auto& socket = beast::get_lowest_layer(stream).socket();
  beast::error_code ignored;  // broken is what it shall be
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

// Until the client gives up, or the server ends.
template <class Stream>
Task<void> wait_for_end(Stream& stream) {
  std::vector<char, WipingAllocator<char>> scratch(1U << 10);
  beast::error_code error;
  while (!error) co_await stream.async_read_some(asio::buffer(scratch), into(error));
}

// Headers with the whole length, then the first `bytes` of the body, spread over `stretch`.
template <class Stream>
Task<beast::error_code> send_in_pieces(Stream& stream, const Service& service,
                                       WireResponse response, std::size_t bytes, Duration stretch) {
  constexpr std::size_t kPieces = 8;
  beast::error_code error;
  http::response_serializer<SecretBody> serializer(response);
  co_await http::async_write_header(stream, serializer, into(error));
  const std::string_view body = response.body().view().substr(0, bytes);
  for (std::size_t i = 0; i < kPieces && !error; ++i) {
    const auto slept = co_await service.runtime.sleep(stretch / kPieces, {.stop = service.stopped});
    if (!slept) co_return http::error::end_of_stream;
    const std::size_t begin = body.size() * i / kPieces;
    const std::size_t end = body.size() * (i + 1) / kPieces;
    co_await asio::async_write(stream, asio::buffer(body.substr(begin, end - begin)), into(error));
  }
  if (!error && (bytes < response.body().size() || response.need_eof()))
    error = http::error::end_of_stream;
  co_return error;
}

// An error ends the session.
template <class Stream>
Task<beast::error_code> deliver(Stream& stream, const Service& service, Served served,
                                Framing framing) {
  const Delivery delivery = served.delivery;
  if (delivery.kind == Delivery::Kind::reset) {
    break_connection(stream);
    co_return http::error::end_of_stream;
  }
  if (delivery.kind == Delivery::Kind::never) {
    co_await wait_for_end(stream);
    co_return http::error::end_of_stream;
  }
  if (delivery.delay > Duration{0}) {
    const auto slept = co_await service.runtime.sleep(delivery.delay, {.stop = service.stopped});
    if (!slept) co_return http::error::end_of_stream;
  }
  WireResponse response = to_wire(std::move(served.response), framing);
  const bool cut = delivery.kind == Delivery::Kind::cut;
  if (!cut && delivery.stretch == Duration{0}) co_return co_await send(stream, std::move(response));
  const std::size_t bytes = cut ? delivery.bytes : response.body().size();
  co_return co_await send_in_pieces(stream, service, std::move(response), bytes, delivery.stretch);
}

template <class Stream>
Task<void> converse(Stream& stream, const Service& service, Arrival arrival) {
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
    Served served = answer(service.handler, std::move(wire), arrival);
    error = co_await deliver(stream, service, std::move(served), framing);
    if (error) co_return;
  }
}

}  // namespace

Task<void> serve_cleartext(beast::tcp_stream& socket, const Service& service) {
  co_await converse(socket, service, {.channel = Arrival::Channel::cleartext});
}

Task<void> serve_tls(beast::tcp_stream& socket, asio::ssl::context& tls, const Service& service) {
  beast::ssl_stream<beast::tcp_stream&> stream(socket, tls);
  beast::error_code error;
  co_await stream.async_handshake(asio::ssl::stream_base::server, into(error));
  if (error) co_return;
  co_await converse(stream, service, {.channel = Arrival::Channel::tls});
  // The client may be gone already: then there is nobody left to tell.
  co_await stream.async_shutdown(into(error));
}

}  // namespace ssmb::sandbox
