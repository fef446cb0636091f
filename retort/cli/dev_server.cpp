// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/dev_server.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <fnmatch.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "retort/cli/detail/certificate.h"
#include "retort/cli/detail/child_process.h"
#include "retort/cli/detail/compiler_errors.h"
#include "retort/cli/detail/crash_report.h"
#include "retort/cli/detail/dev_app.h"
#include "retort/cli/detail/error_report.h"
#include "retort/cli/detail/file_watcher.h"
#include "retort/cli/detail/listening.h"
#include "retort/cli/detail/terminal.h"
#include "retort/cli/detail/trouble_pages.h"
#include "retort/fiber/socket.h"
#include "retort/json/json.h"

namespace retort {

using detail::Fd;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

namespace {

constexpr int kQuietMs = 30;  // after a save: others of the same burst come
constexpr int kLongestQuietMs = 300;

enum class Kind { none, source, extra, asset };

bool has_suffix(const std::string& path, std::initializer_list<std::string_view> suffixes) {
  return std::any_of(suffixes.begin(), suffixes.end(),
                     [&](std::string_view each) { return path.ends_with(each); });
}

/// An app that runs.
struct Running {
  pid_t pid = 0;
  std::uint64_t generation = 0;
  Fd channel;
  bool ready = false;
  bool stopping = false;  // it was told to
  std::optional<detail::CrashReport> crash;
};

struct Build {
  pid_t pid = 0;
  Fd output;
  std::string text;
  Clock::time_point began;
  bool again = false;  // a source has changed since
};

std::string ended_text(int status) {
  if (WIFSIGNALED(status)) return detail::signal_text(WTERMSIG(status));
  return fmt::format("it ended with exit code {}", WEXITSTATUS(status));
}

class DevServer {
 public:
  explicit DevServer(DevServerOptions options)
      : options_(std::move(options)),
        listener_(detail::listen_alone(options_.host, options_.port)),
        state_(std::make_shared<detail::DevState>()),
        colours_(detail::has_colours(STDERR_FILENO)) {
    if (!options_.tls) return;
    options_.tls = server::load_tls(*options_.tls);
    certificate_ = Fd(detail::share_certificate(*options_.tls));
  }

  int run();

 private:
  void watch();
  void turn();
  void read_signals();
  void reap();
  void on_ended(pid_t pid, int status);
  void on_app_ended(Running& app, int status);

  void read_changes();
  Kind kind_of(const std::string& path) const;
  void apply_changes();

  void start_build();
  void read_build();
  void on_built(int status);
  void start_app();
  void read_channel(Running& app);
  void promote();
  void stop(Running& app);
  void stop_all();

  void tell(std::string_view state, const std::string& title = {}, Value errors = Value::list(),
            const std::string& text = {});
  void show_pages();
  void hide_pages();
  void say_address();
  void say(std::string_view what) const;
  void say_error(std::string_view title, std::string_view text) const;

