// SPDX-License-Identifier: BSD-3-Clause
// Clients that mean no good, on a port that speaks TLS.
#include "retort/server/tls.h"

#include "tests/security/server_fixture.h"
#include "tests/support/tls_client.h"

namespace retort::security {
namespace {

using test::TlsClient;

class TlsAttack : public ::testing::Test {
 protected:
  void serve(milliseconds header = milliseconds(10'000)) {
    server::ServerOptions options;
    options.port = 0;
    options.tls = server::adhoc_tls();
    options.timeouts.header = header;
    options.on_error = [](std::string_view) {};
    server_.emplace(target_, std::move(options));
    server_->start();
    thread_ = std::thread([this] { server_->run(); });
  }
  void TearDown() override {
    {
      TlsClient next(server_->port());
      next.send(kNext);
      EXPECT_THAT(next.read_to_end(), EndsWith("asked:/next")) << "the next client is not served";
    }
    for (int i = 0; i < 500 && server_->stats().connections != 0; ++i) std::this_thread::sleep_for(10ms);
    server_->stop();
    server_->stop();  // at once
    thread_.join();
    EXPECT_EQ(server_->stats().connections, 0u);
    EXPECT_EQ(server_->stats().exchanges, 0u);
    EXPECT_EQ(server_->stats().buffers, 0u);
  }

  static constexpr std::string_view kNext = "GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  Target target_;
  std::optional<server::Server> server_;
  std::thread thread_;
};

/// The beginning of a handshake, as OpenSSL's client writes it.
std::string client_hello() {
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  SSL* const ssl = SSL_new(context);
  BIO* const out = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl, BIO_new(BIO_s_mem()), out);
  SSL_connect(ssl);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out, &text);
  std::string hello(text, static_cast<std::size_t>(size));
  SSL_free(ssl);
  SSL_CTX_free(context);
  return hello;
}

TEST_F(TlsAttack, HandshakesThatAreSlowOrSilentEndInTime) {
  serve(milliseconds(1000));
  const std::string hello = client_hello();
  const auto begun = std::chrono::steady_clock::now();
  RawClient silent(server_->port()), half(server_->port()), whole(server_->port()), dripping(server_->port());
  half.send(hello.substr(0, hello.size() / 2));
  whole.send(hello);  // and never the end of it
  EXPECT_EQ(silent.read_to_end(), "");
  EXPECT_EQ(half.read_to_end(), "");
  EXPECT_THAT(whole.read_to_end(), StartsWith("\x16\x03\x03"));
  for (const char c : hello) {
    dripping.send(std::string(1, c));
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_EQ(dripping.read_to_end(), "");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 8s);
}

TEST_F(TlsAttack, GarbageEndsItsConnectionAlone) {
  serve();
  const std::string hello = client_hello();
  std::string flipped = hello;
  flipped[9] = static_cast<char>(flipped[9] ^ 0x55);
  std::string endless = "\x16\x03\x01\xff\xff";
  endless.append(100'000, 'x');
  for (const std::string& bytes :
       {std::string(1, '\0'), std::string("\x80\x2e\x01\x00\x02"), std::string(5'000, '\x16'), flipped,
        endless, hello + hello, hello + "GET / HTTP/1.1\r\n\r\n",
        std::string("\x15\x03\x01\x00\x02\x01\x00", 7)}) {
    RawClient client(server_->port());
    client.send(bytes);
    client.shutdown_write();
    EXPECT_THAT(client.read_to_end(), Not(HasSubstr("HTTP/1.1 200")));
  }
}

TEST_F(TlsAttack, ClientsThatVanishInTheHandshakeLeaveNothing) {
  serve();
  const std::string hello = client_hello();
  for (int i = 0; i < 30; ++i) {
    RawClient client(server_->port());
    client.send(hello.substr(0, hello.size() - static_cast<std::size_t>(i)));
    client.reset();
  }
  for (const bool reset : {true, false}) {
    for (int i = 0; i < 10; ++i) {
      TlsClient client(server_->port());
      client.send("GET /park HTTP/1.1\r\nHost: x\r\n\r\nGET /big HTTP/1.1\r\nHost: x\r\n\r\n");
      client.cut(reset);
    }
  }
}

// CVE-2009-3555, and the cost of handshakes that a client may ask for again and again.
TEST_F(TlsAttack, ClientsCannotRenegotiate) {
  serve();
  TlsClient client(server_->port(), {.version = TLS1_2_VERSION});
  SSL_renegotiate(client.ssl());
  EXPECT_NE(SSL_do_handshake(client.ssl()), 1);
}

// They are processed where the server reads, which would never come to an end.
TEST_F(TlsAttack, KeyUpdatesWithoutEndAreNotServed) {
  serve();
  for (const int kind : {SSL_KEY_UPDATE_REQUESTED, SSL_KEY_UPDATE_NOT_REQUESTED}) {
    TlsClient client(server_->port(), {.version = TLS1_3_VERSION});
    const auto update = [&] {
      ASSERT_EQ(SSL_key_update(client.ssl(), kind), 1);
      ASSERT_EQ(SSL_do_handshake(client.ssl()), 1);
    };
    update();  // one is in order
    client.send("GET /ok HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(client.read_until("asked:/ok", 10s), EndsWith("asked:/ok"));
    client.send_sealed(client.sealed([&] {
      for (int i = 0; i < 5000; ++i) update();
      client.send("GET /flooded HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    }));
    EXPECT_EQ(client.read_to_end(), "");
  }
}

TEST_F(TlsAttack, NoDataIsTakenBeforeTheHandshakeIsDone) {
  serve();
  TlsClient first(server_->port(), {.version = TLS1_3_VERSION});
  first.send(kNext);
  first.read_to_end();
  SSL_SESSION* const session = SSL_get1_session(first.ssl());
  EXPECT_EQ(SSL_SESSION_get_max_early_data(session), 0u) << "what is sent early can be sent again by others";
  SSL_SESSION_free(session);
}

}  // namespace
}  // namespace retort::security
