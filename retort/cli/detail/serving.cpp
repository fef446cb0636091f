// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/serving.h"

#include <cstdio>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include "retort/app/debug_pages.h"
#include "retort/app/inspect.h"
#include "retort/cli/debugger.h"
#include "retort/cli/detail/crash_report.h"
#include "retort/cli/detail/listening.h"
#include "retort/cli/detail/live_reload.h"
#include "retort/cli/detail/terminal.h"
#include "retort/fiber/watchdog.h"

namespace retort::detail {
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

void log_errors(const App& app, server::ServerOptions& options) {
  options.on_error = [logger = app.logger](std::string_view what) {
    logger.error(fmt::format("an exception left the app: {}", what));
  };
}

/// A line for each request, but for those of the pages' own script.
void log_accesses(server::ServerOptions& options) {
  options.on_access = [colours = has_colours(STDERR_FILENO)](const server::AccessRecord& record) {
    if (record.target.starts_with(kLivePrefix)) return;
    const std::string line = access_line(record, colours);
    [[maybe_unused]] const auto ignored = ::write(STDERR_FILENO, line.data(), line.size());
  };
}

/// The app's own folder is there by default, and need not be: only another name was chosen.
void warn_of_folders(const App& app) {
  for (const TemplateFolder& missing : missing_template_folders(app)) {
    if (missing.is_blueprints || !missing.folder.ends_with("/templates"))
      app.logger.warning(
          fmt::format("the template folder {} of {} is not there: make it, or correct its name",
                      missing.folder, missing.owner));
  }
}

void name_views_that_block(const App& app, std::optional<fiber::Watchdog>& watchdog,
                           server::ServerOptions& options) {
  watchdog.emplace([logger = app.logger](std::string_view label, milliseconds held) {
    if (is_crashing()) return;
    logger.warning(
        fmt::format("{} has held its worker for {} ms; use retort::fiber::blocking for what blocks",
                    label.empty() ? "something" : label, held.count()));
  });
  options.watchdog = &*watchdog;
}

}  // namespace

int serve_development(App& app, server::ServerOptions options, bool with_debugger,
                      const std::optional<DevApp>& from_dev_server) {
  std::optional<Debugger> debugger;
  if (with_debugger) debugger.emplace();
  set_debug_pages(app, debugger ? &*debugger : nullptr);
  app.freeze();
  std::optional<fiber::Watchdog> watchdog;
  if (app.debug()) name_views_that_block(app, watchdog, options);
  const bool is_first = !from_dev_server || from_dev_server->generation == 1;
  if (app.debug() && is_first) warn_of_folders(app);
  log_errors(app, options);
  log_accesses(options);
  std::optional<LiveHandler> live;
  if (from_dev_server) {
    options.listen_fd = kDevListener;
    live.emplace(app, LiveReload(from_dev_server->state, from_dev_server->generation));
  } else {
    // Not shared with other processes, as listeners of several workers would be.
    const fiber::Listener listener = listen_alone(options.host, options.port);
    options.port = listener.port();
    options.listen_fd = fcntl(listener.fd(), F_DUPFD_CLOEXEC, 0);
  }
  const std::string host = options.host;
  const char* const scheme = options.tls ? "https" : "http";
  Handler& handler = live ? static_cast<Handler&>(*live) : app;
  server::Server server(handler, std::move(options));
  server.start();
  const StopSignals signals(server);
  if (is_first) fmt::print("{}", serving_text(app.name(), app.debug()));
  std::fflush(stdout);
  if (from_dev_server) {
    tell_ready();
  } else {
    fmt::print(stderr, "{}", running_text(scheme, host, server.port(), has_colours(STDERR_FILENO)));
  }
  server.run();
  return 0;
}

int serve_production(App& app, server::ServerOptions options) {
  set_debug_pages(app, nullptr);
  app.freeze();
  if (app.debug())
    app.logger.warning(
        "DEBUG is set: it is for `run`; `serve` shows no debug pages, and looks for changed templates");
  log_errors(app, options);
  const std::string host = options.host;
  const std::uint16_t port = options.port;
  server::Server server(app, std::move(options));
  try {
    server.start();
  } catch (const std::system_error& e) {
    throw std::runtime_error(listen_error(host, port, e.code().value()));
  }
  const StopSignals signals(server);
  fmt::print("{} * Running on {} (Press CTRL+C to quit)\n", serving_text(app.name(), app.debug()),
             server.address());
  std::fflush(stdout);
  server.run();
  return 0;
}

}  // namespace retort::detail
