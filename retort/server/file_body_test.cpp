// SPDX-License-Identifier: BSD-3-Clause
// Bodies that are files, on their way to fast, slow and vanishing clients.
#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include "tests/support/raw_client.h"
#include <dirent.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "retort/message/request.h"
#include "retort/message/response.h"
#include "retort/server/server.h"

namespace retort::server {
namespace {

using namespace std::chrono_literals;
using test::RawClient;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::size_t kBig = 24'000'000;

std::size_t open_descriptors() {
  DIR* folder = ::opendir("/proc/self/fd");
  std::size_t n = 0;
  while (::readdir(folder)) ++n;
  ::closedir(folder);
  return n;
}

/// Serves a file, /announced of it more than there is.
class FileHandler final : public Handler {
 public:
  FileHandler() : path_(::testing::TempDir() + "retort-file-body-" + std::to_string(::getpid())) {
    std::string text(kBig, '.');
    for (std::size_t i = 0; i < text.size(); i += 1000) text[i] = static_cast<char>('a' + i / 1000 % 26);
    std::ofstream(path_, std::ios::binary) << text;
    text_ = std::move(text);
  }
  ~FileHandler() override { ::unlink(path_.c_str()); }

  void handle(Request& request, Response& response) override {
    const int fd = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (request.path == "/small") response.set_file(fd, 999, 5);
    if (request.path == "/big") response.set_file(fd, 0, kBig);
    if (request.path == "/part") response.set_file(fd, 1'000'000, 2'000'000);
    if (request.path == "/none") response.set_file(fd, 0, 0);
    if (request.path == "/announced") response.set_file(fd, kBig - 100'000, 200'000);
    if (request.path == "/announced-small") response.set_file(fd, kBig - 10, 20);
    if (request.path == "/304") {
      response.set_file(fd, 0, kBig);
      response.status_code = 304;
    }
  }
  /// Has the system drop what it keeps of the file in memory.
  void forget() const {
    const int fd = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    ::fsync(fd);
    ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    ::close(fd);
  }
  std::string text(std::size_t from, std::size_t size) const { return text_.substr(from, size); }

 private:
  std::string path_, text_;
};

class FileBody : public ::testing::Test {
 protected:
  FileBody() : server_(handler_, options()) {
    server_.start();
    thread_ = std::thread([this] { server_.run(); });
    before_ = open_descriptors();
  }
  ~FileBody() override {
    for (int i = 0; i < 300 && server_.stats().connections != 0; ++i) std::this_thread::sleep_for(10ms);
    EXPECT_EQ(server_.stats().connections, 0u);
    EXPECT_EQ(server_.stats().buffers, 0u);
    EXPECT_LE(open_descriptors(), before_) << "a file was left open";
    server_.stop();
    thread_.join();
  }
  static ServerOptions options() {
    ServerOptions out;
    out.port = 0;
    out.on_error = [](std::string_view) {};
    out.timeouts.write = 500ms;
    return out;
  }
  static std::string get(const std::string& path, const std::string& more = "Connection: close\r\n",
                         const std::string& method = "GET") {
    return method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
  }
  std::string ask(const std::string& bytes) {
    RawClient client(server_.port());
    client.send(bytes);
    return client.read_to_end();
  }
  static std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

  FileHandler handler_;
  Server server_;
  std::thread thread_;
  std::size_t before_ = 0;
};

TEST_F(FileBody, IsSentWholeOrInPart) {
  EXPECT_EQ(body_of(ask(get("/small"))), handler_.text(999, 5));
  EXPECT_TRUE(body_of(ask(get("/big"))) == handler_.text(0, kBig));
  const std::string part = ask(get("/part"));
  EXPECT_THAT(part.substr(0, 500), HasSubstr("Content-Length: 2000000\r\n"));
  EXPECT_TRUE(body_of(part) == handler_.text(1'000'000, 2'000'000));
  EXPECT_THAT(ask(get("/none")), EndsWith("Content-Length: 0\r\nConnection: close\r\n\r\n"));
}

TEST_F(FileBody, HeadAnd304HaveNone) {
  const std::string head = ask(get("/big", "Connection: close\r\n", "HEAD"));
  EXPECT_THAT(head, HasSubstr("Content-Length: 24000000\r\n"));
  EXPECT_EQ(body_of(head), "");
  EXPECT_EQ(body_of(ask(get("/304"))), "");
}

TEST_F(FileBody, KeepsItsPlaceInAPipeline) {
  const std::string answer = ask(get("/small", "") + get("/part", "") + get("/small", "") + get("/none"));
  const std::size_t second = answer.find("HTTP/1.1", 10);
  EXPECT_THAT(answer.substr(0, second), EndsWith(handler_.text(999, 5)));
  const std::string rest = body_of(answer.substr(second));
  EXPECT_TRUE(rest.substr(0, 2'000'000) == handler_.text(1'000'000, 2'000'000));
  EXPECT_THAT(rest.substr(2'000'000), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(FileBody, AFileThatBecameShorterEndsTheConnection) {
  RawClient client(server_.port());
  client.send(get("/announced", "") + get("/small", ""));
  const std::string answer = client.read_to_end();
  EXPECT_LT(answer.size(), 200'000u);
  EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << "the next answer was taken for its body";
}

TEST_F(FileBody, ASmallFileThatBecameShorterIsA500AmongOtherAnswers) {
  const std::string answer = ask(get("/small", "") + get("/announced-small", "") + get("/small"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr(handler_.text(999, 5) + "HTTP/1.1 500 Internal Server Error\r\n"));
  EXPECT_THAT(answer, EndsWith(handler_.text(999, 5)));
}

TEST_F(FileBody, IsReadFromTheDiskWhenItIsNotInMemory) {
  for (const char* path : {"/small", "/part", "/big"}) {
    handler_.forget();
    const std::string answer = body_of(ask(get(path)));
    const bool same = path == std::string("/small")  ? answer == handler_.text(999, 5)
                      : path == std::string("/part") ? answer == handler_.text(1'000'000, 2'000'000)
                                                     : answer == handler_.text(0, kBig);
    EXPECT_TRUE(same) << path;
  }
}

TEST_F(FileBody, AClientThatDoesNotReadIsGivenUp) {
  RawClient client(server_.port());
  client.send(get("/big"));
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(body_of(ask(get("/small"))), handler_.text(999, 5)) << "the worker is held";
  std::this_thread::sleep_for(800ms);
  EXPECT_LT(client.read_to_end().size(), kBig);
}

TEST_F(FileBody, AClientThatGoesAwayLeavesNothingBehind) {
  for (int i = 0; i < 20; ++i) {
    RawClient client(server_.port());
    client.send(get("/big"));
    if (i % 2) std::this_thread::sleep_for(5ms);
  }
}

}  // namespace
}  // namespace retort::server
