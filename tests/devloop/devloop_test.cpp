// SPDX-License-Identifier: BSD-3-Clause
// The edit-and-reload loop with real processes: sources change, builds fail, apps crash, and no
// request is lost.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/tls_client.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kPatience = 60s;

class DevLoop : public ::testing::Test {
 protected:
  DevLoop() : folder(fs::canonical(::testing::TempDir()) / ("devloop_" + std::to_string(getpid()))) {
    fs::remove_all(folder);
    fs::create_directories(folder / "templates");
    // A source that says "broken" does not compile, like a compiler's output; else it is the version.
    write("build.sh",
          "sleep 0.1\n"
          "if grep -q broken app.cpp; then\n"
          "  echo \"$PWD/app.cpp:1:5: error: 'broken' was not declared\" >&2; exit 1\n"
          "fi\n"
          "echo built >> builds.log\ncp app.cpp version.dat\n");
    write("app.cpp", "one\n");
  }
  ~DevLoop() override {
    if (server > 0) {
      kill(server, SIGTERM);
      EXPECT_EQ(waitpid(server, &status, 0), server);
      EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << terminal();
    }
    fs::remove_all(folder);
  }

  void write(const std::string& name, const std::string& text) const {
    // As editors do: a new file is renamed over the old one.
    std::ofstream(folder / (name + ".tmp")) << text;
    fs::rename(folder / (name + ".tmp"), folder / name);
  }