  DevServerOptions options_;
  fiber::Listener listener_;
  std::shared_ptr<detail::DevState> state_;
  bool colours_;
  Fd certificate_;
  detail::FileWatcher watcher_;
  Fd signals_;
  std::set<std::string> changed_;
  std::optional<Clock::time_point> changed_first_, changed_last_;
  std::optional<Build> build_;
  std::vector<std::unique_ptr<Running>> apps_;  // the last is the newest
  std::unique_ptr<detail::TroublePages> pages_;
  std::uint64_t generation_ = 0;  // of the app that answers
  std::uint64_t started_ = 0;     // of the newest that was started
  std::uint64_t assets_ = 0;
  bool told_address_ = false;
  bool stopping_ = false;
};

// What is watched.

void DevServer::watch() {
  const fs::path build =
      options_.build_folder.empty() ? fs::path() : fs::weakly_canonical(options_.build_folder);
  std::set<std::string> asked_for;
  for (const std::string& folder : options_.source_folders) asked_for.insert(fs::canonical(folder).string());
  watcher_.is_watched = [this, build, asked_for](const std::string& folder) {
    if (asked_for.contains(folder)) return true;
    if (!build.empty() && fs::path(folder).lexically_normal() == build) return false;
    if (fs::exists(fs::path(folder) / "CMakeCache.txt")) return false;  // another build's
    const std::string name = fs::path(folder).filename().string();
    if (name == "node_modules" || name == "__pycache__") return false;
    return std::none_of(
        options_.exclude_patterns.begin(), options_.exclude_patterns.end(),
        [&](const std::string& pattern) { return fnmatch(pattern.c_str(), folder.c_str(), 0) == 0; });
  };
  for (const std::string& folder : asked_for) watcher_.add_tree(folder);
  for (const std::string& file : options_.source_files) watcher_.add_file(file);
  for (const std::string& file : options_.extra_files) watcher_.add_file(file);
  if (options_.build_command.empty()) watcher_.add_file(options_.app_command.at(0));
}

Kind DevServer::kind_of(const std::string& path) const {
  for (const std::string& pattern : options_.exclude_patterns)
    if (fnmatch(pattern.c_str(), path.c_str(), 0) == 0) return Kind::none;
  const auto is_same = [&](const std::string& other) {
    return fs::absolute(other).lexically_normal() == fs::path(path);
  };
  if (std::any_of(options_.extra_files.begin(), options_.extra_files.end(), is_same)) return Kind::extra;
  if (options_.build_command.empty() && is_same(options_.app_command[0])) return Kind::extra;
  const std::string name = fs::path(path).filename().string();
  if (name.starts_with('.') || name.ends_with('~') ||
      has_suffix(name, {".swp", ".swx", ".tmp", ".o", ".d", ".pyc"}))
    return Kind::none;
  if (has_suffix(name, {".cpp", ".cc", ".cxx", ".c", ".h", ".hpp", ".hh", ".hxx", ".ipp", ".inl", ".cmake",
                        "CMakeLists.txt"}))
    return options_.build_command.empty() ? Kind::none : Kind::source;
  if (has_suffix(name, {".html", ".htm",  ".xml",  ".txt", ".jinja", ".jinja2", ".j2",
                        ".css",  ".js",   ".mjs",  ".svg", ".png",   ".jpg",    ".jpeg",
                        ".gif",  ".webp", ".avif", ".ico", ".woff2", ".json",   ".md"}))
    return Kind::asset;
  return Kind::none;
}

void DevServer::read_changes() {
  bool counts = false;
  for (const std::string& path : watcher_.changes()) {
    if (kind_of(path) == Kind::none) continue;
    changed_.insert(path);
    counts = true;
  }
  if (!counts) return;
  changed_last_ = Clock::now();
  if (!changed_first_) changed_first_ = changed_last_;
}

void DevServer::apply_changes() {
  changed_first_.reset();
  changed_last_.reset();
  bool build = false, restart = false, assets = false;
  std::string first;
  for (const std::string& path : std::exchange(changed_, {})) {
    const Kind kind = kind_of(path);
    build = build || kind == Kind::source;
    restart = restart || kind == Kind::extra;
    assets = assets || kind == Kind::asset;
    if (first.empty() && kind != Kind::asset) first = path;
  }
  if (!first.empty()) say(fmt::format("{} changed", fs::path(first).filename().string()));
  if (build) {
    start_build();
  } else if (restart) {
    start_app();
  } else if (assets) {
    ++assets_;
    Value state = json::parse(state_->read()).value_or(Value::dict());
    state.set("assets", assets_);
    state_->write(json::dump(state));
  }
}

// Builds.

void DevServer::start_build() {
  if (build_) {
    build_->again = true;
    return;
  }
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  Fd in(ends[0]), out(ends[1]);
  build_.emplace();
  build_->output = std::move(in);
  build_->began = Clock::now();
  try {
    build_->pid = detail::spawn(
        {.command = options_.build_command, .folder = options_.build_folder, .output = out.get()});
  } catch (const std::system_error& e) {
    build_.reset();
    say_error("The build cannot be started", e.what());
    tell("broken", "The build cannot be started", Value::list(), e.what());
    show_pages();
  }
}

void DevServer::read_build() {
  char buffer[16384];
  const ssize_t size = read(build_->output.get(), buffer, sizeof buffer);
  if (size > 0) {
    build_->text.append(buffer, static_cast<std::size_t>(size));
  } else if (size == 0) {
    build_->output = Fd();
    int status = 0;
    if (waitpid(build_->pid, &status, 0) == build_->pid) on_built(status);
  }
}

void DevServer::on_built(int status) {
  const Build done = std::move(*build_);
  build_.reset();
  if (done.again) return start_build();  // what it made is out of date
  const double seconds = std::chrono::duration<double>(Clock::now() - done.began).count();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    say(fmt::format("built in {:.1f} s", seconds));
    return start_app();
  }
  const std::vector<detail::BuildError> errors = detail::build_errors(done.text);
  const Value shown = detail::build_errors_value(errors, options_.build_folder);
  std::string text = detail::build_errors_text(shown);
  if (errors.empty()) {  // nothing that is understood: the end of what it printed
    const std::string plain = detail::without_escapes(done.text);
    text = plain.size() > 4000 ? plain.substr(plain.size() - 4000) : plain;
  }
  say_error("The build failed", text);
  tell("broken", "The build failed", shown, errors.empty() ? text : std::string());
  show_pages();
}

// Apps.

void DevServer::start_app() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::system_error(errno, std::generic_category(), "socketpair");
  Fd mine(ends[0]), theirs(ends[1]);
  auto app = std::make_unique<Running>();
  app->generation = ++started_;
  app->channel = std::move(mine);
  std::vector<int> given{listener_.fd(), state_->fd(), theirs.get()};
  if (certificate_) given.push_back(certificate_.get());
  try {
    app->pid = detail::spawn({.command = options_.app_command,
                              .environment = {fmt::format("{}={}", detail::kDevVariable, app->generation)},
                              .descriptors = std::move(given)});
  } catch (const std::system_error& e) {
    say_error("The app cannot be started", e.what());
    tell("crashed", "The app cannot be started", Value::list(), e.what());
    return show_pages();
  }
  // One that has not answered yet is of no use any more.
  for (const auto& each : apps_)
    if (!each->ready) stop(*each);
  apps_.push_back(std::move(app));
}

