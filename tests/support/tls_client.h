// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// TlsClient: a blocking client of OpenSSL's own, to ask a server with. Loopback only; it believes whatever
// certificate it is given the text of, or any.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace retort::test {

struct TlsClientOptions {
  int version = 0;                 ///< TLS1_2_VERSION and the like; 0: any
  std::string protocols = {};      ///< of ALPN, with their lengths; "": none
  std::string trusted = {};        ///< the certificate to believe, PEM; "": any
  std::string name = "localhost";  ///< that the certificate shall have, or an address
  SSL_SESSION* session = nullptr;  ///< to go on with
};

class TlsClient {
 public:
  /// Connects to 127.0.0.1; throws std::runtime_error when refused, or with OpenSSL's reason.
  explicit TlsClient(std::uint16_t port, const TlsClientOptions& options = {})
      : context_(SSL_CTX_new(TLS_client_method())), fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sigset_t pipe;  // OpenSSL raises it where the server has closed
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &former_);
    const timeval limit{20, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    set_up(options);
    const bool connected = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    if (connected && SSL_connect(ssl_) == 1) return;
    const std::string reason = connected ? take_error() : "connection refused";
    free();
    throw std::runtime_error(reason);
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;
  ~TlsClient() { free(); }

  /// Sends all, in pieces of at most `piece` bytes; stops quietly when the server has closed.
  void send(std::string_view bytes, std::size_t piece = SIZE_MAX) {
    while (!bytes.empty()) {
      std::size_t sent = 0;
      if (SSL_write_ex(ssl_, bytes.data(), std::min(piece, bytes.size()), &sent) != 1) return;
      bytes.remove_prefix(sent);
    }
  }
  /// All that comes until the server closes, at most ten seconds.
  std::string read_to_end() { return read_until("", std::chrono::seconds(10)); }
  /// What comes until it ends with `end`, the server closes, or `time` has passed.
  std::string read_until(std::string_view end, std::chrono::milliseconds time) {
    const auto deadline = std::chrono::steady_clock::now() + time;
    std::string out;
    std::string buffer(65536, '\0');
    while ((end.empty() || !std::string_view(out).ends_with(end)) &&
           std::chrono::steady_clock::now() < deadline) {
      std::size_t got = 0;
      if (SSL_read_ex(ssl_, buffer.data(), buffer.size(), &got) != 1) break;
      out.append(buffer, 0, got);
    }
    return out;
  }
  /// Whether the server has said that no more would come.
  bool ended_cleanly() const { return (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0; }
  /// Says that no more comes from here; reading goes on.
  void end() { SSL_shutdown(ssl_); }
  /// The bytes that `write` would put on the wire, in place of putting them there.
  template <class Write>
  std::string sealed(Write write) {
    BIO* const wire = SSL_get_wbio(ssl_);
    BIO_up_ref(wire);
    BIO* const out = BIO_new(BIO_s_mem());
    SSL_set0_wbio(ssl_, out);
    write();
    char* text = nullptr;
    const long size = BIO_get_mem_data(out, &text);
    std::string bytes(text, static_cast<std::size_t>(size));
    SSL_set0_wbio(ssl_, wire);
    return bytes;
  }
  /// Puts bytes on the wire as they are; stops quietly when the server has closed.
  void send_sealed(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// Closes the socket, with a reset or without a word.
  void cut(bool reset) {
    const linger now{reset ? 1 : 0, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(fd_);
    fd_ = -1;
  }
  SSL* ssl() { return ssl_; }

 private:
  void set_up(const TlsClientOptions& options) {
    SSL_CTX_set_min_proto_version(context_, options.version);
    SSL_CTX_set_max_proto_version(context_, options.version);
    SSL_CTX_set_cipher_list(context_, "ALL:@SECLEVEL=0");
    if (!options.trusted.empty()) trust(options.trusted);
    ssl_ = SSL_new(context_);
    if (!options.protocols.empty())
      SSL_set_alpn_protos(ssl_, reinterpret_cast<const unsigned char*>(options.protocols.data()),
                          static_cast<unsigned>(options.protocols.size()));
    if (!options.trusted.empty() &&
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), options.name.c_str()) != 1)
      SSL_set1_host(ssl_, options.name.c_str());
    ERR_clear_error();
    if (options.session) SSL_set_session(ssl_, options.session);
    SSL_set_fd(ssl_, fd_);
  }
  void trust(const std::string& certificate) {
    BIO* const in = BIO_new_mem_buf(certificate.data(), static_cast<int>(certificate.size()));
    X509* const own = PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_), own);
    X509_free(own);
    BIO_free(in);
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
  }
  static std::string take_error() {
    const char* const text = ERR_reason_error_string(ERR_peek_error());
    ERR_clear_error();
    return text ? text : "the connection has ended";
  }
  void free() {
    if (fd_ >= 0) SSL_shutdown(ssl_);  // or its session would be taken for a bad one
    SSL_free(ssl_);
    SSL_CTX_free(context_);
    if (fd_ >= 0) close(fd_);
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    const timespec now{};
    while (sigtimedwait(&pipe, nullptr, &now) == SIGPIPE) continue;
    pthread_sigmask(SIG_SETMASK, &former_, nullptr);
  }

  sigset_t former_{};
  SSL_CTX* context_;
  SSL* ssl_ = nullptr;
  int fd_;
};

}  // namespace retort::test
