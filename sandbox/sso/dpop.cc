#include "sandbox/sso/dpop.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <memory>

#include "base/encoding.h"
#include "base/text.h"

namespace ssmb::sandbox::sso {
namespace {

namespace json = boost::json;

constexpr std::size_t kCoordinate = 32;
constexpr Duration kSkew = std::chrono::minutes{5};

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Pair = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

std::string decode(std::string_view base64url) {
  std::string text(base64url);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return from_base64(text).value_or("");
}

json::object parse(std::string_view part) {
  boost::system::error_code broken;
  const json::value value = json::parse(decode(part), broken);
  return !broken && value.is_object() ? value.get_object() : json::object();
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Key key_of(const json::object& jwk) {
  const std::string x = decode(text_of(jwk, "x"));
  const std::string y = decode(text_of(jwk, "y"));
  if (text_of(jwk, "kty") != "EC" || text_of(jwk, "crv") != "P-256" || x.size() != kCoordinate ||
      y.size() != kCoordinate)
    return nullptr;
  std::string point = "\x04" + x + y;  // uncompressed
  std::string group = "P-256";
  std::array parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size()),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.data()) != 1)
    return nullptr;
  return Key(key);
}

bool is_signed_by(EVP_PKEY* key, std::string_view text, const std::string& signature) {
  if (signature.size() != 2 * kCoordinate) return false;
  const auto* bytes = reinterpret_cast<const unsigned char*>(signature.data());
  const Pair pair(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(bytes, kCoordinate, nullptr);
  BIGNUM* s = BN_bin2bn(bytes + kCoordinate, kCoordinate, nullptr);
  if (!pair || ECDSA_SIG_set0(pair.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return false;
  }
  std::array<unsigned char, 128> der{};
  unsigned char* at = der.data();
  const int size = i2d_ECDSA_SIG(pair.get(), &at);
  const Context context(EVP_MD_CTX_new());
  return size > 0 && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), der.data(), static_cast<std::size_t>(size),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

}  // namespace

std::optional<std::string> check_dpop(std::string_view proof, std::string_view host,
                                      std::string_view path, Time now) {
  const auto parts = split(proof, '.');
  if (parts.size() != 3) return "the DPoP header holds no JWT";
  const json::object header = parse(parts[0]);
  const json::object claims = parse(parts[1]);
  if (text_of(header, "typ") != "dpop+jwt" || text_of(header, "alg") != "ES256")
    return "the DPoP proof is of another type or algorithm";
  const json::value* jwk = header.if_contains("jwk");
  const Key key = jwk != nullptr && jwk->is_object() ? key_of(jwk->get_object()) : nullptr;
  if (!key) return "the DPoP proof carries no key on P-256";
  const std::string_view text = proof.substr(0, proof.rfind('.'));
  if (!is_signed_by(key.get(), text, decode(parts[2]))) return "the DPoP proof is not signed by it";
  const std::string url = text_of(claims, "htu");
  if (text_of(claims, "htm") != "POST" || (url != fmt::format("https://{}{}", host, path) &&
                                           url != fmt::format("http://{}{}", host, path)))
    return "the DPoP proof is for another request";
  const json::value* made = claims.if_contains("iat");
  if (made == nullptr || !made->is_int64() || text_of(claims, "jti").empty())
    return "the DPoP proof has no iat or no jti";
  const Duration age = now - Time(std::chrono::seconds{made->get_int64()});
  if (age > kSkew || age < -kSkew) return "the DPoP proof is too old, or of the future";
  return std::nullopt;
}

}  // namespace ssmb::sandbox::sso