void DevServer::read_channel(Running& app) {
  char mark = 0;
  const ssize_t size = recv(app.channel.get(), &mark, 1, MSG_PEEK);
  if (size <= 0) {
    app.channel = Fd();
  } else if (mark == detail::kCrashMark) {
    detail::CrashReport report;
    if (detail::read_crash(app.channel.get(), app.pid, report)) app.crash = std::move(report);
    app.channel = Fd();
  } else {
    recv(app.channel.get(), &mark, 1, 0);
    if (mark == detail::kReadyMark && !app.ready) {
      app.ready = true;
      promote();
    }
  }
}

/// The newest answers: the others finish what they have begun.
void DevServer::promote() {
  Running& newest = *apps_.back();
  if (!newest.ready) return;
  generation_ = newest.generation;
  say_address();
  tell("ok");
  hide_pages();
  for (const auto& each : apps_)
    if (each.get() != &newest) stop(*each);
}

void DevServer::stop(Running& app) {
  if (std::exchange(app.stopping, true)) return;
  kill(app.pid, SIGTERM);
}

void DevServer::on_app_ended(Running& app, int status) {
  if (app.stopping) return;
  const bool answers = std::any_of(apps_.begin(), apps_.end(), [&](const auto& each) {
    return each.get() != &app && each->ready && !each->stopping;
  });
  std::string title = app.ready ? "The app crashed" : "The app ended before it answered";
  if (app.ready && WIFEXITED(status)) title = "The app ended";
  std::string text = ended_text(status);
  Value errors = Value::list();
  if (app.crash) {
    const Value frames = detail::frames(app.crash->stack);
    for (const Value& frame : frames.items()) {
      if (!frame["own"].truthy() || errors.size() == 5) continue;
      errors.push_back(Value::dict({{"file", frame["file"]},
                                    {"line", frame["line"]},
                                    {"message", frame["function"]},
                                    {"source", frame["source"]}}));
    }
  }
  std::string stack;
  for (const Value& each : errors.items()) {
    stack +=
        fmt::format("\n  {}\n    {}:{}\n", each["message"].str(), each["file"].str(), each["line"].str());
    for (const Value& line : each["source"].items())
      stack += fmt::format("  {} {:>5}  {}\n", line["marked"].truthy() ? '>' : ' ', line["number"].str(),
                           line["text"].str());
  }
  say_error(title, fmt::format("{}\n{}", text, stack));
  tell("crashed", fmt::format("{}: {}", title, text), errors);
  if (!answers) show_pages();
}

// What ends.

void DevServer::on_ended(pid_t pid, int status) {
  for (auto each = apps_.begin(); each != apps_.end(); ++each) {
    if ((*each)->pid != pid) continue;
    const std::unique_ptr<Running> app = std::move(*each);
    apps_.erase(each);
    while (app->channel) read_channel(*app);  // what it said last
    return on_app_ended(*app, status);
  }
}

void DevServer::reap() {
  // Builds are waited for by read_build alone.
  for (std::size_t i = 0; i < apps_.size();) {
    int status = 0;
    const pid_t pid = apps_[i]->pid;
    if (waitpid(pid, &status, WNOHANG) == pid) {
      on_ended(pid, status);
      i = 0;
    } else {
      ++i;
    }
  }
}

