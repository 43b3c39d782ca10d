#include "sandbox/auth/refusals.h"

#include <array>
#include <string_view>

namespace ssmb::sandbox {
namespace {

struct Words {
  int status = 403;
  std::string_view code;
  std::string_view message;
};

struct Row {
  AuthCause cause;
  Words json;
  Words query;
  Words s3;
};

constexpr std::string_view kMissing = "Missing Authentication Token";
constexpr std::string_view kIncomplete =
    "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters, and "
    "an 'X-Amz-Date' header.";
constexpr std::string_view kUnknown = "The security token included in the request is invalid.";
constexpr std::string_view kExpired = "The security token included in the request is expired";
constexpr std::string_view kMismatch =
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details.";
constexpr std::string_view kS3Mismatch =
    "The request signature we calculated does not match the signature you provided. Check your key "
    "and signing method.";
constexpr std::string_view kSkewed =
    "Signature expired or not yet current: the request's time is more than 15 minutes off.";
constexpr std::string_view kUnsigned =
    "There were headers present in the request which were not signed";
constexpr std::string_view kShort =
    "You did not provide the number of bytes specified by the Content-Length HTTP header.";

constexpr Words kJsonMismatch{400, "InvalidSignatureException", kMismatch};
constexpr Words kQueryMismatch{403, "SignatureDoesNotMatch", kMismatch};
constexpr Words kS3Malformed{400, "AuthorizationHeaderMalformed",
                             "The authorization header that you provided is not valid."};

// The JSON and query protocols know nothing of the causes in the last rows: a payload that was
// altered is a wrong signature there.
constexpr std::array kRows{
    Row{AuthCause::missing,
        {400, "MissingAuthenticationTokenException", kMissing},
        {403, "MissingAuthenticationToken", kMissing},
        {403, "AccessDenied", "Access Denied"}},
    Row{AuthCause::malformed,
        {400, "IncompleteSignatureException", kIncomplete},
        {400, "IncompleteSignature", kIncomplete},
        kS3Malformed},
    Row{AuthCause::unsigned_header,
        {400, "InvalidSignatureException", kUnsigned},
        {403, "SignatureDoesNotMatch", kUnsigned},
        {403, "AccessDenied", kUnsigned}},
    Row{AuthCause::unknown_key,
        {400, "UnrecognizedClientException", kUnknown},
        {403, "InvalidClientTokenId", kUnknown},
        {403, "InvalidAccessKeyId",
         "The AWS Access Key Id you provided does not exist in our records."}},
    Row{AuthCause::wrong_token,
        {400, "UnrecognizedClientException", kUnknown},
        {403, "InvalidClientTokenId", kUnknown},
        {400, "InvalidToken", "The provided token is malformed or otherwise invalid."}},
    Row{AuthCause::expired_token,
        {400, "ExpiredTokenException", kExpired},
        {403, "ExpiredToken", kExpired},
        {400, "ExpiredToken", "The provided token has expired."}},
    Row{AuthCause::wrong_signature,
        kJsonMismatch,
        kQueryMismatch,
        {403, "SignatureDoesNotMatch", kS3Mismatch}},
    Row{AuthCause::skewed,
        {400, "InvalidSignatureException", kSkewed},
        {403, "SignatureDoesNotMatch", kSkewed},
        {403, "RequestTimeTooSkewed",
         "The difference between the request time and the current time is too large."}},
    Row{AuthCause::presigned_expired,
        kJsonMismatch,
        kQueryMismatch,
        {403, "AccessDenied", "Request has expired"}},
    Row{AuthCause::no_payload_hash,
        kJsonMismatch,
        kQueryMismatch,
        {400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256"}},
    Row{AuthCause::wrong_payload,
        kJsonMismatch,
        kQueryMismatch,
        {400, "XAmzContentSHA256Mismatch",
         "The provided 'x-amz-content-sha256' header does not match what was computed."}},
    Row{AuthCause::bad_chunks, kJsonMismatch, kQueryMismatch, {400, "IncompleteBody", kShort}},
    Row{AuthCause::wrong_length, kJsonMismatch, kQueryMismatch, {400, "IncompleteBody", kShort}},
};

}  // namespace

ServiceError refuse(AuthCause cause, AuthProtocol protocol) {
  Words words{500, "InternalFailure", "a cause without words"};
  for (const Row& row : kRows) {
    if (row.cause != cause) continue;
    words = protocol == AuthProtocol::json    ? row.json
            : protocol == AuthProtocol::query ? row.query
                                              : row.s3;
  }
  return {.code = std::string(words.code),
          .message = std::string(words.message),
          .status = words.status};
}

}  // namespace ssmb::sandbox
