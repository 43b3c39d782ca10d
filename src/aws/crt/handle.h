// The runtime's reference-counted objects as owners, and its views of text.
#pragma once

#include <aws/common/byte_buf.h>
#include <aws/http/request_response.h>
#include <aws/io/stream.h>

#include <memory>
#include <string_view>

namespace ssmb::aws::crt {

template <auto Release>
struct Releaser {
  template <class T>
  void operator()(T* object) const {
    Release(object);
  }
};

// Gives its reference back with `Release`.
template <class T, auto Release>
using Handle = std::unique_ptr<T, Releaser<Release>>;

using Message = Handle<aws_http_message, aws_http_message_release>;
using InputStream = Handle<aws_input_stream, aws_input_stream_release>;

inline aws_byte_cursor cursor(std::string_view text) {
  return aws_byte_cursor_from_array(text.data(), text.size());
}
inline std::string_view view(aws_byte_cursor bytes) {
  return {reinterpret_cast<const char*>(bytes.ptr), bytes.len};
}

}  // namespace ssmb::aws::crt
