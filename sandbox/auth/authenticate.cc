#include "sandbox/auth/authenticate.h"

#include <algorithm>
#include <charconv>

#include "base/digest.h"
#include "base/text.h"
#include "sandbox/auth/aws_chunked.h"
#include "sandbox/auth/refusals.h"
#include "sandbox/auth/sigv4.h"

namespace ssmb::sandbox {
namespace {

constexpr auto kSkew = std::chrono::minutes{15};
constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";
constexpr std::string_view kStreaming = "STREAMING-";
constexpr std::string_view kSignedChunks = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";

using Checked = std::expected<void, AuthCause>;

// "20150830T123600Z"
std::optional<Time> read_timestamp(std::string text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  text[8] = '_';
  text.pop_back();
  auto time = parse_timestamp(text);
  if (!time) return std::nullopt;
  return *time;
}

bool is_signed(const sigv4::Claim& claim, std::string_view name) {
  return std::ranges::any_of(claim.signed_headers, [&](const std::string& signed_name) {
    return equal_ignoring_case(signed_name, name);
  });
}

Checked check_headers(const aws::HttpRequest& request, const sigv4::Claim& claim,
                      AuthProtocol protocol) {
  if (!is_signed(claim, "host")) return std::unexpected(AuthCause::unsigned_header);
  if (protocol != AuthProtocol::s3) return {};
  for (const auto& [name, value] : request.headers.entries()) {
    const std::string lower = to_lower(name);
    // A presigned request's payload hash stands for itself.
    const bool hash = claim.place == sigv4::Claim::Place::query && lower == "x-amz-content-sha256";
    if (lower.starts_with("x-amz-") && !hash && !is_signed(claim, lower))
      return std::unexpected(AuthCause::unsigned_header);
  }
  return {};
}

Checked check_time(const sigv4::Claim& claim, Time now) {
  const auto time = read_timestamp(claim.timestamp);
  if (!time || !claim.timestamp.starts_with(claim.scope.date))
    return std::unexpected(AuthCause::malformed);
  if (claim.place == sigv4::Claim::Place::query) {
    const auto allowed = std::chrono::seconds{claim.expires_seconds};
    if (now > *time + allowed) return std::unexpected(AuthCause::presigned_expired);
    if (*time > now + kSkew) return std::unexpected(AuthCause::skewed);
    return {};
  }
  if (*time > now + kSkew || *time < now - kSkew) return std::unexpected(AuthCause::skewed);
  return {};
}

Checked check_token(const AccessKey& key, const sigv4::Claim& claim, Time now) {
  if (key.session_token.reveal() != claim.session_token)
    return std::unexpected(AuthCause::wrong_token);
  if (key.expires && *key.expires <= now) return std::unexpected(AuthCause::expired_token);
  return {};
}

// The last line of the canonical request.
std::string payload_line(const aws::HttpRequest& request, const sigv4::Claim& claim,
                         AuthProtocol protocol) {
  if (protocol != AuthProtocol::s3) return sha256_hex(request.body.view());
  if (!claim.payload_hash.empty()) return claim.payload_hash;
  if (claim.place == sigv4::Claim::Place::query) return std::string(kUnsignedPayload);
  return sha256_hex(request.body.view());
}

Checked check_signature(const aws::HttpRequest& request, const sigv4::Claim& claim,
                        AuthProtocol protocol, const AccessKey& key) {
  const auto style = protocol == AuthProtocol::s3 ? sigv4::Style::s3 : sigv4::Style::standard;
  const std::string canonical =
      sigv4::canonical_request(request, claim, payload_line(request, claim, protocol), style);
  const std::string expected = sigv4::sign_hex(sigv4::signing_key(key.secret, claim.scope),
                                               sigv4::string_to_sign(claim, canonical));
  if (sigv4::same_signature(expected, claim.signature)) return {};
  return std::unexpected(AuthCause::wrong_signature);
}

// Content-Encoding keeps what the client gave it besides aws-chunked.
void drop_chunked_encoding(aws::Headers& headers) {
  const auto encoding = headers.find("content-encoding");
  if (!encoding) return;
  std::vector<std::string> kept;
  for (std::string_view part : split(*encoding, ',')) {
    part = trim(part);
    if (!part.empty() && part != "aws-chunked") kept.emplace_back(part);
  }
  const std::string rest = join(kept, ",");
  headers.remove("content-encoding");
  if (!rest.empty()) headers.set("content-encoding", rest);
}

Checked unwrap_chunks(aws::HttpRequest& request, const sigv4::Claim* claim, const AccessKey* key) {
  const bool chain = claim && key && claim->payload_hash.starts_with(kSignedChunks);
  const SecretBytes signing_key =
      chain ? sigv4::signing_key(key->secret, claim->scope) : SecretBytes();
  std::optional<ChunkSigning> signing;
  if (chain) {
    signing.emplace(ChunkSigning{.key = signing_key,
                                 .timestamp = claim->timestamp,
                                 .scope = claim->scope.text(),
                                 .seed = claim->signature});
  }
  auto decoded = decode_aws_chunked(request.body.view(), signing ? &*signing : nullptr);
  if (!decoded) {
    return std::unexpected(decoded.error() == ChunkProblem::malformed ? AuthCause::bad_chunks
                                                                      : AuthCause::wrong_signature);
  }
  const std::string said(request.headers.get("x-amz-decoded-content-length"));
  if (said != std::to_string(decoded->content.size()))
    return std::unexpected(AuthCause::wrong_length);
  request.body = std::move(decoded->content);
  for (const auto& [name, value] : decoded->trailer.entries()) request.headers.set(name, value);
  drop_chunked_encoding(request.headers);
  return {};
}

// S3 only: what x-amz-content-sha256 says of the body must hold. `key` nullptr: open accounts.
Checked check_payload(aws::HttpRequest& request, const sigv4::Claim* claim, const AccessKey* key) {
  const std::string hash =
      claim ? claim->payload_hash : std::string(request.headers.get("x-amz-content-sha256"));
  if (hash.starts_with(kStreaming)) return unwrap_chunks(request, claim, key);
  if (hash == kUnsignedPayload) return {};
  if (hash.empty()) {
    const bool needed = key && claim->place == sigv4::Claim::Place::header;
    return needed ? Checked(std::unexpected(AuthCause::no_payload_hash)) : Checked();
  }
  if (hash == sha256_hex(request.body.view())) return {};
  return std::unexpected(AuthCause::wrong_payload);
}

Caller open_caller(const sigv4::Claim* claim) {
  const AccountId account(Accounts::kOpenAccount);
  return {.account = account,
          .arn = Arn("arn:aws:iam::" + account.str() + ":user/sandbox"),
          .user_id = "AIDASANDBOXSANDBOXSAN",
          .access_key_id = claim ? claim->access_key_id : "",
          .region = Region(claim ? claim->scope.region : "us-east-1"),
          .service = claim ? claim->scope.service : ""};
}

std::expected<Caller, AuthCause> verify(aws::HttpRequest& request, AuthProtocol protocol,
                                        const Accounts& accounts, const sigv4::Claim& claim,
                                        Time now) {
  const AccessKey* key = accounts.find_key(claim.access_key_id);
  if (!key) return std::unexpected(AuthCause::unknown_key);
  auto checked = check_token(*key, claim, now);
  if (checked) checked = check_time(claim, now);
  if (checked) checked = check_headers(request, claim, protocol);
  if (checked) checked = check_signature(request, claim, protocol, *key);
  if (checked && protocol == AuthProtocol::s3) checked = check_payload(request, &claim, key);
  if (!checked) return std::unexpected(checked.error());
  return Caller{.account = key->account,
                .arn = key->arn,
                .user_id = key->user_id,
                .access_key_id = key->id,
                .region = Region(claim.scope.region),
                .service = claim.scope.service,
                .rights = key->rights};
}

}  // namespace

AuthProtocol protocol_of(aws::Service service) {
  switch (service) {
    case aws::Service::s3: return AuthProtocol::s3;
    case aws::Service::sts: return AuthProtocol::query;
    case aws::Service::ssm:
    case aws::Service::tagging:
    case aws::Service::sso:
    case aws::Service::sso_oidc:
    case aws::Service::sns:  // not here
    case aws::Service::signin: break;
  }
  return AuthProtocol::json;
}

std::optional<ClaimedScope> claimed_scope(const aws::HttpRequest& request) {
  const auto claim = sigv4::read_claim(request);
  if (!claim) return std::nullopt;
  return ClaimedScope{.access_key_id = claim->access_key_id,
                      .region = Region(claim->scope.region),
                      .service = claim->scope.service};
}

std::expected<Caller, ServiceError> authenticate(aws::HttpRequest& request, AuthProtocol protocol,
                                                 const Accounts& accounts, Time now) {
  const auto claim = sigv4::read_claim(request);
  const bool absent = !claim && claim.error() == sigv4::ClaimProblem::absent;
  if (!claim && !absent) return std::unexpected(refuse(AuthCause::malformed, protocol));
  if (accounts.verifies()) {
    if (absent) return std::unexpected(refuse(AuthCause::missing, protocol));
    auto caller = verify(request, protocol, accounts, *claim, now);
    if (!caller) return std::unexpected(refuse(caller.error(), protocol));
    return *std::move(caller);
  }
  const sigv4::Claim* said = claim ? &*claim : nullptr;
  if (protocol == AuthProtocol::s3) {
    if (auto checked = check_payload(request, said, nullptr); !checked)
      return std::unexpected(refuse(checked.error(), protocol));
  }
  return open_caller(said);
}

std::expected<void, ServiceError> check_signing_time(const aws::HttpRequest& request,
                                                     AuthProtocol protocol, Time now) {
  const auto claim = sigv4::read_claim(request);
  if (!claim) return {};
  if (const auto checked = check_time(*claim, now); !checked)
    return std::unexpected(refuse(checked.error(), protocol));
  return {};
}

}  // namespace ssmb::sandbox
