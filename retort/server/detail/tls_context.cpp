// SPDX-License-Identifier: BSD-3-Clause
#include "retort/server/detail/tls_context.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

namespace retort::server::detail {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

// RFC 7301: names with their lengths.
constexpr std::string_view kProtocols = "\x08http/1.1\x08http/1.0";

/// What OpenSSL says of its last failure; leaves nothing for whoever asks next on this thread.
std::string reason() {
  const char* const text = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return text ? text : "unknown error";
}

[[noreturn]] void refuse(std::string text) {
  ERR_clear_error();
  throw std::runtime_error(std::move(text));
}

/// How messages name what was given.
std::string name_of(std::string_view what, const std::string& file) {
  return file.empty() ? fmt::format("the {}", what) : fmt::format("the {} file '{}'", what, file);
}

Owned<BIO> source(const std::string& text) {
  return Owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// Where OpenSSL would ask on the terminal for a passphrase: that there is none to be had. `asked` is a bool,
/// or null.
int no_passphrase(char*, int, int, void* asked) {
  if (asked) *static_cast<bool*>(asked) = true;
  return -1;
}

Owned<EVP_PKEY> read_key(const TlsOptions& options) {
  bool encrypted = false;
  Owned<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(source(options.key).get(), nullptr, &no_passphrase, &encrypted));
  if (key) return key;
  const std::string name = name_of("key", options.key_file);
  if (encrypted)
    refuse(
        fmt::format("{} is encrypted; write it without a passphrase: openssl pkey -in OLD -out NEW", name));
  refuse(fmt::format("{} holds no private key in PEM form", name));
}

/// The server's own certificate and then its chain.
Owned<X509> read_certificates(SSL_CTX* context, const TlsOptions& options) {
  const Owned<BIO> in = source(options.certificate);
  const std::string name = name_of("certificate", options.certificate_file);
  Owned<X509> own(PEM_read_bio_X509_AUX(in.get(), nullptr, &no_passphrase, nullptr));
  if (!own) refuse(fmt::format("{} holds no certificate in PEM form", name));
  if (SSL_CTX_use_certificate(context, own.get()) != 1)
    refuse(fmt::format("{} cannot be used: {}", name, reason()));
  while (X509* const next = PEM_read_bio_X509(in.get(), nullptr, &no_passphrase, nullptr))
    SSL_CTX_add0_chain_cert(context, next);
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
    refuse(fmt::format("{} holds a certificate that is damaged", name));
  ERR_clear_error();
  return own;
}

/// The first of our protocols that the client knows. One that knows others alone means no HTTP: it ends here,
/// before what it sends could be taken for HTTP.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned offered_size, void*) {
  const int found = SSL_select_next_proto(const_cast<unsigned char**>(chosen), size,
                                          reinterpret_cast<const unsigned char*>(kProtocols.data()),
                                          static_cast<unsigned>(kProtocols.size()), offered, offered_size);
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void set_up(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // Of TLS 1.2 the suites with forward secrecy and authenticated encryption; TLS 1.3 has no others.
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_PRIORITIZE_CHACHA |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Sessions are resumed by tickets, which the client keeps.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context, &choose_protocol, nullptr);
  // As send() does it: what there is room for is written, and the rest may have moved when it is tried again.
  // A connection without bytes to come holds no buffers.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context, 1);  // one recv for whatever has come
}

std::string read_file(std::string_view what, const std::string& name) {
  if (name.empty()) refuse(fmt::format("TLS needs a {}, and none is given", what));
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(name.c_str(), "rbe"), &std::fclose);
  std::string out;
  char piece[4096];
  std::size_t got = 0;
  while (file && (got = std::fread(piece, 1, sizeof piece, file.get())) != 0) out.append(piece, got);
  if (!file || std::ferror(file.get()))
    refuse(fmt::format("{} cannot be read: {}", name_of(what, name), std::strerror(errno)));
  return out;
}

}  // namespace

TlsOptions with_texts(TlsOptions options) {
  if (options.certificate.empty()) options.certificate = read_file("certificate", options.certificate_file);
  if (options.key.empty()) options.key = read_file("key", options.key_file);
  return options;
}

TlsContext::TlsContext(const TlsOptions& given) {
  const TlsOptions options = with_texts(given);
  ERR_clear_error();
  Owned<SSL_CTX> context(SSL_CTX_new(TLS_server_method()));
  if (!context) refuse(fmt::format("OpenSSL cannot start: {}", reason()));
  set_up(context.get());
  const Owned<X509> own = read_certificates(context.get(), options);
  const Owned<EVP_PKEY> key = read_key(options);
  if (X509_check_private_key(own.get(), key.get()) != 1)
    refuse(fmt::format("{} does not belong to {}", name_of("key", options.key_file),
                       name_of("certificate", options.certificate_file)));
  if (SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1)
    refuse(fmt::format("{} cannot be used: {}", name_of("key", options.key_file), reason()));
  context_ = context.release();
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

}  // namespace retort::server::detail
