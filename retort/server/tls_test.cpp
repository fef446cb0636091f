// SPDX-License-Identifier: BSD-3-Clause
// HTTPS, asked by OpenSSL's own client, by curl and by Python.
#include "retort/server/tls.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/raw_client.h"
#include "tests/support/tls_client.h"
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/fiber/fiber.h"
#include "retort/message/request.h"
#include "retort/message/response.h"
#include "retort/server/server.h"

namespace retort::server {
namespace {

using namespace std::chrono_literals;
using test::RawClient;
using test::TlsClient;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;
namespace fs = std::filesystem;

fs::path scratch(const std::string& name) {
  const fs::path folder = fs::path(::testing::TempDir()) / ("tls_" + std::to_string(getpid()));
  fs::create_directories(folder);
  return folder / name;
}
std::string write(const std::string& name, const std::string& text) {
  std::ofstream(scratch(name)) << text;
  return scratch(name).string();
}

std::string pattern(std::size_t size) {
  std::string out(size, '\0');
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>('a' + i * 7 % 26);
  return out;
}

class Probe final : public Handler {
 public:
  void handle(Request& request, Response& response) override {
    if (request.path == "/echo") {
      response.set_data(std::string(request.get_data()));
    } else if (request.path == "/sleep") {
      fiber::sleep_for(50ms);
      response.set_data("slept");
    } else if (request.path == "/hold") {
      std::this_thread::sleep_for(5ms);
      ++held;
    } else if (request.path == "/held") {
      response.set_data(std::to_string(held));
    } else if (request.path == "/big") {
      response.set_data(pattern(3'000'000));
    } else if (request.path == "/file") {
      const std::string name = write("served", pattern(2'500'000));
      response.set_file(open(name.c_str(), O_RDONLY | O_CLOEXEC), 1000, 2'400'000);
    } else if (request.path == "/stream") {
      response.set_stream([](BodyWriter& out) {
        for (int i = 0; i < 20; ++i) {
          out.write(pattern(50'000));
          fiber::sleep_for(1ms);
        }
      });
    } else if (request.path == "/upgrade") {
      response.upgrade("echo", [](UpgradedConnection& connection) {
        char buffer[64];
        while (const std::size_t n = connection.read(buffer, sizeof buffer)) connection.write({buffer, n});
      });
    } else {
      response.set_data(request.url.str() + (request.is_secure() ? " is secure" : " is not"));
    }
  }

  int held = 0;  // the worker's
};

const TlsOptions& own_certificate() {
  static const TlsOptions made = adhoc_tls();
  return made;
}

class TlsTest : public ::testing::Test {
 protected:
  void serve(ServerOptions options = {}) {
    options.port = 0;
    if (!options.tls) options.tls = own_certificate();
    options.on_error = [](std::string_view) {};
    options.on_access = [this](const AccessRecord& record) {
      const std::lock_guard lock(mutex_);
      accesses_.push_back(request_line(record) + " " + std::to_string(record.status));
    };
    server_.emplace(probe_, std::move(options));
    server_->start();
    thread_ = std::thread([this] { server_->run(); });
  }
  void TearDown() override {
    fs::remove_all(scratch(""));
    if (!server_) return;
    for (int i = 0; i < 300 && server_->stats().connections != 0; ++i) std::this_thread::sleep_for(10ms);
    EXPECT_EQ(server_->stats().connections, 0u);
    server_->stop();
    server_->stop();  // at once
    thread_.join();
    EXPECT_EQ(server_->stats().exchanges, 0u);
    EXPECT_EQ(server_->stats().buffers, 0u);
  }
  static std::string get(const std::string& path, const std::string& more = "Connection: close\r\n") {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
  }
  std::string ask(const std::string& bytes, const test::TlsClientOptions& options = {}) {
    TlsClient client(server_->port(), options);
    client.send(bytes);
    std::string out = client.read_to_end();
    EXPECT_TRUE(client.ended_cleanly());
    return out;
  }
  std::string reason_of_refusal(const test::TlsClientOptions& options) {
    try {
      TlsClient client(server_->port(), options);
    } catch (const std::runtime_error& e) {
      return e.what();
    }
    return "accepted";
  }
  std::vector<std::string> accesses() {
    const std::lock_guard lock(mutex_);
    return accesses_;
  }

  Probe probe_;
  std::mutex mutex_;
  std::vector<std::string> accesses_;
  std::optional<Server> server_;
  std::thread thread_;
};

TEST_F(TlsTest, AnswersInBothVersionsAndIsSecure) {
  serve();
  EXPECT_EQ(server_->address(), "https://127.0.0.1:" + std::to_string(server_->port()));
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const std::string answer = ask(get("/a?b=1"), {.version = version});
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, EndsWith("https://x/a?b=1 is secure"));
  }
}

TEST_F(TlsTest, RefusesWhatIsOutOfDate) {
  serve();
  EXPECT_THAT(reason_of_refusal({.version = TLS1_1_VERSION}), HasSubstr("protocol version"));
  TlsClient client(server_->port(), {.version = TLS1_2_VERSION});
  EXPECT_THAT(SSL_get_cipher_name(client.ssl()), StartsWith("ECDHE-ECDSA-"));
}

TEST_F(TlsTest, AgreesOnHttp1AndOnNothingElse) {
  serve();
  const auto chosen = [&](const std::string& protocols) {
    TlsClient client(server_->port(), {.protocols = protocols});
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.ssl(), &name, &size);
    return std::string(reinterpret_cast<const char*>(name), size);
  };
  EXPECT_EQ(chosen("\x02h2\x08http/1.1"), "http/1.1");
  EXPECT_EQ(chosen("\x08http/1.0"), "http/1.0");
  EXPECT_EQ(chosen(""), "");
  EXPECT_THAT(reason_of_refusal({.protocols = "\x02h2"}), HasSubstr("no application protocol"));
}

TEST_F(TlsTest, TheAdhocCertificateIsThisMachines) {
  serve();
  const std::string& own = own_certificate().certificate;
  for (const char* name : {"localhost", "127.0.0.1", "::1"})
    EXPECT_THAT(ask(get("/"), {.trusted = own, .name = name}), EndsWith("is secure")) << name;
  EXPECT_THAT(reason_of_refusal({.trusted = own, .name = "example.com"}),
              HasSubstr("certificate verify failed"));
  EXPECT_THAT(reason_of_refusal({.trusted = adhoc_tls().certificate}), HasSubstr("certificate verify failed"))
      << "each is another one";
}

TEST_F(TlsTest, AnswersPipelinedRequestsHoweverTheyAreCutIntoRecords) {
  serve();
  const std::string three = get("/1", "") + get("/sleep", "") + get("/3");
  for (const std::size_t piece : {SIZE_MAX, std::size_t{100}, std::size_t{7}, std::size_t{1}}) {
    TlsClient client(server_->port());
    client.send(three, piece);
    const std::string answer = client.read_to_end();
    const auto first = answer.find("x/1 is secure"), second = answer.find("slept");
    EXPECT_LT(first, second) << piece;
    EXPECT_NE(second, answer.npos) << piece;
    EXPECT_THAT(answer, EndsWith("x/3 is secure")) << piece;
  }
}

TEST_F(TlsTest, ConnectionsAreKept) {
  serve();
  TlsClient client(server_->port());
  for (int i = 0; i < 20; ++i) {
    client.send(get("/kept", ""));
    EXPECT_THAT(client.read_until("secure", 10s), EndsWith("/kept is secure"));
  }
  EXPECT_EQ(server_->stats().accepted, 1u);
}

TEST_F(TlsTest, ReadsBodiesOfBothFramings) {
  serve();
  const std::string body = pattern(700'000);
  const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
  EXPECT_THAT(ask(head + "Content-Length: 700000\r\n\r\n" + body), EndsWith("\r\n\r\n" + body));
  EXPECT_THAT(ask(head + "Transfer-Encoding: chunked\r\n\r\nAAE60\r\n" + body + "\r\n0\r\n\r\n"),
              EndsWith("\r\n\r\n" + body));
  TlsClient asked(server_->port());
  asked.send(head + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(asked.read_until("\r\n\r\n", 10s), "HTTP/1.1 100 Continue\r\n\r\n");
  asked.send("ok", 1);
  EXPECT_THAT(asked.read_to_end(), EndsWith("\r\n\r\nok"));
}

TEST_F(TlsTest, LargeAnswersWaitForASlowReader) {
  serve();
  const std::pair<const char*, std::string> cases[] = {{"/big", pattern(3'000'000)},
                                                       {"/file", pattern(2'500'000).substr(1000, 2'400'000)}};
  for (const auto& [path, body] : cases) {
    TlsClient client(server_->port());
    client.send(get(path));
    std::this_thread::sleep_for(20ms);
    EXPECT_THAT(ask(get("/meanwhile")), EndsWith("/meanwhile is secure"));
    const std::string answer = client.read_to_end();
    EXPECT_TRUE(client.ended_cleanly());
    EXPECT_TRUE(answer.ends_with("\r\n\r\n" + body)) << path << ": " << answer.size();
  }
}

TEST_F(TlsTest, StreamsArriveWhole) {
  serve();
  std::string want;
  for (int i = 0; i < 20; ++i) want += pattern(50'000);
  EXPECT_TRUE(ask("GET /stream HTTP/1.0\r\n\r\n").ends_with("\r\n\r\n" + want))
      << "ended by close_notify alone";
  EXPECT_THAT(ask(get("/stream")), EndsWith("\r\n0\r\n\r\n"));
}

TEST_F(TlsTest, UpgradesToAnotherProtocol) {
  serve();
  TlsClient client(server_->port());
  client.send("GET /upgrade HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nearly");
  EXPECT_THAT(client.read_until("early", 10s), StartsWith("HTTP/1.1 101 Switching Protocols\r\n"));
  client.send("more", 1);
  EXPECT_EQ(client.read_until("more", 10s), "more");
  client.end();
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(TlsTest, ClientsThatSaidTheirLastWordGetTheirAnswer) {
  serve();
  TlsClient client(server_->port());
  client.send(get("/sleep"));
  client.end();
  EXPECT_THAT(client.read_to_end(), EndsWith("slept"));
}

TEST_F(TlsTest, SessionsAreResumedWithTickets) {
  serve();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient first(server_->port(), {.version = version});
    first.send(get("/"));
    first.read_to_end();  // tickets of TLS 1.3 come before the answer
    SSL_SESSION* const session = SSL_get1_session(first.ssl());
    TlsClient second(server_->port(), {.version = version, .session = session});
    EXPECT_EQ(SSL_session_reused(second.ssl()), 1);
    second.send(get("/again"));
    EXPECT_THAT(second.read_to_end(), EndsWith("/again is secure"));
    SSL_SESSION_free(session);
  }
}

TEST_F(TlsTest, SeveralWorkersShareTheCertificateAndItsTickets) {
  ServerOptions options;
  options.workers = 3;
  serve(std::move(options));
  SSL_SESSION* session = nullptr;  // good for one connection
  for (int i = 0; i < 20; ++i) {
    TlsClient client(server_->port(), {.session = session});
    EXPECT_EQ(SSL_session_reused(client.ssl()), i == 0 ? 0 : 1) << i;
    client.send(get("/"));
    EXPECT_THAT(client.read_to_end(), EndsWith("is secure"));
    EXPECT_TRUE(client.ended_cleanly());
    SSL_SESSION_free(session);
    session = SSL_get1_session(client.ssl());
  }
  SSL_SESSION_free(session);
}

TEST_F(TlsTest, APlainRequestIsToldWhatIsWrong) {
  serve();
  RawClient client(server_->port());
  client.send(get("/typed"));
  const std::string answer = client.read_to_end();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_THAT(answer, HasSubstr("the address begins with https://"));
  EXPECT_THAT(accesses(), ::testing::ElementsAre("GET /typed HTTP/1.1 400"));
}

TEST_F(TlsTest, StoppingLetsRunningRequestsAndHandshakesFinish) {
  serve();
  TlsClient running(server_->port()), kept(server_->port()), fresh(server_->port());
  kept.send(get("/kept", ""));
  EXPECT_THAT(kept.read_until("secure", 10s), EndsWith("/kept is secure"));
  running.send(get("/sleep", ""));
  while (server_->stats().requests < 2) std::this_thread::sleep_for(1ms);
  server_->stop();
  EXPECT_EQ(kept.read_to_end(), "");
  EXPECT_TRUE(kept.ended_cleanly()) << "an idle connection is closed at once, and told";
  fresh.send(get("/fresh", ""));
  EXPECT_THAT(fresh.read_to_end(), EndsWith("/fresh is secure"));
  EXPECT_THAT(running.read_to_end(), EndsWith("slept"));
  EXPECT_TRUE(running.ended_cleanly());
}

TEST_F(TlsTest, StoppingWaitsForARequestWhoseRecordIsOnItsWay) {
  serve();
  TlsClient client(server_->port());
  client.send(get("/kept", ""));
  EXPECT_THAT(client.read_until("secure", 10s), EndsWith("/kept is secure"));
  const std::string record = client.sealed([&] { client.send(get("/last", "")); });
  client.send_sealed(record.substr(0, record.size() / 2));
  std::this_thread::sleep_for(50ms);  // OpenSSL has it, the socket no longer
  server_->stop();
  std::this_thread::sleep_for(50ms);
  client.send_sealed(record.substr(record.size() / 2));
  EXPECT_THAT(client.read_to_end(), EndsWith("/last is secure"));
}

TEST_F(TlsTest, AClientThatNeverPausesLeavesOthersTheirTurn) {
  serve();
  TlsClient busy(server_->port()), other(server_->port());
  busy.send_sealed(busy.sealed([&] {
    for (int i = 0; i < 400; ++i) busy.send(get("/hold", ""));
  }));
  EXPECT_THAT(busy.read_until("\r\n\r\n", 10s), StartsWith("HTTP/1.1 200 OK\r\n"));
  other.send(get("/held"));
  const std::string answer = other.read_to_end();
  EXPECT_LT(std::stoi(answer.substr(answer.find("\r\n\r\n") + 4)), 150);
  busy.cut(true);
}

TEST_F(TlsTest, IsWhatOtherClientsTakeIt) {
  serve();
  const std::string certificate = write("own.pem", own_certificate().certificate);
  const std::string address = "https://localhost:" + std::to_string(server_->port());
  const auto output_of = [](const std::string& command) {
    std::string out;
    std::FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
    char buffer[4096];
    while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, n);
    pclose(pipe);
    return out;
  };
  if (std::system("command -v curl >/dev/null") == 0) {
    EXPECT_EQ(output_of("curl --noproxy '*' -sS --cacert " + certificate + " " + address + "/curl"),
              address + "/curl is secure");
    EXPECT_THAT(output_of("curl --noproxy '*' -sS " + address + "/curl"), HasSubstr("self-signed"));
  } else {
    std::puts("SKIPPED: no curl");
  }
  EXPECT_EQ(
      output_of("python3 -c \"import ssl, urllib.request as u; "
                "c = ssl.create_default_context(cafile='" +
                certificate + "'); print(len(u.urlopen('" + address +
                "/big', context=c).read()), u.urlopen('" + address + "/py', context=c).read().decode())\""),
      "3000000 " + address + "/py is secure\n");
}

// Files that are no certificate or no key.

std::string pem_of(EVP_PKEY* key, const EVP_CIPHER* cipher) {
  BIO* const out = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(out, key, cipher, nullptr, 0, nullptr,
                           cipher ? const_cast<char*>("pass") : nullptr);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(out);
  return pem;
}

std::string refusal_of(const TlsOptions& options) {
  try {
    load_tls(options);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

TEST(TlsOptionsTest, WhatCannotBeUsedIsOneSentence) {
  const TlsOptions own = adhoc_tls();
  EVP_PKEY* const rsa = EVP_RSA_gen(2048);
  const std::string certificate = write("c.pem", own.certificate), key = write("k.pem", own.key);
  const std::string other = write("other.pem", adhoc_tls().key), none = write("none.pem", "no PEM\n");
  const std::string rsa_key = write("rsa.pem", pem_of(rsa, nullptr));
  const std::string encrypted = write("encrypted.pem", pem_of(rsa, EVP_aes_128_cbc()));
  const std::string damaged = write(
      "damaged.pem", own.certificate + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  const std::string both = write("both.pem", own.certificate + own.key);
  EVP_PKEY_free(rsa);
  const std::string folder = scratch("").string();
  const struct {
    std::string certificate, key, says;
  } cases[] = {
      {certificate, key, ""},
      {both, both, ""},
      {"/no/such.pem", key, "the certificate file '/no/such.pem' cannot be read: No such file or directory"},
      {certificate, folder, "the key file '" + folder + "' cannot be read: Is a directory"},
      {none, key, "the certificate file '" + none + "' holds no certificate in PEM form"},
      {damaged, key, "the certificate file '" + damaged + "' holds a certificate that is damaged"},
      {certificate, none, "the key file '" + none + "' holds no private key in PEM form"},
      {certificate, certificate, "the key file '" + certificate + "' holds no private key in PEM form"},
      {certificate, other,
       "the key file '" + other + "' does not belong to the certificate file '" + certificate + "'"},
      {certificate, rsa_key,
       "the key file '" + rsa_key + "' does not belong to the certificate file '" + certificate + "'"},
      {certificate, encrypted,
       "the key file '" + encrypted +
           "' is encrypted; write it without a passphrase: openssl pkey -in OLD -out NEW"},
      {certificate, "", "TLS needs a key, and none is given"},
      {"", key, "TLS needs a certificate, and none is given"},
  };
  for (const auto& c : cases)
    EXPECT_EQ(refusal_of({.certificate_file = c.certificate, .key_file = c.key}), c.says)
        << c.certificate << c.key;
  EXPECT_EQ(refusal_of({.certificate = own.certificate, .key = adhoc_tls().key}),
            "the key does not belong to the certificate");
  EXPECT_EQ(ERR_peek_error(), 0u) << "nothing is left for others on this thread";
  Probe probe;
  ServerOptions options;
  options.port = 0;
  options.tls = TlsOptions{.certificate_file = certificate, .key_file = other};
  Server server(probe, std::move(options));
  EXPECT_THROW(server.start(), std::runtime_error);
  fs::remove_all(scratch(""));
}

}  // namespace
}  // namespace retort::server
