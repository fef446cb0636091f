// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/line.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <memory>

#include <fmt/format.h>

#include "retort/app/cli.h"
#include "retort/cli/detail/certificate.h"

namespace retort::detail {
namespace {

bool has(const CLI::App& line, const std::string& name) {
  return !line.get_subcommands([&](const CLI::App* command) { return command->get_name() == name; }).empty();
}

/// As Flask has them: -h is a host, not help.
void add_address(CLI::App& command, std::string& host, std::string& port) {
  command.set_help_flag("--help", "Show this text and end.");
  command.add_option("-h,--host", host, "The address to listen on.")->capture_default_str();
  command.add_option("-p,--port", port, "The port to listen on; 0: any free one.")
      ->type_name("PORT")
      ->capture_default_str();
}

void add_certificate(CLI::App& command, std::optional<std::string>& cert, std::optional<std::string>& key) {
  command
      .add_option("--cert", cert, "A certificate file, to speak HTTPS; or 'adhoc', for one that is made now.")
      ->type_name("PATH");
  command.add_option("--key", key, "The private key of the certificate file.")->type_name("FILE");
}

/// CLI11 says false for a flag with a negation that was not given.
void forget_unless_given(const CLI::App& command, const char* option, std::optional<bool>& flag) {
  if (command.get_option(option)->count() == 0) flag.reset();
}

/// What the environment gives an option that the command line does not; an empty text is nothing.
std::optional<std::string> environment_of(const CLI::App& command, const char* option, const char* variable) {
  if (command.get_option(option)->count() > 0) return std::nullopt;
  const char* const text = std::getenv(variable);
  if (!text || !*text) return std::nullopt;
  return text;
}

void take(const CLI::App& command, const char* option, const char* variable, std::string& out) {
  if (auto text = environment_of(command, option, variable)) out = *std::move(text);
}
void take(const CLI::App& command, const char* option, const char* variable,
          std::optional<std::string>& out) {
  if (auto text = environment_of(command, option, variable)) out = *std::move(text);
}
void take(const CLI::App& command, const char* option, const char* variable, std::optional<bool>& out) {
  forget_unless_given(command, option, out);
  if (const auto text = environment_of(command, option, variable)) out = read_cli_bool(*text, variable);
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

/// CLI11's, without the value that it shows behind the name of a flag that is off: "--no-debug{false}".
class HelpText final : public CLI::Formatter {
 public:
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    constexpr std::string_view kOff = "{false}";
    std::string out = CLI::Formatter::make_option_name(option, is_positional);
    for (std::size_t at; (at = out.find(kOff)) != std::string::npos;) out.erase(at, kOff.size());
    return out;
  }
};

/// Before there are commands, which have what their parent has then.
CLI::App& with_help(CLI::App& words) {
  words.formatter(std::make_shared<HelpText>());
  words.set_help_flag("-h,--help", "Show this text and end.");
  return words;
}

}  // namespace

std::string version_text() {
#ifdef __clang__
  return fmt::format("Retort {}\nClang {}.{}.{}, C++{}\n", RETORT_VERSION, __clang_major__, __clang_minor__,
                     __clang_patchlevel__, __cplusplus / 100 % 100);
#else
  return fmt::format("Retort {}\nGCC {}.{}.{}, C++{}\n", RETORT_VERSION, __GNUC__, __GNUC_MINOR__,
                     __GNUC_PATCHLEVEL__, __cplusplus / 100 % 100);
#endif
}

std::uint16_t read_port(const std::string& text, std::string_view from) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size())
    throw UsageError(
        fmt::format("Invalid value for '{}': '{}' is no port. Give a number from 0 to 65535.", from, text));
  return port;
}

