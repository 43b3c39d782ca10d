#include "aws/http/exchange.h"

#include <aws/http/connection.h>
#include <aws/http/request_response.h>
#include <aws/io/stream.h>
#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "aws/crt/allocator.h"
#include "aws/crt/error.h"
#include "aws/crt/message.h"
#include "aws/http/transport.h"
#include "base/secret.h"
#include "base/try.h"

namespace ssmb::aws {
namespace {

// Room for the body at once, if its length is told and believable.
void reserve_body(HttpResponse& response) {
  const std::string_view text = response.headers.get("Content-Length");
  std::size_t length = 0;
  std::from_chars(text.data(), text.data() + text.size(), length);
  if (length <= Transport::kMaxResponseBytes) response.body.reserve(length);
}

// Does the response tell where its body ends? The runtime takes a body that only the connection's
// end would close for an empty one.
bool is_framed(std::string_view method, const HttpResponse& response) {
  const bool bodyless =
      method == "HEAD" || response.status < 200 || response.status == 204 || response.status == 304;
  return bodyless || response.headers.find("Content-Length") ||
         response.headers.find("Transfer-Encoding");
}

}  // namespace

// On the runtime's thread. `user_data` is a shared_ptr of its own, which the stream holds.
struct Exchange::Callbacks {
  static Exchange& self(void* user_data) {
    return **static_cast<std::shared_ptr<Exchange>*>(user_data);
  }

  static int on_headers(aws_http_stream* /*stream*/, aws_http_header_block block,
                        const aws_http_header* headers, std::size_t count, void* user_data) {
    wipe_leftovers_at_thread_end();  // requests and answers pass over its stack
    if (block != AWS_HTTP_HEADER_BLOCK_MAIN) return AWS_OP_SUCCESS;
    for (std::size_t i = 0; i < count; ++i)
      self(user_data).response_.headers.add(std::string(crt::view(headers[i].name)),
                                            std::string(crt::view(headers[i].value)));
    return AWS_OP_SUCCESS;
  }

  static int on_headers_done(aws_http_stream* stream, aws_http_header_block block,
                             void* user_data) {
    if (block != AWS_HTTP_HEADER_BLOCK_MAIN) return AWS_OP_SUCCESS;
    HttpResponse& response = self(user_data).response_;
    aws_http_stream_get_incoming_response_status(stream, &response.status);
    if (!is_framed(self(user_data).request_.method, response))
      self(user_data).refused_ =
          Error{.kind = ErrorKind::transient,
                .what = self(user_data).url_ + " answered without telling the body's length",
                .fault = {},
                .next = {}};
    if (self(user_data).request_.method != "HEAD") reserve_body(response);
    return AWS_OP_SUCCESS;
  }

  static int on_body(aws_http_stream* /*stream*/, const aws_byte_cursor* data, void* user_data) {
    Exchange& exchange = self(user_data);
    SecretBytes& body = exchange.response_.body;
    if (data->len > Transport::kMaxResponseBytes - body.size()) {
      exchange.refused_ =
          Error{.kind = ErrorKind::corrupt,
                .what = fmt::format("{} answered with more than {} MiB", exchange.url_,
                                    Transport::kMaxResponseBytes >> 20),
                .fault = {},
                .next = {}};
      return aws_raise_error(AWS_ERROR_HTTP_CALLBACK_FAILURE);
    }
    body.append(crt::view(*data));
    return AWS_OP_SUCCESS;
  }

  static void on_complete(aws_http_stream* stream, int code, void* user_data) {
    Exchange& exchange = self(user_data);
    const std::shared_ptr<Exchange> alive = exchange.shared_from_this();
    Lease lease;
    {
      const std::scoped_lock lock(exchange.mutex_);
      lease = std::move(exchange.lease_);
    }
    aws_http_stream_release(stream);
    {
      const Lease back = std::move(lease);
    }
    if (exchange.refused_)
      exchange.settle(std::move(exchange.refused_));
    else if (code != AWS_ERROR_SUCCESS)
      exchange.settle(crt::to_error(code, crt::Phase::exchange, exchange.url_));
    else
      exchange.settle(std::nullopt);
  }

