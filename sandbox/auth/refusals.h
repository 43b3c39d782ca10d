// One cause of a refused request, in the code, status and words of each protocol.
#pragma once

#include "sandbox/auth/authenticate.h"

namespace ssmb::sandbox {

enum class AuthCause {
  missing,            // no signature at all
  malformed,          // a signature that cannot be read
  unsigned_header,    // Host, or an x-amz-* header of S3, is not signed
  unknown_key,        // nobody has this access key
  wrong_token,        // a session token missing, superfluous or of another session
  expired_token,      // the session is over
  wrong_signature,    // also of a chunk or a trailer
  skewed,             // the time is more than 15 minutes off
  presigned_expired,  // X-Amz-Expires is over
  no_payload_hash,    // S3 without x-amz-content-sha256
  wrong_payload,      // the body is not what its hash says
  bad_chunks,         // an aws-chunked body that cannot be read
  wrong_length,       // x-amz-decoded-content-length is not the content's length
};

ServiceError refuse(AuthCause cause, AuthProtocol protocol);

}  // namespace ssmb::sandbox
