#include "sandbox/http/authority.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <utility>
#include <vector>

#include "base/try.h"

namespace ssmb::sandbox {
namespace {

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};

std::unexpected<Error> openssl_failed(const std::string& what) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  return fail(ErrorKind::internal, what + ": " + text.data());
}

struct Subject {
  const char* name;
  long serial;
};

using ExtensionList = std::vector<std::pair<int, const char*>>;

Result<Certificate> blank(const Subject& subject, EVP_PKEY* key, Time now) {
  Certificate certificate(X509_new());
  if (!certificate) return openssl_failed("making a certificate");
  X509* x = certificate.get();
  X509_set_version(x, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x), subject.serial);
  const auto from = std::chrono::floor<std::chrono::seconds>(now - std::chrono::hours{24});
  const auto to = from + std::chrono::hours{24 * 31};
  ASN1_TIME_set(X509_getm_notBefore(x), from.time_since_epoch().count());
  ASN1_TIME_set(X509_getm_notAfter(x), to.time_since_epoch().count());
  const auto* name = reinterpret_cast<const unsigned char*>(subject.name);
  if (X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, name, -1, -1, 0) !=
          1 ||
      X509_set_pubkey(x, key) != 1)
    return openssl_failed("filling in a certificate");
  return certificate;
}

Result<void> add_extensions(X509* certificate, X509* issuer, const ExtensionList& list) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  for (const auto& [nid, value] : list) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
    const bool added = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    if (!added) return openssl_failed(std::string("adding the extension ") + value);
  }
  return {};
}

// `issuer` may be the certificate itself.
Result<void> sign(X509* certificate, X509* issuer, EVP_PKEY* issuer_key,
                  const ExtensionList& extensions) {
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  SSMB_TRY_VOID(add_extensions(certificate, issuer, extensions));
  if (X509_sign(certificate, issuer_key, EVP_sha256()) == 0)
    return openssl_failed("signing a certificate");
  return {};
}

Result<PrivateKey> new_key() {
  PrivateKey key(EVP_EC_gen("P-256"));
  if (!key) return openssl_failed("making a key");
  return key;
}

Result<std::string> to_pem(X509* certificate) {
  const std::unique_ptr<BIO, FreeBio> bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1)
    return openssl_failed("writing a certificate");
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

}  // namespace

void FreeX509::operator()(X509* certificate) const { X509_free(certificate); }
void FreeKey::operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

Result<ServerIdentity> make_server_identity(Time now) {
  SSMB_TRY(authority_key, new_key());
  SSMB_TRY(authority, blank({.name = "ssm-sandbox CA", .serial = 1}, authority_key.get(), now));
  SSMB_TRY_VOID(sign(authority.get(), authority.get(), authority_key.get(),
                     {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                      {NID_key_usage, "critical,keyCertSign,cRLSign"},
                      {NID_subject_key_identifier, "hash"}}));
  SSMB_TRY(key, new_key());
  SSMB_TRY(certificate, blank({.name = "localhost", .serial = 2}, key.get(), now));
  SSMB_TRY_VOID(
      sign(certificate.get(), authority.get(), authority_key.get(),
           {{NID_basic_constraints, "critical,CA:FALSE"},
            {NID_key_usage, "critical,digitalSignature"},
            {NID_ext_key_usage, "serverAuth"},
            {NID_subject_key_identifier, "hash"},
            {NID_authority_key_identifier, "keyid:always"},
            {NID_subject_alt_name, "DNS:localhost,DNS:*.localhost,IP:127.0.0.1,IP:::1"}}));
  SSMB_TRY(pem, to_pem(authority.get()));
  return ServerIdentity{.authority_pem = std::move(pem),
                        .certificate = std::move(certificate),
                        .key = std::move(key)};
}

}  // namespace ssmb::sandbox
