// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/main.h"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/cli_runner.h"
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "retort/cli/detail/listening.h"

namespace retort {
namespace {

using ::testing::ContainsRegex;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

App make_app() { return App{"shop"}; }

App make_debugged_app() {
  App app{"shop"};
  app.config["DEBUG"] = true;
  return app;
}

/// Sends SIGTERM as soon as somebody takes it; gives up when nobody does. The main thread gets it.
void stop_when_serving() {
  sigset_t terminate;
  sigemptyset(&terminate);
  sigaddset(&terminate, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &terminate, nullptr);
  for (int waited_ms = 0; waited_ms < 20'000; ++waited_ms) {
    struct sigaction now {};
    sigaction(SIGTERM, nullptr, &now);
    if (now.sa_handler != SIG_DFL) {
      kill(getpid(), SIGTERM);
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

CliResult serve(App (*create_app)(), const std::vector<std::string>& arguments) {
  std::thread stopper(stop_when_serving);
  const CliRunner runner(
      [create_app](int argc, char** argv) { return retort::main(create_app, argc, argv); });
  CliResult result = runner.invoke(arguments);
  stopper.join();
  return result;
}

TEST(Main, ServesUntilItIsStopped) {
  const CliResult result = serve(make_app, {"serve", "--port", "0", "--workers", "2"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.output, HasSubstr("Serving Retort app 'shop'"));
  EXPECT_THAT(result.output, HasSubstr("Debug mode: off"));
  EXPECT_THAT(result.output, Not(HasSubstr("WARNING")));
}

TEST(Main, ServingInDebugModeIsWarnedAbout) {
  const CliResult result = serve(make_debugged_app, {"serve", "--port", "0"});
  EXPECT_THAT(result.output, HasSubstr("Debug mode: on"));
  EXPECT_THAT(result.output, HasSubstr("DEBUG is set: it is for `run`"));
}

TEST(Main, DevelopingInDebugModeIsNot) {
  const CliResult result = serve(make_app, {"run", "--port", "0", "--debug", "--no-reload"});
  EXPECT_THAT(result.output, HasSubstr("Debug mode: on"));
  EXPECT_THAT(result.output, Not(HasSubstr("DEBUG is set")));
}

TEST(Main, AnAppThatHasHadAContextCanBeDebugged) {
  const auto make = [] {
    App app{"shop"};
    { const auto context = app.app_context(); }  // as for db.create_all()
    return app;
  };
  const CliResult result = serve(make, {"run", "--port", "0", "--debug", "--no-reload"});
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("Debug mode: on"));
}

TEST(Main, DevelopingSaysSo) {
  const CliResult result = serve(make_app, {"run", "--port", "0"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.output, StartsWith(" * Serving Retort app 'shop'\n * Debug mode: off\n"
                                        "WARNING: This is a development server."));
  EXPECT_THAT(result.output, EndsWith("\nPress CTRL+C to quit\n"));
}

TEST(Main, AFolderForTemplatesThatIsNotThereIsWarnedAbout) {
  const auto warned = [](App (*create_app)()) {
    return serve(create_app, {"run", "--port", "0", "--debug", "--no-reload"}).output;
  };
  EXPECT_THAT(warned([] {
                return App{"shop", {.root_path = "/nowhere", .template_folder = "pages"}};
              }),
              HasSubstr("the template folder /nowhere/pages of application 'shop' is not there"));
  EXPECT_THAT(warned([] { return App{"shop", {.root_path = "/nowhere"}}; }), Not(HasSubstr("is not there")));
}

App make_slow_app() {
  App app{"shop"};
  app.get("/slow/<int:id>", "slow", [](int) {
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    return "late";
  });
  return app;
}

/// A request to whoever listens on the port, which may take a moment.
void ask(std::uint16_t port, const std::string& path) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  for (int attempt = 0; attempt < 2000; ++attempt) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
      const std::string text = "GET " + path + " HTTP/1.0\r\nHost: localhost\r\n\r\n";
      EXPECT_EQ(send(fd, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
      char answer[4096];
      while (recv(fd, answer, sizeof answer, 0) > 0) {
      }
      close(fd);
      return;
    }
    close(fd);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ADD_FAILURE() << "nobody listens";
}

TEST(Main, AViewThatHoldsItsWorkerIsNamed) {
  const std::uint16_t port = detail::listen_alone("127.0.0.1", 0).port();
  CliResult result;
  std::thread client([port] {
    sigset_t terminate;
    sigemptyset(&terminate);
    sigaddset(&terminate, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &terminate, nullptr);
    ask(port, "/slow/3");
    ask(port, "/a%1b[31m");
    stop_when_serving();
  });
  const CliRunner runner([](int argc, char** argv) { return retort::main(make_slow_app, argc, argv); });
  result = runner.invoke({"run", "--debug", "--no-reload", "--port", std::to_string(port)});
  client.join();
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.output, ContainsRegex("slow \\(/slow/<int:id>\\) has held its worker for [0-9]+ ms"));
  EXPECT_THAT(result.output, ContainsRegex("\"GET /slow/3 HTTP/1\\.0\" 200 - 4[0-9][0-9]\\.[0-9] ms\n"));
  EXPECT_THAT(result.output, HasSubstr("\"GET /a%1b[31m HTTP/1.0\" 404 - "));
}

TEST(Main, APortInUseNamesWhoHasIt) {
  const fiber::Listener holder = detail::listen_alone("127.0.0.1", 0);
  const std::string port = std::to_string(holder.port());
  const CliRunner runner([](int argc, char** argv) { return retort::main(make_app, argc, argv); });
  for (const std::vector<std::string>& words : {std::vector<std::string>{"run", "-p", port},
                                                {"run", "--reload", "-p", port},
                                                {"serve", "-p", port}}) {
    const CliResult result = runner.invoke(words);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.output, HasSubstr("Error: port " + port + " is in use by "));
    EXPECT_THAT(result.output, HasSubstr("(process " + std::to_string(getpid()) + ")"));
  }
}

TEST(Main, AWrongCommandLineIsAnError) {
  const CliRunner runner([](int argc, char** argv) { return retort::main(make_app, argc, argv); });
  EXPECT_NE(runner.invoke({}).exit_code, 0);
  EXPECT_NE(runner.invoke({"serve", "--workers", "0"}).exit_code, 0);
  EXPECT_EQ(runner.invoke({"serve", "--help"}).exit_code, 0);
}

}  // namespace
}  // namespace retort
