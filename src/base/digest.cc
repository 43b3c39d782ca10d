#include "base/digest.h"

#include <aws/checksums/crc.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>

#include "base/encoding.h"

namespace ssmb {
namespace {

const std::uint8_t* octets(std::string_view bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

// OpenSSL fails here only when memory is at its end or an algorithm is not built in.
void require(bool done) {
  if (!done) std::abort();
}

// Held for good: EVP_sha256() is looked up anew by each context that takes it, at more cost than a
// short text's digest.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const algorithm = [] {
    const EVP_MD* fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    require(fetched != nullptr);
    return fetched;
  }();
  return algorithm;
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

Context new_context() {
  Context context(EVP_MD_CTX_new());
  require(context != nullptr);
  return context;
}

}  // namespace

struct Sha256::State {
  State() { require(EVP_DigestInit_ex(context.get(), sha256_algorithm(), nullptr) == 1); }

  Context context = new_context();
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(std::string_view bytes) {
  require(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1);
  return *this;
}

Sha256Digest Sha256::finish() {
  Sha256Digest digest{};
  require(EVP_DigestFinal_ex(state_->context.get(), reinterpret_cast<unsigned char*>(digest.data()),
                             nullptr) == 1);
  return digest;
}

Sha256Digest sha256(std::string_view bytes) {
  // Made once: for a name or a small record it costs more than the digest.
  thread_local const Context context = new_context();
  Sha256Digest digest{};
  require(EVP_DigestInit_ex(context.get(), sha256_algorithm(), nullptr) == 1 &&
          EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
          EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest.data()),
                             nullptr) == 1);
  return digest;
}

Sha256Digest hmac_sha256(std::string_view key, std::string_view bytes) {
  Sha256Digest digest{};
  unsigned int size = 0;
  require(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), octets(bytes), bytes.size(),
               reinterpret_cast<unsigned char*>(digest.data()), &size) != nullptr &&
          size == digest.size());
  return digest;
}

template <class Digest>
static Digest digest_once(const EVP_MD* algorithm, std::string_view bytes) {
  Digest digest{};
  unsigned int size = 0;
  require(EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()),
                     &size, algorithm, nullptr) == 1 &&
          size == digest.size());
  return digest;
}

Md5Digest md5(std::string_view bytes) { return digest_once<Md5Digest>(EVP_md5(), bytes); }

std::string sha256_hex(std::string_view bytes) { return to_hex(sha256(bytes)); }

std::string sha1_hex(std::string_view bytes) {
  return to_hex(digest_once<std::array<std::byte, 20>>(EVP_sha1(), bytes));
}

std::uint32_t crc32(std::string_view bytes, std::uint32_t previous) {
  return aws_checksums_crc32_ex(octets(bytes), bytes.size(), previous);
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t previous) {
  return aws_checksums_crc32c_ex(octets(bytes), bytes.size(), previous);
}

std::uint64_t crc64nvme(std::string_view bytes, std::uint64_t previous) {
  return aws_checksums_crc64nvme_ex(octets(bytes), bytes.size(), previous);
}

}  // namespace ssmb
