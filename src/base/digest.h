// SHA-256, HMAC, SHA-1, MD5 and the CRCs that S3 knows; one-shot and incremental.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace ssmb {

using Sha256Digest = std::array<std::byte, 32>;
using Md5Digest = std::array<std::byte, 16>;

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  Sha256& update(std::string_view bytes);
  // Once; afterwards the object may only be destroyed or assigned to.
  Sha256Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Sha256Digest sha256(std::string_view bytes);
Sha256Digest hmac_sha256(std::string_view key, std::string_view bytes);
Md5Digest md5(std::string_view bytes);  // for Content-MD5 only
std::string sha256_hex(std::string_view bytes);
// Never for security: AWS names its cache files by it.
std::string sha1_hex(std::string_view bytes);

// Big-endian bytes of the checksum are what S3 writes in Base64. `previous` continues a sum.
std::uint32_t crc32(std::string_view bytes, std::uint32_t previous = 0);
std::uint32_t crc32c(std::string_view bytes, std::uint32_t previous = 0);
std::uint64_t crc64nvme(std::string_view bytes, std::uint64_t previous = 0);

}  // namespace ssmb
