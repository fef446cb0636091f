// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/main.h"

#include <cstdio>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <signal.h>

#include "retort/app/debug_pages.h"
#include "retort/app/dotenv.h"
#include "retort/cli/debugger.h"
#include "retort/fiber/overflow.h"
#include "retort/fiber/watchdog.h"
#include "retort/server/server.h"

namespace retort {
namespace {

// What the signal handler stops; set while a server runs.
server::Server* volatile g_running = nullptr;

void on_stop_signal(int) {
  if (server::Server* running = g_running) running->request_stop();
}

/// Takes SIGINT and SIGTERM for a scope.
class StopSignals {
 public:
  explicit StopSignals(server::Server& server) {
    g_running = &server;
    struct sigaction action {};
    action.sa_handler = &on_stop_signal;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &interrupt_);
    sigaction(SIGTERM, &action, &terminate_);
  }
  ~StopSignals() {
    sigaction(SIGINT, &interrupt_, nullptr);
    sigaction(SIGTERM, &terminate_, nullptr);
    g_running = nullptr;
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

 private:
  struct sigaction interrupt_ {};
  struct sigaction terminate_ {};
};

int serve_app(App& app, server::ServerOptions options, bool development) {
  std::optional<Debugger> debugger;
  if (development && app.debug()) debugger.emplace();
  set_debug_pages(app, debugger ? &*debugger : nullptr);
  app.freeze();
  std::optional<fiber::Watchdog> watchdog;
  if (app.debug() && !development)
    app.logger.warning(
        "DEBUG is set: it is for `run`; `serve` shows no debug pages, and looks for changed templates");
  if (app.debug() && development) {
    watchdog.emplace([logger = app.logger](std::string_view label, milliseconds held) {
      logger.warning(
          fmt::format("{} has held its worker for {} ms; use retort::fiber::blocking for what blocks",
                      label.empty() ? "something" : label, held.count()));
    });
    options.watchdog = &*watchdog;
  }
  options.on_error = [logger = app.logger](std::string_view what) {
    logger.error(fmt::format("an exception left the app: {}", what));
  };
  server::Server server(app, std::move(options));
  server.start();
  const StopSignals signals(server);
  fmt::print(" * Serving Retort app '{}'\n * Debug mode: {}\n * Running on {} (Press CTRL+C to quit)\n",
             app.name(), app.debug() ? "on" : "off", server.address());
  std::fflush(stdout);
  server.run();
  return 0;
}

}  // namespace

int main(App (*create_app)(), int argc, char** argv) {
  server::ServerOptions options;
  bool debug = false;
  CLI::App cli{"A Retort application"};
  cli.require_subcommand(1);

  CLI::App* run = cli.add_subcommand("run", "Run a development server.");
  run->add_option("--host", options.host, "The address to listen on.")->capture_default_str();
  run->add_option("--port", options.port, "The port to listen on; 0: any free one.")->capture_default_str();
  run->add_flag("--debug,!--no-debug", debug, "Show errors in the browser, name views that block.");

  CLI::App* serve = cli.add_subcommand("serve", "Serve in production.");
  serve->add_option("--host", options.host, "The address to listen on.")->capture_default_str();
  serve->add_option("--port", options.port, "The port to listen on; 0: any free one.")->capture_default_str();
  serve->add_option("--workers", options.workers, "Threads, each with its own listener.")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  serve->add_flag("--access-log", options.access_log, "Write a line for each request to standard error.");

  CLI11_PARSE(cli, argc, argv);
  try {
    fiber::install_overflow_report();
    if (wants_dotenv()) {
      LoadDotenvOptions dotenv;
      dotenv.warn = [](std::string_view what) { fmt::print(stderr, "Warning: {}\n", what); };
      load_dotenv(dotenv);
    }
    App app = create_app();
    if (run->parsed()) {
      options.access_log = true;
      if (debug) app.config["DEBUG"] = true;
    }
    return serve_app(app, std::move(options), run->parsed());
  } catch (const std::exception& e) {
    fmt::print(stderr, "Error: {}\n", e.what());
    return 1;
  }
}

}  // namespace retort
