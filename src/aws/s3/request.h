// One request to S3, before it is addressed and signed. Only the client's .cc files include this.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/s3/client.h"

namespace ssmb::aws::s3 {

inline constexpr std::string_view kXmlNamespace = "http://s3.amazonaws.com/doc/2006-03-01/";

struct Request {
  std::string_view permission;  // "PutObject": the action as IAM names it
  std::string method = "GET";
  Bucket bucket;
  ObjectKey key = {};      // empty: the bucket itself
  std::string query = {};  // encoded
  Headers headers = {};
  Body body = {};
  std::vector<std::string_view> transient_codes = {};
};

Operation operation_of(const Request& request, const Region& region);

// Sends with retries. An answer 2xx to PUT or POST whose body is an <Error> is an error.
ResultTask<HttpResponse> send(Session& session, Region region, Request request, CallScope scope);

// Conditions, encryption, content type and metadata as headers. Errors: internal, for metadata that
// cannot stand in a header.
void add_precondition(const Precondition& precondition, Headers& headers);
Result<void> add_put_options(const PutOptions& options, Headers& headers);
void add_checksum(std::string_view body, Headers& headers);

// What the headers of an answer tell of the object; size from Content-Range or Content-Length.
Result<ObjectInfo> object_info(Session& session, const Operation& operation,
                               const HttpResponse& response);

}  // namespace ssmb::aws::s3
