// A Beast body in SecretBytes: what clients send and get may be parameters' values.
#pragma once

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional.hpp>
#include <cstdint>
#include <utility>

#include "base/secret.h"

namespace ssmb::sandbox {

struct SecretBody {
  using value_type = SecretBytes;

  static std::uint64_t size(const value_type& body) { return body.size(); }

  class reader {
   public:
    template <bool isRequest, class Fields>
    reader(boost::beast::http::header<isRequest, Fields>&, value_type& body) : body_(body) {}

    void init(const boost::optional<std::uint64_t>& length, boost::beast::error_code& error) {
      // The announced length is within the parser's limit; do not trust it with memory yet.
      constexpr std::uint64_t kAtOnce = 1U << 20;
      if (length) body_.reserve(static_cast<std::size_t>(std::min(*length, kAtOnce)));
      error = {};
    }

    template <class Buffers>
    std::size_t put(const Buffers& buffers, boost::beast::error_code& error) {
      std::size_t total = 0;
      for (const auto& buffer : boost::beast::buffers_range_ref(buffers)) {
        body_.append({static_cast<const char*>(buffer.data()), buffer.size()});
        total += buffer.size();
      }
      error = {};
      return total;
    }

    void finish(boost::beast::error_code& error) { error = {}; }

   private:
    value_type& body_;
  };

  class writer {
   public:
    using const_buffers_type = boost::asio::const_buffer;

    template <bool isRequest, class Fields>
    writer(const boost::beast::http::header<isRequest, Fields>&, const value_type& body)
        : body_(body) {}

    void init(boost::beast::error_code& error) { error = {}; }
    boost::optional<std::pair<const_buffers_type, bool>> get(boost::beast::error_code& error) {
      error = {};
      return {{const_buffers_type(body_.data(), body_.size()), false}};
    }

   private:
    const value_type& body_;
  };
};

}  // namespace ssmb::sandbox
