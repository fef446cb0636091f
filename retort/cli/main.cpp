// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/main.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "retort/app/dotenv.h"
#include "retort/cli/detail/build_tree.h"
#include "retort/cli/detail/certificate.h"
#include "retort/cli/detail/check.h"
#include "retort/cli/detail/completion.h"
#include "retort/cli/detail/crash_report.h"
#include "retort/cli/detail/dev_app.h"
#include "retort/cli/detail/early_options.h"
#include "retort/cli/detail/line.h"
#include "retort/cli/detail/listings.h"
#include "retort/cli/detail/serving.h"
#include "retort/cli/detail/terminal.h"
#include "retort/cli/dev_server.h"
#include "retort/fiber/overflow.h"

namespace retort {
namespace {

constexpr int kUsage = 2;  // the exit code of a command that was called wrongly

int fail(int exit_code, std::string_view what) {
  fmt::print(stderr, "Error: {}\n", what);
  return exit_code;
}

int print(std::string_view text) {
  fmt::print("{}", text);
  return 0;
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

int check(App& app) {
  const detail::Findings findings = detail::check_app(app);
  print(detail::findings_text(findings, detail::has_colours(STDOUT_FILENO)));
  const bool has_errors =
      std::any_of(findings.begin(), findings.end(), [](const auto& finding) { return finding.is_error; });
  return has_errors ? 1 : 0;
}

/// What serves this program under the same words, with reload.
DevServerOptions dev_server_options(const detail::Line& line, const App& app, int argc, char** argv) {
  DevServerOptions out = line.dev_server_options();
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

server::ServerOptions server_options(const detail::Line& line) {
  server::ServerOptions out;
  out.host = line.host;
  out.port = line.port;
  out.tls = line.tls;
  return out;
}

int run_server(App& app, const detail::Line& line, const std::optional<detail::DevApp>& from_dev_server) {
  server::ServerOptions options = server_options(line);
  // One that is made anew with each reload would have to be accepted anew in the browser.
  if (from_dev_server && line.tls && line.tls->certificate_file.empty())
    if (auto shared = detail::shared_certificate(detail::kDevCertificate)) options.tls = std::move(shared);
  if (line.threads.value_or(true)) options.workers = std::max(1u, std::thread::hardware_concurrency());
  return detail::serve_development(app, std::move(options), line.debugger.value_or(app.debug()),
                                   from_dev_server);
}

int run_serve(App& app, const detail::Line& line) {
  server::ServerOptions options = server_options(line);
  options.workers = line.workers;
  options.access_log = line.access_log;
  return detail::serve_production(app, std::move(options));
}

/// Serves, or runs a command. With reload it does neither, and says in `reload` what shall serve.
int run_line(App& app, int argc, char** argv, const std::optional<detail::DevApp>& from_dev_server,
             std::optional<DevServerOptions>& reload) {
  detail::Line line(app);
  try {
    line.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return line.words.exit(e);  // --help
    return fail(kUsage, line.own.message_of(e));
  }
  const auto chosen = [](const CLI::App* command) { return command && command->parsed(); };
  if (line.version) return print(detail::version_text());
  if (line.own.has_command()) return run_own(app, line.own);
  if (chosen(line.routes)) return print(detail::routes_table(app, line.sort, line.all_methods));
  if (chosen(line.config)) return print(detail::config_table(app));
  if (chosen(line.check)) return check(app);
  if (chosen(line.completion)) return print(detail::completion_script(line.shell, argv[0], line.words));
  if (chosen(line.serve)) return run_serve(app, line);
  // FLASK_DEBUG was set before; an app that has had a context takes no other value.
  if (line.debug && *line.debug != app.debug()) app.config["DEBUG"] = *line.debug;
  if (!from_dev_server && line.reload.value_or(app.debug())) {
    reload = dev_server_options(line, app, argc, argv);
    return 0;
  }
  return run_server(app, line, from_dev_server);
}

void load_environment(const std::string& env_file) {
  std::error_code failed;
  if (!env_file.empty() && !std::filesystem::is_regular_file(env_file, failed))
    throw UsageError(fmt::format("Invalid value for '--env-file': there is no file '{}'.", env_file));
  LoadDotenvOptions dotenv;
  dotenv.path = env_file;
  dotenv.load_defaults = wants_dotenv();
  dotenv.warn = [](std::string_view what) { fmt::print(stderr, "Warning: {}\n", what); };
  load_dotenv(dotenv);
}

}  // namespace

int main(App (*create_app)(), int argc, char** argv) {
  try {
    const std::optional<detail::DevApp> from_dev_server = detail::take_dev_app();
    if (from_dev_server) detail::install_crash_report(detail::kDevChannel);
    fiber::install_overflow_report();
    const detail::EarlyOptions early = detail::early_options(argc, argv);
    load_environment(early.env_file);
    std::optional<detail::ScopedVariable> debug;
    if (early.debug) debug.emplace("FLASK_DEBUG", *early.debug ? "1" : "0");
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
