// The aws-chunked content encoding of S3: chunks with or without signatures, and a trailer.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html (and -trailers)
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "aws/http/message.h"
#include "base/secret.h"

namespace ssmb::sandbox {

// How the chunks of one body are signed; every signature covers the one before it.
struct ChunkSigning {
  const SecretBytes& key;
  std::string timestamp;
  std::string scope;
  std::string seed;  // the request's own signature
};

enum class ChunkProblem { malformed, wrong_signature };

struct DecodedChunks {
  SecretBytes content;
  aws::Headers trailer;  // without x-amz-trailer-signature
};

// `signing` nullptr: signatures, if there are any, are skipped unchecked.
std::expected<DecodedChunks, ChunkProblem> decode_aws_chunked(std::string_view body,
                                                              const ChunkSigning* signing);

}  // namespace ssmb::sandbox