void DevServer::read_signals() {
  signalfd_siginfo info{};
  while (read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    if (info.ssi_signo == SIGCHLD) {
      reap();
    } else {
      stopping_ = true;
    }
  }
}

void DevServer::stop_all() {
  hide_pages();
  if (build_) kill(-build_->pid, SIGTERM);
  for (const auto& each : apps_) stop(*each);
  for (const auto& each : apps_) waitpid(each->pid, nullptr, 0);
  apps_.clear();
  if (build_) waitpid(build_->pid, nullptr, 0);
}

// Who is told.

void DevServer::tell(std::string_view state, const std::string& title, Value errors,
                     const std::string& text) {
  state_->write(json::dump(Value::dict({{"state", std::string(state)},
                                        {"title", title},
                                        {"errors", std::move(errors)},
                                        {"text", text},
                                        {"generation", generation_},
                                        {"assets", assets_}})));
}

/// Where no app can, this process answers, with what is wrong.
void DevServer::show_pages() {
  say_address();
  const bool answers = std::any_of(apps_.begin(), apps_.end(),
                                   [](const auto& each) { return each->ready && !each->stopping; });
  if (!answers && !pages_)
    pages_ = std::make_unique<detail::TroublePages>(listener_.fd(), state_, generation_, options_.tls);
}

void DevServer::hide_pages() { pages_.reset(); }

/// Once somebody answers there: what the app says when it starts comes first.
void DevServer::say_address() {
  if (std::exchange(told_address_, true)) return;
  fmt::print(
      stderr, "{}",
      detail::running_text(options_.tls ? "https" : "http", options_.host, listener_.port(), colours_));
  std::fflush(stderr);
}

void DevServer::say(std::string_view what) const {
  fmt::print(stderr, " * {}\n", what);
  std::fflush(stderr);
}

void DevServer::say_error(std::string_view title, std::string_view text) const {
  const std::string heading = fmt::format(" * {}", title);
  fmt::print(stderr, "{}\n{}\n", detail::styled(heading, {detail::Style::red}, colours_), text);
  std::fflush(stderr);
}

// The loop.

void DevServer::turn() {
  std::vector<pollfd> ready{{signals_.get(), POLLIN, 0}, {watcher_.fd(), POLLIN, 0}};
  if (build_) ready.push_back({build_->output.get(), POLLIN, 0});
  const std::size_t first_app = ready.size();
  std::vector<Running*> with_channel;
  for (const auto& each : apps_) {
    if (!each->channel) continue;
    ready.push_back({each->channel.get(), POLLIN, 0});
    with_channel.push_back(each.get());
  }
  int wait_ms = -1;
  if (changed_last_) {
    const auto due = std::min(*changed_last_ + std::chrono::milliseconds(kQuietMs),
                              *changed_first_ + std::chrono::milliseconds(kLongestQuietMs));
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - Clock::now()).count();
    wait_ms = static_cast<int>(std::max<std::int64_t>(left, 0));
  }
  poll(ready.data(), ready.size(), wait_ms);
  // Channels before the end of their app: a crash is told first.
  for (std::size_t i = 0; i < with_channel.size(); ++i)
    if (ready[first_app + i].revents) read_channel(*with_channel[i]);
  if (build_ && ready.size() > 2 && first_app == 3 && ready[2].revents) read_build();
  if (ready[1].revents) read_changes();
  if (ready[0].revents) read_signals();
  if (changed_last_) {
    const auto now = Clock::now();
    if (now - *changed_last_ >= std::chrono::milliseconds(kQuietMs) ||
        now - *changed_first_ >= std::chrono::milliseconds(kLongestQuietMs))
      apply_changes();
  }
}

int DevServer::run() {
  sigset_t taken, former;
  sigemptyset(&taken);
  for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) sigaddset(&taken, signal);
  pthread_sigmask(SIG_BLOCK, &taken, &former);
  signals_ = Fd(signalfd(-1, &taken, SFD_NONBLOCK | SFD_CLOEXEC));
  watch();
  tell("building");
  if (options_.build_command.empty() || !options_.build_first) {
    start_app();
  } else {
    say("building");
    start_build();
  }
  while (!stopping_) turn();
  stop_all();
  signals_ = Fd();
  pthread_sigmask(SIG_SETMASK, &former, nullptr);
  return 0;
}

}  // namespace

int run_dev_server(DevServerOptions options) { return DevServer(std::move(options)).run(); }

}  // namespace retort
