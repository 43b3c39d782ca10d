// How an answer goes back: both fronts, HTTP and InProcessTransport, hold themselves to it.
#pragma once

#include <cstddef>

#include "aws/http/message.h"
#include "base/time.h"

namespace ssmb::sandbox {

struct Delivery {
  enum class Kind {
    whole,
    cut,    // the headers tell the whole length; after `bytes` of the body the connection ends
    reset,  // the connection breaks before the first byte
    never,  // nothing at all, until the client gives up
  };
  Kind kind = Kind::whole;
  std::size_t bytes = 0;
  Duration delay{0};    // before the first byte
  Duration stretch{0};  // the body comes piece by piece in this time
};

struct Served {
  aws::HttpResponse response;
  Delivery delivery = {};
};

}  // namespace ssmb::sandbox
