// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/certificate.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "retort/app/cli.h"

namespace retort::detail {
namespace {

namespace fs = std::filesystem;
using ::testing::StartsWith;
using Word = std::optional<std::string>;

/// In a folder of its own, with a file c.pem and a folder "folder".
class CertificateTest : public ::testing::Test {
 protected:
  CertificateTest()
      : former(fs::current_path()),
        folder(fs::path(::testing::TempDir()) / fmt::format("certificate_{}", getpid())) {
    fs::create_directories(folder / "folder");
    fs::current_path(folder);
    std::ofstream("c.pem") << "any";
  }
  ~CertificateTest() override {
    fs::current_path(former);
    fs::remove_all(folder);
  }
  static std::string refusal_of(const Word& cert, const Word& key) {
    try {
      read_certificate(cert, key);
    } catch (const UsageError& e) {
      return e.what();
    }
    return "";
  }

  fs::path former, folder;
};

// What `flask run` says to the same words.
TEST_F(CertificateTest, WordsThatDoNotGoTogetherAreRefusedAsFlaskDoes) {
  const struct {
    Word cert, key;
    std::string says;
  } cases[] = {
      {{}, {}, ""},
      {"c.pem", "c.pem", ""},
      {"adhoc", {}, ""},
      {{}, "c.pem", R"(Invalid value for '--key': "--cert" must also be specified.)"},
      {"c.pem", {}, R"(Invalid value for '--key': Required when using "--cert".)"},
      {"ADHOC", "c.pem", R"(Invalid value for '--key': When "--cert" is "adhoc", "--key" is not used.)"},
      {"no.pem", {}, "Invalid value for '--cert': File 'no.pem' does not exist."},
      {"no.pem", "c.pem", "Invalid value for '--cert': File 'no.pem' does not exist."},
      {{}, "no.pem", "Invalid value for '--key': File 'no.pem' does not exist."},
      {"c.pem", "no.pem", "Invalid value for '--key': File 'no.pem' does not exist."},
      {"folder", "c.pem", "Invalid value for '--cert': File 'folder' is a directory."},
      {"c.pem", "folder", "Invalid value for '--key': File 'folder' is a directory."},
  };
  for (const auto& c : cases)
    EXPECT_EQ(refusal_of(c.cert, c.key), c.says) << c.cert.value_or("-") << c.key.value_or("-");
}

TEST_F(CertificateTest, AFileOfThatNameIsNotAdhoc) {
  EXPECT_THAT(read_certificate("adhoc", {})->certificate, StartsWith("-----BEGIN CERTIFICATE-----\n"));
  std::ofstream("adhoc") << "any";
  EXPECT_EQ(refusal_of("adhoc", {}), R"(Invalid value for '--key': Required when using "--cert".)");
  EXPECT_EQ(read_certificate("adhoc", "c.pem")->certificate_file, "adhoc");
}

TEST_F(CertificateTest, AnotherProcessTakesIt) {
  const server::TlsOptions made = server::adhoc_tls();
  const int fd = share_certificate(made);
  ASSERT_GE(fd, 0);
  const int copy = dup(fd);
  for (const int each : {fd, copy}) {
    const std::optional<server::TlsOptions> taken = shared_certificate(each);
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->certificate, made.certificate + made.key);
    EXPECT_EQ(taken->key, made.certificate + made.key);
  }
  close(fd);
  close(copy);
  EXPECT_FALSE(shared_certificate(copy));
}

}  // namespace
}  // namespace retort::detail