  void start(const char* scheme = "http") {
    const char* program = std::getenv("RETORT_DEVLOOP_SERVER");
    const char* app = std::getenv("RETORT_DEVLOOP_APP");
    ASSERT_TRUE(program && app) << "run it through ctest";
    server = fork();
    if (server == 0) {
      const int log = open((folder / "terminal.log").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
      dup2(log, 1);
      dup2(log, 2);
      if (chdir(folder.c_str()) == 0) {
        execl(program, program, app, folder.c_str(), (folder / "build.sh").c_str(),
              scheme[4] ? scheme : nullptr, nullptr);
      }
      _exit(127);
    }
    eventually([&] {
      const std::string text = terminal();
      const std::string address = std::string(scheme) + "://127.0.0.1:";
      const std::size_t at = text.find(address);
      if (at == text.npos) return false;
      port = static_cast<std::uint16_t>(std::atoi(text.c_str() + at + address.size()));
      return port != 0;
    });
  }

  std::string terminal() const {
    std::ifstream in(folder / "terminal.log");
    return {std::istreambuf_iterator<char>(in), {}};
  }

  static void eventually(const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!holds() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(10ms);
    EXPECT_TRUE(holds());
  }

  /// The whole answer; "" where the connection was refused or broken.
  std::string get(const std::string& path, const std::string& headers = {}) const {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string out;
    const timeval limit{30, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) {
      const std::string request =
          "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + "\r\n";
      send(fd, request.data(), request.size(), MSG_NOSIGNAL);
      char buffer[16384];
      for (ssize_t size; (size = recv(fd, buffer, sizeof buffer, 0)) > 0;)
        out.append(buffer, static_cast<std::size_t>(size));
    }
    close(fd);
    return out;
  }
  bool answers(const std::string& text) const { return get("/").find(text) != std::string::npos; }

  fs::path folder;
  pid_t server = 0;
  std::uint16_t port = 0;
  int status = 0;
};

TEST_F(DevLoop, NoRequestIsLostWhileTheAppIsReplaced) {
  start();
  eventually([&] { return answers("one"); });
  std::atomic<bool> done{false};
  std::atomic<int> asked{0}, lost{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back([&, path = i == 0 ? "/slow" : "/"] {
      while (!done) {
        ++asked;
        if (get(path).find("200 OK") == std::string::npos) ++lost;
      }
    });
  }
  for (const char* version : {"two", "three", "four"}) {
    write("app.cpp", std::string(version) + "\n");
    eventually([&] { return answers(version); });
  }
  done = true;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(lost, 0) << "of " << asked << "\n" << terminal();
  EXPECT_GT(asked, 10);
}

// The answer and the certificate that it came with; "" where the connection was refused or broken.
std::pair<std::string, std::string> get_secure(std::uint16_t port, const std::string& path) {
  try {
    retort::test::TlsClient client(port);
    X509* const shown = SSL_get1_peer_certificate(client.ssl());
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    X509_digest(shown, EVP_sha256(), digest, &size);
    X509_free(shown);
    client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    return {client.read_to_end(), std::string(reinterpret_cast<char*>(digest), size)};
  } catch (const std::runtime_error&) {
    return {};
  }
}

TEST_F(DevLoop, OverTlsNoRequestIsLostAndTheCertificateStays) {
  start("https");
  const auto answers_securely = [&](const std::string& text) {
    return get_secure(port, "/").first.find(text) != std::string::npos;
  };
  eventually([&] { return answers_securely("one"); });
  const std::string certificate = get_secure(port, "/").second;
  retort::test::TlsClient kept(port);
  std::atomic<bool> done{false};
  std::atomic<int> asked{0}, lost{0}, changed{0};
  std::vector<std::thread> clients;
  for (const char* path : {"/slow", "/"}) {
    clients.emplace_back([&, path] {
      while (!done) {
        ++asked;
        const auto [answer, shown] = get_secure(port, path);
        if (answer.find("200 OK") == std::string::npos) ++lost;
        if (shown != certificate) ++changed;
      }
    });
  }
  kept.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
  for (const char* version : {"two", "three"}) {
    write("app.cpp", std::string(version) + "\n");
    eventually([&] { return answers_securely(version); });
  }
  done = true;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(lost, 0) << "of " << asked << "\n" << terminal();
  EXPECT_EQ(changed, 0);
  EXPECT_GT(asked, 10);
  EXPECT_THAT(kept.read_to_end(), AllOf(HasSubstr("200 OK"), ::testing::EndsWith("one")));
  get_secure(port, "/abort");
  eventually([&] { return get_secure(port, "/").first.find("503") != std::string::npos; });
  EXPECT_EQ(get_secure(port, "/").second, certificate) << "of the page that tells of the crash";
}

TEST_F(DevLoop, WhatDoesNotCompileLeavesTheOldAppServing) {
  start();
  eventually([&] { return answers("one"); });
  write("app.cpp", "the broken line\n");
  eventually([&] { return terminal().find("The build failed") != std::string::npos; });
  EXPECT_THAT(terminal(), AllOf(HasSubstr("app.cpp:1: error: 'broken' was not declared"),
                                HasSubstr(">     1  the broken line")));
  EXPECT_TRUE(answers("one"));
  // What the browser's script is told.
  EXPECT_THAT(get("/", "Sec-Fetch-Dest: document\r\n"), HasSubstr("/_retort/live/script.js"));
  write("app.cpp", "two\n");
  eventually([&] { return answers("two"); });
}

TEST_F(DevLoop, AFirstBuildThatFailsIsShownInTheBrowser) {
  write("app.cpp", "broken from the start\n");
  start();
  eventually([&] { return get("/").find("503") != std::string::npos; });
  EXPECT_THAT(get("/any", "Accept: text/html\r\n"),
              AllOf(HasSubstr("The build failed"), HasSubstr("&#39;broken&#39; was not declared"),
                    HasSubstr("broken from the start"), HasSubstr("/_retort/live/script.js")));
  EXPECT_THAT(get("/any"), AllOf(HasSubstr("text/plain"), HasSubstr("'broken' was not declared")));
  write("app.cpp", "one\n");
  eventually([&] { return answers("one"); });
}

TEST_F(DevLoop, ACrashIsShownWithItsStackAndTheNextSaveStartsTheApp) {
  start();
  eventually([&] { return answers("one"); });
  get("/crash");
  eventually([&] { return get("/").find("503") != std::string::npos; });
  EXPECT_THAT(get("/", "Accept: text/html\r\n"),
              AllOf(HasSubstr("SIGSEGV"), HasSubstr("read_through"), HasSubstr("// the line that crashes")));
  EXPECT_THAT(terminal(), AllOf(HasSubstr("The app crashed"), HasSubstr("// the line that crashes")));
  write("app.cpp", "two\n");
  eventually([&] { return answers("two"); });
  get("/abort");
  eventually([&] { return get("/").find("SIGABRT") != std::string::npos; });
  write("app.cpp", "three\n");
  eventually([&] { return answers("three"); });
}

TEST_F(DevLoop, AnAppThatEndsAtItsStartIsTold) {
  start();
  eventually([&] { return answers("one"); });
  write("app.cpp", "ends\n");
  eventually([&] { return terminal().find("The app ended before it answered") != std::string::npos; });
  EXPECT_THAT(terminal(), HasSubstr("exit code 3"));
  EXPECT_TRUE(answers("one")) << "the old one goes on";
}

TEST_F(DevLoop, ABurstOfSavesIsOneBuild) {
  start();
  eventually([&] { return answers("one"); });
  for (int i = 0; i < 20; ++i) write("part" + std::to_string(i) + ".cpp", "x");
  write("app.cpp", "two\n");
  eventually([&] { return answers("two"); });
  std::ifstream log(folder / "builds.log");
  int builds = 0;
  for (std::string line; std::getline(log, line);) ++builds;
  EXPECT_LE(builds, 3);  // the first, the burst, and one more where the machine was slow
}

TEST_F(DevLoop, TemplatesNeedNoRestart) {
  start();
  eventually([&] { return answers("one"); });
  const std::string before = get("/", "Sec-Fetch-Dest: document\r\n");
  EXPECT_THAT(before, HasSubstr("data-generation=\"1\" data-assets=\"0\""));
  write("templates/page.html", "<p>new</p>");
  eventually([&] {
    return get("/", "Sec-Fetch-Dest: document\r\n").find("data-generation=\"1\" data-assets=\"1\"") !=
           std::string::npos;
  });
}

TEST_F(DevLoop, OthersGetNeitherScriptNorState) {
  start();
  eventually([&] { return answers("one"); });
  EXPECT_THAT(get("/", "Sec-Fetch-Dest: empty\r\n"), Not(HasSubstr("_retort")));
  EXPECT_THAT(get("/_retort/live/script.js"), HasSubstr("EventSource"));
}

}  // namespace
