#include "sandbox/s3/checksum.h"

#include <openssl/evp.h>

#include <array>
#include <span>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/text.h"

namespace ssmb::sandbox::s3 {
namespace {

struct Row {
  ChecksumAlgorithm algorithm;
  std::string_view name;
  std::size_t size;  // of the digest, in bytes
};

constexpr std::array kRows{
    Row{ChecksumAlgorithm::crc32, "CRC32", 4},         Row{ChecksumAlgorithm::crc32c, "CRC32C", 4},
    Row{ChecksumAlgorithm::crc64nvme, "CRC64NVME", 8}, Row{ChecksumAlgorithm::sha1, "SHA1", 20},
    Row{ChecksumAlgorithm::sha256, "SHA256", 32},
};

const Row& row_of(ChecksumAlgorithm algorithm) {
  for (const Row& row : kRows) {
    if (row.algorithm == algorithm) return row;
  }
  return kRows.front();
}

template <class Number>
std::string big_endian(Number number) {
  std::string bytes;
  for (std::size_t i = sizeof number; i-- > 0;) {
    bytes += static_cast<char>((number >> (8 * i)) & 0xff);
  }
  return bytes;
}

template <class Digest>
std::string as_text(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string sha1(std::string_view bytes) {
  std::array<unsigned char, 20> digest{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha1(), nullptr);
  return as_text(digest);
}

Outcome<void> check_md5(const aws::HttpRequest& request) {
  const auto sent = request.headers.find("content-md5");
  if (!sent) return {};
  const auto digest = from_base64(trim(*sent));
  if (!digest || digest->size() != 16)
    return refuse(400, "InvalidDigest", "The Content-MD5 you specified is not valid.");
  if (*digest == as_text(md5(request.body.view()))) return {};
  return refuse(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
}

// The one checksum among headers and trailer, unchecked.
Outcome<std::optional<Checksum>> sent_checksum(const aws::HttpRequest& request) {
  std::optional<Checksum> sent;
  for (const Row& row : kRows) {
    const auto value = request.headers.find(header_of(row.algorithm));
    if (!value) continue;
    if (sent) {
      return refuse(400, "InvalidRequest",
                    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not "
                    "allowed.");
    }
    const auto digest = from_base64(trim(*value));
    if (!digest || digest->size() != row.size) {
      return refuse(400, "InvalidRequest",
                    "Value for " + header_of(row.algorithm) + " header is invalid.");
    }
    sent = Checksum{.algorithm = row.algorithm, .value = std::string(trim(*value))};
  }
  return sent;
}

// What the request announces besides must be there: a trailer, the SDK's algorithm.
Outcome<void> check_announced(const aws::HttpRequest& request,
                              const std::optional<Checksum>& sent) {
  const std::string_view trailer = trim(request.headers.get("x-amz-trailer"));
  if (!trailer.empty() && !request.headers.find(trailer)) {
    return refuse(400, "MalformedTrailerError",
                  "The request contained trailing data that was not well-formed or did not conform "
                  "to our published schema.");
  }
  const auto announced = request.headers.find("x-amz-sdk-checksum-algorithm");
  if (!announced) return {};
  if (!algorithm_named(*announced)) {
    return refuse(400, "InvalidRequest",
                  "Checksum algorithm provided is unsupported. Please try again with any of the "
                  "valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
  }
  if (sent && sent->algorithm == *algorithm_named(*announced)) return {};
  return refuse(400, "InvalidRequest",
                "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or "
                "x-amz-trailer headers were found.");
}

}  // namespace

std::string_view name_of(ChecksumAlgorithm algorithm) { return row_of(algorithm).name; }

std::string header_of(ChecksumAlgorithm algorithm) {
  return "x-amz-checksum-" + to_lower(name_of(algorithm));
}

std::string element_of(ChecksumAlgorithm algorithm) {
  return "Checksum" + std::string(name_of(algorithm));
}

std::string_view name_of(ChecksumType type) {
  return type == ChecksumType::composite ? "COMPOSITE" : "FULL_OBJECT";
}

std::optional<ChecksumAlgorithm> algorithm_named(std::string_view name) {
  for (const Row& row : kRows) {
    if (equal_ignoring_case(row.name, name)) return row.algorithm;
  }
  return std::nullopt;
}

std::string digest_of(ChecksumAlgorithm algorithm, std::string_view bytes) {
  switch (algorithm) {
    case ChecksumAlgorithm::crc32: return big_endian(crc32(bytes));
    case ChecksumAlgorithm::crc32c: return big_endian(crc32c(bytes));
    case ChecksumAlgorithm::crc64nvme: return big_endian(crc64nvme(bytes));
    case ChecksumAlgorithm::sha1: return sha1(bytes);
    case ChecksumAlgorithm::sha256: break;
  }
  return as_text(sha256(bytes));
}

std::string base64_of(std::string_view digest) {
  return to_base64(std::as_bytes(std::span(digest.data(), digest.size())));
}

Outcome<std::optional<Checksum>> check_body(const aws::HttpRequest& request) {
  if (auto good = check_md5(request); !good) return pass_on(std::move(good));
  auto sent = sent_checksum(request);
  if (!sent) return sent;
  if (auto good = check_announced(request, *sent); !good) return pass_on(std::move(good));
  if (!*sent) return sent;
  const Checksum& checksum = **sent;
  if (base64_of(digest_of(checksum.algorithm, request.body.view())) == checksum.value) return sent;
  return refuse(400, "BadDigest",
                "The " + std::string(name_of(checksum.algorithm)) +
                    " you specified did not match the calculated checksum.");
}

Outcome<void> require_checked_body(const aws::HttpRequest& request) {
  auto sent = check_body(request);
  if (!sent) return pass_on(std::move(sent));
  if (*sent || request.headers.find("content-md5")) return {};
  return refuse(400, "InvalidRequest",
                "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
}

Checksum composite(ChecksumAlgorithm algorithm, const std::vector<std::string>& parts) {
  std::string digests;
  for (const std::string& part : parts) digests += from_base64(part).value_or("");
  return {.algorithm = algorithm,
          .type = ChecksumType::composite,
          .value = base64_of(digest_of(algorithm, digests)) + "-" + std::to_string(parts.size())};
}

}  // namespace ssmb::sandbox::s3
