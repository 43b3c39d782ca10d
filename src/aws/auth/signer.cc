#include "aws/auth/signer.h"

#include <aws/auth/credentials.h>
#include <aws/auth/signable.h>
#include <aws/auth/signing.h>
#include <aws/auth/signing_config.h>
#include <aws/auth/signing_result.h>
#include <aws/common/array_list.h>
#include <aws/common/string.h>

#include <chrono>
#include <span>

#include "aws/crt/allocator.h"
#include "aws/crt/error.h"
#include "aws/crt/handle.h"
#include "aws/crt/message.h"
#include "aws/crt/network.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/try.h"

namespace ssmb::aws {
namespace {

using Signable = crt::Handle<aws_signable, aws_signable_destroy>;
using CrtCredentials = crt::Handle<aws_credentials, aws_credentials_release>;

struct Signature {
  int code = 0;
  Headers headers;  // those to set
};

Headers headers_of(const aws_signing_result* result) {
  Headers headers;
  aws_array_list* list = nullptr;
  aws_signing_result_get_property_list(result, g_aws_http_headers_property_list_name, &list);
  const std::size_t count = list == nullptr ? 0 : aws_array_list_length(list);
  for (std::size_t i = 0; i < count; ++i) {
    aws_signing_result_property header{};
    aws_array_list_get_at(list, &header, i);
    headers.add(aws_string_c_str(header.name), aws_string_c_str(header.value));
  }
  return headers;
}

void on_signed(aws_signing_result* result, int code, void* user_data) {
  const std::unique_ptr<Resume<Signature>> resume(static_cast<Resume<Signature>*>(user_data));
  Signature signature{.code = code, .headers = {}};
  if (code == AWS_ERROR_SUCCESS) signature.headers = headers_of(result);
  (*resume)(std::move(signature));
}

// In hex. S3's checksum header holds it already, and a part of an upload is megabytes.
std::string payload_hash(const HttpRequest& request) {
  const auto checksum = request.headers.find("x-amz-checksum-sha256");
  const auto known = from_base64(checksum.value_or(""));
  if (known && known->size() == sizeof(Sha256Digest))
    return to_hex(std::as_bytes(std::span(*known)));
  return sha256_hex(request.body.view());
}

// `hash` outlives the configuration.
aws_signing_config_aws configure(const SigningScope& scope, const aws_credentials* credentials,
                                 const std::string& hash) {
  // NOLINTNEXTLINE(bugprone-invalid-enum-default-initialization): zeros, as the CRT asks for
  aws_signing_config_aws config{};
  config.config_type = AWS_SIGNING_CONFIG_AWS;
  config.algorithm = AWS_SIGNING_ALGORITHM_V4;
  config.signature_type = AWS_ST_HTTP_REQUEST_HEADERS;
  config.region = crt::cursor(scope.region.view());
  config.service = crt::cursor(scope.service);
  const auto since_epoch =
      std::chrono::duration_cast<std::chrono::milliseconds>(scope.time.time_since_epoch());
  aws_date_time_init_epoch_millis(&config.date, static_cast<std::uint64_t>(since_epoch.count()));
  const bool standard = scope.style == SigningStyle::standard;
  config.flags.use_double_uri_encode = standard ? 1 : 0;
  config.flags.should_normalize_uri_path = standard ? 1 : 0;
  config.signed_body_value = crt::cursor(hash);
  config.signed_body_header = standard ? AWS_SBHT_NONE : AWS_SBHT_X_AMZ_CONTENT_SHA256;
  config.credentials = credentials;
  return config;
}

}  // namespace

ResultTask<void> sign(HttpRequest& request, const Credentials& credentials, SigningScope scope) {
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty())
    co_return fail(ErrorKind::credentials, "the credentials hold no access key");
  crt::start_libraries();
  // Signing anew is allowed: what an earlier signature set goes.
  for (const char* name :
       {"Authorization", "X-Amz-Date", "X-Amz-Security-Token", "x-amz-content-sha256"})
    request.headers.remove(name);
  request.headers.set("Host", request.endpoint.authority());

  SSMB_CO_TRY(message, crt::to_message(request));
  const Signable signable(aws_signable_new_http_request(crt::wiping_allocator(), message.get()));
  const CrtCredentials keys(
      aws_credentials_new(crt::wiping_allocator(), crt::cursor(credentials.access_key_id),
                          crt::cursor(credentials.secret_access_key.reveal()),
                          crt::cursor(credentials.session_token.reveal()), UINT64_MAX));
  if (!signable || !keys)
    co_return fail(ErrorKind::internal,
                   "the request cannot be signed: " + crt::describe(aws_last_error()));
  const std::string hash = payload_hash(request);
  const aws_signing_config_aws config = configure(scope, keys.get(), hash);

  auto begin = [&](Resume<Signature> resume) {
    auto handed = std::make_unique<Resume<Signature>>(resume);
    const auto* base = reinterpret_cast<const aws_signing_config_base*>(&config);
    if (aws_sign_request_aws(crt::wiping_allocator(), signable.get(), base, on_signed,
                             handed.get()) == AWS_OP_SUCCESS) {
      [[maybe_unused]] const auto* kept = handed.release();  // on_signed's
    } else {
      resume(Signature{.code = aws_last_error(), .headers = {}});
    }
  };
  Signature signature = co_await suspend<Signature>(begin);
  if (signature.code != AWS_ERROR_SUCCESS)
    co_return fail(ErrorKind::internal,
                   "the request cannot be signed: " + crt::describe(signature.code));
  for (const auto& [name, value] : signature.headers.entries()) request.headers.set(name, value);
  co_return Result<void>{};
}

}  // namespace ssmb::aws