Line::Line(const App& app) : own(with_help(words), app.cli) {
  words.require_subcommand(0, 1);
  words.add_option("-e,--env-file", env_file_, "A file of environment variables, beside .env and .flaskenv.")
      ->type_name("FILE");
  words.add_flag("--debug,!--no-debug", early_debug_, "Debug mode (FLASK_DEBUG).");
  words.add_flag("--version", version, "Show Retort's version and the compiler's.");
  run = add("run", "Run a development server.");
  serve = add("serve", "Serve in production.");
  routes = add("routes", "Show the routes of the app.");
  config = add("config", "Show the settings, and where they came from.");
  check = add("check", "Look for mistakes in templates, rules and settings.");
  completion = add("completion", "Print a script that completes these words in a shell.");
  if (run) add_run();
  if (serve) add_serve();
  add_listings();
}

// Commands of the app's own that have these names count instead, as in Flask.
CLI::App* Line::add(const std::string& name, const std::string& help) {
  return has(words, name) ? nullptr : words.add_subcommand(name, help);
}

void Line::add_run() {
  add_address(*run, host, port_text);
  add_certificate(*run, cert, key);
  run->add_flag("--debug,!--no-debug", debug, "Show errors in the browser, name views that block; reload.");
  run->add_flag("--reload,!--no-reload", reload,
                "Build anew what changes, and go on with that; as --debug says unless given.");
  run->add_flag("--debugger,!--no-debugger", debugger,
                "Show errors in the browser; as --debug says unless given.");
  run->add_flag("--with-threads,!--without-threads", threads,
                "Answer with a thread for each core, or with one; with, unless given.");
  run->add_option("--extra-files", extra_files, "Files whose change starts the app again; separated by ':'.")
      ->type_name("PATHS");
  run->add_option("--exclude-patterns", exclude_patterns,
                  "Patterns of paths whose changes count for nothing; separated by ':'.")
      ->type_name("PATTERNS");
}

void Line::add_serve() {
  add_address(*serve, host, port_text);
  add_certificate(*serve, cert, key);
  serve->add_option("--workers", workers, "Threads, each with its own listener.")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  serve->add_flag("--access-log", access_log, "Write a line for each request to standard error.");
}

void Line::add_listings() {
  if (routes) {
    routes->add_option("-s,--sort", sort, "How to sort.")
        ->check(CLI::IsMember({"endpoint", "methods", "domain", "rule", "match"}))
        ->capture_default_str();
    routes->add_flag("--all-methods", all_methods, "Show HEAD and OPTIONS, too.");
  }
  if (completion)
    completion->add_option("shell", shell, "Whose script.")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

/// As Click reads FLASK_<COMMAND>_<OPTION>.
void Line::read_environment() {
  if (run && run->parsed()) {
    take(*run, "--host", "FLASK_RUN_HOST", host);
    take(*run, "--cert", "FLASK_RUN_CERT", cert);
    take(*run, "--key", "FLASK_RUN_KEY", key);
    take(*run, "--debug", "FLASK_RUN_DEBUG", debug);
    take(*run, "--reload", "FLASK_RUN_RELOAD", reload);
    take(*run, "--debugger", "FLASK_RUN_DEBUGGER", debugger);
    take(*run, "--with-threads", "FLASK_RUN_WITH_THREADS", threads);
    take(*run, "--extra-files", "FLASK_RUN_EXTRA_FILES", extra_files);
    take(*run, "--exclude-patterns", "FLASK_RUN_EXCLUDE_PATTERNS", exclude_patterns);
    if (const auto text = environment_of(*run, "--port", "FLASK_RUN_PORT")) {
      port = read_port(*text, "FLASK_RUN_PORT");
      return;
    }
  }
  port = read_port(port_text, "--port");
}

void Line::parse(int argc, char** argv) {
  words.parse(argc, argv);
  if (!version && words.get_subcommands().empty()) throw CLI::RequiredError("A subcommand");
  forget_unless_given(words, "--debug", early_debug_);
  read_environment();
  tls = read_certificate(cert, key);
  if (!debug && early_debug_) debug = early_debug_;
}

DevServerOptions Line::dev_server_options() const {
  DevServerOptions out;
  out.host = host;
  out.port = port;
  out.tls = tls;
  out.extra_files = split(extra_files, ':');
  out.exclude_patterns = split(exclude_patterns, ':');
  return out;
}

}  // namespace retort::detail
