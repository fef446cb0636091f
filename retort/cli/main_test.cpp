// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/main.h"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/cli_runner.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

namespace retort {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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

TEST(Main, AWrongCommandLineIsAnError) {
  const CliRunner runner([](int argc, char** argv) { return retort::main(make_app, argc, argv); });
  EXPECT_NE(runner.invoke({}).exit_code, 0);
  EXPECT_NE(runner.invoke({"serve", "--workers", "0"}).exit_code, 0);
  EXPECT_EQ(runner.invoke({"serve", "--help"}).exit_code, 0);
}

}  // namespace
}  // namespace retort
