// SPDX-License-Identifier: BSD-3-Clause
#include "retort/server/tls.h"

#include <array>
#include <memory>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "retort/server/detail/tls_context.h"

namespace retort::server {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

constexpr long kHour = 60 * 60;

void check(bool done) {
  if (done) return;
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  throw std::runtime_error(fmt::format("cannot make a certificate: {}", reason ? reason : "unknown error"));
}

/// What `write` puts into a PEM text.
template <class Write>
std::string pem(Write write) {
  const Owned<BIO> out(BIO_new(BIO_s_mem()));
  check(out && write(out.get()) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

void add(X509* certificate, int extension, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Owned<X509_EXTENSION> made(X509V3_EXT_conf_nid(nullptr, &context, extension, value));
  check(made && X509_add_ext(certificate, made.get(), -1) == 1);
}

Owned<X509> self_signed(EVP_PKEY* key) {
  Owned<X509> out(X509_new());
  check(out != nullptr);
  X509* const certificate = out.get();
  std::array<unsigned char, 16> serial{};
  check(RAND_bytes(serial.data(), static_cast<int>(serial.size())) == 1);
  serial[0] = static_cast<unsigned char>((serial[0] & 0x7f) | 0x40);  // positive, and of the full length
  const std::unique_ptr<BIGNUM, void (*)(BIGNUM*)> number(
      BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr), &BN_free);
  check(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)));
  X509_set_version(certificate, X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -kHour);  // clocks differ
  X509_gmtime_adj(X509_getm_notAfter(certificate), 365 * 24 * kHour);
  X509_NAME* const name = X509_get_subject_name(certificate);
  const auto* const host = reinterpret_cast<const unsigned char*>("localhost");
  check(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, host, -1, -1, 0) == 1);
  check(X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1);
  add(certificate, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
  add(certificate, NID_basic_constraints, "critical,CA:FALSE");
  add(certificate, NID_key_usage, "critical,digitalSignature");
  add(certificate, NID_ext_key_usage, "serverAuth");
  check(X509_sign(certificate, key, EVP_sha256()) != 0);
  return out;
}

}  // namespace

TlsOptions adhoc_tls() {
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  check(key != nullptr);
  const Owned<X509> certificate = self_signed(key.get());
  TlsOptions out;
  out.certificate = pem([&](BIO* to) { return PEM_write_bio_X509(to, certificate.get()); });
  out.key = pem([&](BIO* to) {
    return PEM_write_bio_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  return out;
}

TlsOptions load_tls(TlsOptions options) {
  options = detail::with_texts(std::move(options));
  const detail::TlsContext tried(options);
  return options;
}

}  // namespace retort::server