  static void on_destroy(void* user_data) {
    delete static_cast<std::shared_ptr<Exchange>*>(user_data);
  }
};

void Exchange::start(ConnectionPool& pool, Resume<bool> resume) {
  bool abandoned = false;
  {
    const std::scoped_lock lock(mutex_);
    abandoned = settled_;
    if (!abandoned) resume_.emplace(resume);
  }
  if (abandoned) {
    resume(true);
    return;
  }
  url_ = pool.url();
  if (auto prepared = prepare(); !prepared) {
    settle(std::move(prepared).error());
    return;
  }
  pool.acquire([self = shared_from_this()](Result<Lease> lease) {
    if (lease)
      self->send(std::move(*lease));
    else
      self->settle(std::move(lease).error());
  });
}

Result<void> Exchange::prepare() {
  SSMB_TRY(message, crt::to_message(request_));
  message_ = std::move(message);
  if (!request_.headers.find("Host"))
    SSMB_TRY_VOID(crt::add_header(message_.get(), "Host", request_.endpoint.authority()));
  const bool carries = request_.method == "POST" || request_.method == "PUT";
  if (!carries && request_.body.empty()) return {};
  if (!request_.headers.find("Content-Length"))
    SSMB_TRY_VOID(
        crt::add_header(message_.get(), "Content-Length", std::to_string(request_.body.size())));
  if (request_.body.empty()) return {};
  const aws_byte_cursor bytes = crt::cursor(request_.body.view());
  body_.reset(aws_input_stream_new_from_cursor(crt::wiping_allocator(), &bytes));
  aws_http_message_set_body_stream(message_.get(), body_.get());
  return {};
}

void Exchange::send(Lease lease) {
  auto self = std::make_unique<std::shared_ptr<Exchange>>(shared_from_this());
  aws_http_make_request_options options{};
  options.self_size = sizeof options;
  options.request = message_.get();
  options.user_data = self.get();
  options.on_response_headers = Callbacks::on_headers;
  options.on_response_header_block_done = Callbacks::on_headers_done;
  options.on_response_body = Callbacks::on_body;
  options.on_complete = Callbacks::on_complete;
  options.on_destroy = Callbacks::on_destroy;
  aws_http_stream* stream = aws_http_connection_make_request(lease.connection(), &options);
  if (stream == nullptr) {
    // Nothing has been sent: a pooled connection that the server has closed is no connection.
    settle(crt::to_error(aws_last_error(), crt::Phase::connect, url_));
    return;
  }
  [[maybe_unused]] const auto* kept = self.release();  // on_destroy's
  bool abandoned = false;
  {
    const std::scoped_lock lock(mutex_);
    abandoned = settled_;
    if (!abandoned) lease_ = std::move(lease);
  }
  if (abandoned) {  // never sent
    aws_http_stream_release(stream);
    return;
  }
  if (aws_http_stream_activate(stream) == AWS_OP_SUCCESS) return;
  const int code = aws_last_error();
  Lease back;
  {
    const std::scoped_lock lock(mutex_);
    back = std::move(lease_);
  }
  aws_http_stream_release(stream);
  settle(crt::to_error(code, crt::Phase::connect, url_));
}

void Exchange::abandon(Error why) {
  std::optional<Resume<bool>> resume;
  {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(settled_, true)) return;
    // Settled before it closes: the closed connection must not be told in place of `why`.
    error_ = std::move(why);
    resume = std::exchange(resume_, std::nullopt);
    // Under the lock: on_complete takes the lease away under it before anybody else gets the
    // connection. Closing only posts to the runtime's thread.
    if (lease_.connection() != nullptr) aws_http_connection_close(lease_.connection());
  }
  if (resume) (*resume)(true);
}

void Exchange::settle(std::optional<Error> error) {
  std::optional<Resume<bool>> resume;
  {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(settled_, true)) return;
    error_ = std::move(error);
    resume = std::exchange(resume_, std::nullopt);
  }
  if (resume) (*resume)(true);
}

Result<HttpResponse> Exchange::take() {
  if (error_) return fail(*std::move(error_));
  return std::move(response_);
}

}  // namespace ssmb::aws
