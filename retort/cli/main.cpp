// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/main.h"

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <signal.h>

#include "retort/app/debug_pages.h"
#include "retort/app/dotenv.h"
#include "retort/cli/debugger.h"
#include "retort/cli/detail/build_tree.h"
#include "retort/cli/detail/commands.h"
#include "retort/cli/detail/crash_report.h"
#include "retort/cli/detail/dev_app.h"
#include "retort/cli/detail/live_reload.h"
#include "retort/cli/dev_server.h"
#include "retort/fiber/overflow.h"
#include "retort/fiber/watchdog.h"
#include "retort/server/server.h"

namespace retort {
namespace {

constexpr int kUsage = 2;  // the exit code of a command that was called wrongly

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

/// `from_dev_server`: set where a development server started this process.
int serve_app(App& app, server::ServerOptions options, bool development,
              const std::optional<detail::DevApp>& from_dev_server) {
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
  std::optional<detail::LiveHandler> live;
  if (from_dev_server) {
    options.listen_fd = detail::kDevListener;
    live.emplace(app, detail::LiveReload(from_dev_server->state, from_dev_server->generation));
  }
  Handler& handler = live ? static_cast<Handler&>(*live) : app;
  server::Server server(handler, std::move(options));
  server.start();
  const StopSignals signals(server);
  if (!from_dev_server || from_dev_server->generation == 1)
    fmt::print(" * Serving Retort app '{}'\n * Debug mode: {}\n", app.name(), app.debug() ? "on" : "off");
  if (!from_dev_server) fmt::print(" * Running on {} (Press CTRL+C to quit)\n", server.address());
  std::fflush(stdout);
  if (from_dev_server) detail::tell_ready();
  server.run();
  return 0;
}

// What the words mean, and where what they say goes.
struct Line {
  server::ServerOptions options = {};
  std::optional<bool> debug = {};
  std::optional<bool> reload = {};
  std::string extra_files = {};
  std::string exclude_patterns = {};
  CLI::App words{"A Retort application"};
  CLI::App* run = nullptr;
  CLI::App* serve = nullptr;
};

void add_address(CLI::App& command, server::ServerOptions& options) {
  command.add_option("--host", options.host, "The address to listen on.")->capture_default_str();
  command.add_option("--port", options.port, "The port to listen on; 0: any free one.")
      ->capture_default_str();
}

bool has(const CLI::App& line, const std::string& name) {
  return !line.get_subcommands([&](const CLI::App* command) { return command->get_name() == name; }).empty();
}

// Commands of the app's own that have these names count instead, as in Flask.
void add_servers(Line& line) {
  if (!has(line.words, "run")) {
    line.run = line.words.add_subcommand("run", "Run a development server.");
    add_address(*line.run, line.options);
    line.run->add_flag("--debug,!--no-debug", line.debug,
                       "Show errors in the browser, name views that block; reload.");
    line.run->add_flag("--reload,!--no-reload", line.reload,
                       "Build anew what changes, and go on with that; as --debug says unless given.");
    line.run->add_option("--extra-files", line.extra_files,
                         "Files whose change starts the app again; separated by ':'.");
    line.run->add_option("--exclude-patterns", line.exclude_patterns,
                         "Patterns of paths whose changes count for nothing; separated by ':'.");
  }
  if (!has(line.words, "serve")) {
    line.serve = line.words.add_subcommand("serve", "Serve in production.");
    add_address(*line.serve, line.options);
    line.serve->add_option("--workers", line.options.workers, "Threads, each with its own listener.")
        ->capture_default_str()
        ->check(CLI::Range(1, 1024));
    line.serve->add_flag("--access-log", line.options.access_log,
                         "Write a line for each request to standard error.");
  }
}

int fail(int exit_code, std::string_view what) {
  fmt::print(stderr, "Error: {}\n", what);
  return exit_code;
}

int run_own(App& app, const detail::CommandLine& commands) {
  const std::vector<detail::CliTexts> given = commands.given();
  AppContext context = app.app_context();
  try {
    return commands.run(given);
  } catch (...) {
    context.fail(std::current_exception());
    throw;
  }
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    if (end > at) out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

/// What serves this program under the same words, with reload.
DevServerOptions dev_server_options(const Line& line, const App& app, int argc, char** argv) {
  DevServerOptions out;
  out.host = line.options.host;
  out.port = line.options.port;
  out.extra_files = split(line.extra_files, ':');
  out.exclude_patterns = split(line.exclude_patterns, ':');
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  out.app_command = {program};
  for (int i = 1; i < argc; ++i) out.app_command.emplace_back(argv[i]);
  if (std::optional<detail::BuildTree> tree = detail::build_tree_of(program)) {
    out.build_command = std::move(tree->command);
    out.build_folder = std::move(tree->folder);
    out.build_first = false;
    out.source_folders = {std::move(tree->source_folder)};
  } else if (std::filesystem::is_directory(app.root_path())) {
    out.source_folders = {app.root_path()};  // for its templates and static files
  }
  return out;
}

/// Serves, or runs a command. With reload it does neither, and says in `reload` what shall serve.
int run_line(App& app, int argc, char** argv, const std::optional<detail::DevApp>& from_dev_server,
             std::optional<DevServerOptions>& reload) {
  Line line;
  line.words.require_subcommand(1);
  const detail::CommandLine commands(line.words, app.cli);
  add_servers(line);
  try {
    line.words.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return line.words.exit(e);  // --help
    return fail(kUsage, commands.message_of(e));
  }
  if (commands.has_command()) return run_own(app, commands);
  const bool development = line.run && line.run->parsed();
  if (development) {
    // CLI11 says false for a flag with a negation that was not given.
    if (line.run->count("--debug") == 0) line.debug.reset();
    if (line.run->count("--reload") == 0) line.reload.reset();
    line.options.access_log = true;
    if (line.debug) app.config["DEBUG"] = *line.debug;
    if (!from_dev_server && line.reload.value_or(app.debug())) {
      reload = dev_server_options(line, app, argc, argv);
      return 0;
    }
  }
  return serve_app(app, std::move(line.options), development, from_dev_server);
}

}  // namespace

int main(App (*create_app)(), int argc, char** argv) {
  try {
    const std::optional<detail::DevApp> from_dev_server = detail::take_dev_app();
    if (from_dev_server) detail::install_crash_report(detail::kDevChannel);
    fiber::install_overflow_report();
    if (wants_dotenv()) {
      LoadDotenvOptions dotenv;
      dotenv.warn = [](std::string_view what) { fmt::print(stderr, "Warning: {}\n", what); };
      load_dotenv(dotenv);
    }
    std::optional<DevServerOptions> reload;
    {
      App app = create_app();
      const int code = run_line(app, argc, argv, from_dev_server, reload);
      if (!reload) return code;
    }
    return run_dev_server(std::move(*reload));
  } catch (const UsageError& e) {
    return fail(kUsage, e.what());
  } catch (const std::exception& e) {
    return fail(1, e.what());
  }
}

}  // namespace retort
