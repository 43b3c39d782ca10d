#include "aws/auth/dpop.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "base/encoding.h"

namespace ssmb::aws {
namespace {

namespace json = boost::json;

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_clear_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Pair = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

constexpr std::size_t kCoordinate = 32;  // bytes, on P-256

// A key that asks for a password is none of ours: nobody is prompted.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) { return 0; }

Key read_key(std::string_view pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!bio) return nullptr;
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  std::array<char, 32> group{};
  const bool ours = key &&
                    EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), nullptr) == 1 &&
                    std::string_view(group.data()) == "prime256v1";
  return ours ? std::move(key) : nullptr;
}

// Big-endian and of full length, as JSON Web Algorithms want it.
std::optional<std::array<std::byte, kCoordinate>> padded(const BIGNUM* number) {
  std::array<std::byte, kCoordinate> bytes{};
  const int size = BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()),
                                static_cast<int>(bytes.size()));
  return std::cmp_equal(size, bytes.size()) ? std::optional(bytes) : std::nullopt;
}

std::optional<std::string> coordinate(const EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) return std::nullopt;
  const Number number(raw);
  const auto bytes = padded(number.get());
  return bytes ? std::optional(to_base64url(*bytes)) : std::nullopt;
}

// r and s, one after the other.
std::optional<std::string> sign(EVP_PKEY* key, std::string_view text) {
  const Context context(EVP_MD_CTX_new());
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  std::array<unsigned char, 128> der{};
  std::size_t size = der.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), der.data(), &size, data, text.size()) != 1)
    return std::nullopt;
  const unsigned char* at = der.data();
  const Pair pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
  if (!pair) return std::nullopt;
  const auto r = padded(ECDSA_SIG_get0_r(pair.get()));
  const auto s = padded(ECDSA_SIG_get0_s(pair.get()));
  if (!r || !s) return std::nullopt;
  std::array<std::byte, 2 * kCoordinate> both{};
  std::ranges::copy(*r, both.begin());
  std::ranges::copy(*s, both.begin() + kCoordinate);
  return to_base64url(both);
}

std::string encode(const json::object& object) {
  const std::string text = json::serialize(object);
  return to_base64url(std::as_bytes(std::span(text)));
}

}  // namespace

Result<std::string> dpop_proof(std::string_view pem, std::string_view url, Time now,
                               std::string_view id) {
  const Key key = read_key(pem);
  const auto x = key ? coordinate(key.get(), OSSL_PKEY_PARAM_EC_PUB_X) : std::nullopt;
  const auto y = key ? coordinate(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y) : std::nullopt;
  if (!x || !y) return fail(ErrorKind::credentials, "the login's dpopKey is not a key on P-256");
  const json::object header{{"typ", "dpop+jwt"},
                            {"alg", "ES256"},
                            {"jwk", {{"kty", "EC"}, {"x", *x}, {"y", *y}, {"crv", "P-256"}}}};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const json::object claims{{"htm", "POST"}, {"htu", url}, {"iat", seconds}, {"jti", id}};
  const std::string text = encode(header) + "." + encode(claims);
  const auto signature = sign(key.get(), text);
  if (!signature) return fail(ErrorKind::internal, "the proof for AWS Sign-In cannot be signed");
  return text + "." + *signature;
}

}  // namespace ssmb::aws
