// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/postgresql_server.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace retort::test {
namespace {

namespace fs = std::filesystem;

constexpr char kUser[] = "retort";

bool has_server(const fs::path& bin) { return fs::exists(bin / "initdb") && fs::exists(bin / "postgres"); }

// The newest of Debian's, else the one in PATH; empty when there is none.
fs::path find_bin() {
  if (const char* named = std::getenv("RETORT_POSTGRESQL_BIN"))
    return has_server(named) ? fs::path(named) : fs::path();
  fs::path best;
  int best_version = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", error)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version > best_version && has_server(entry.path() / "bin")) {
      best = entry.path() / "bin";
      best_version = version;
    }
  }
  if (!best.empty()) return best;
  std::istringstream path(std::getenv("PATH") ? std::getenv("PATH") : "");
  for (std::string folder; std::getline(path, folder, ':');) {
    if (has_server(folder)) return folder;
  }
  return {};
}

/// Whom the server runs as, when we are root.
const passwd* other_user() {
  if (geteuid() != 0) return nullptr;
  const passwd* user = getpwnam("postgres");
  if (!user) user = getpwnam("nobody");
  if (!user) throw std::runtime_error("no user to run PostgreSQL as: there is neither postgres nor nobody");
  return user;
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

pid_t launch(const std::vector<std::string>& arguments, const std::string& folder) {
  std::vector<char*> argv;
  for (const std::string& one : arguments) argv.push_back(const_cast<char*>(one.c_str()));
  argv.push_back(nullptr);
  const std::string log = folder + "/log";
  const passwd* const user = other_user();
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) throw std::runtime_error("fork failed");
  if (pid > 0) return pid;
  const int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  dup2(in, 0);
  dup2(out, 1);
  dup2(out, 2);
  if (user && (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
    _exit(126);
  // A test that dies takes its server along: this signal is "immediate shutdown".
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (getppid() != parent || chdir(folder.c_str()) != 0) _exit(126);
  setpgid(0, 0);
  execv(argv[0], argv.data());
  _exit(127);
}

int wait_for_end(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

std::uint16_t free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(fd);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

std::string escaped(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (c == '/') {
      out += "%2F";
    } else {
      out += c;
    }
  }
  return out;
}

// The server's children may outlive it by a moment, and write.
void remove_folder(const fs::path& folder) {
  for (int i = 0; i < 100; ++i) {
    std::error_code error;
    fs::remove_all(folder, error);
    if (!error) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace

bool PostgresqlServer::is_installed() { return !find_bin().empty(); }

PostgresqlServer& PostgresqlServer::shared() {
  static PostgresqlServer server;
  return server;
}

PostgresqlServer::PostgresqlServer() : password_("p@ss/w:rd%") {
  std::string name = (fs::temp_directory_path() / "retort_postgresql_XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("cannot make a folder: " + name);
  folder_ = name;
  try {
    make_cluster();
    start();
  } catch (...) {
    stop();
    remove_folder(folder_);
    throw;
  }
}

PostgresqlServer::~PostgresqlServer() {
  stop();
  remove_folder(folder_);
}

void PostgresqlServer::make_cluster() {
  const std::string password_file = folder_ + "/password";
  std::ofstream(password_file) << password_ << "\n";
  if (const passwd* user = other_user()) {
    if (chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0 ||
        chown(password_file.c_str(), user->pw_uid, user->pw_gid) != 0)
      throw std::runtime_error("cannot give " + folder_ + " to " + user->pw_name);
  }
  const int status = wait_for_end(
      launch({(find_bin() / "initdb").string(), "-D", folder_ + "/data", "-U", kUser, "-A", "scram-sha-256",
              "--pwfile=" + password_file, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"},
             folder_));
  if (status != 0) throw std::runtime_error("initdb failed:\n" + text_of(folder_ + "/log"));
}

void PostgresqlServer::start() {
  if (pid_ > 0) return;
  if (port_ == 0) port_ = free_port();
  std::vector<std::string> arguments = {(find_bin() / "postgres").string(), "-D", folder_ + "/data"};
  for (const std::string& setting :
       {"port=" + std::to_string(port_), std::string("listen_addresses=127.0.0.1"),
        "unix_socket_directories=" + folder_, std::string("fsync=off"), std::string("full_page_writes=off"),
        std::string("synchronous_commit=off"), std::string("max_connections=100"),
        std::string("shared_buffers=32MB"), std::string("deadlock_timeout=200ms"),
        std::string("max_wal_size=256MB")}) {
    arguments.emplace_back("-c");
    arguments.push_back(setting);
  }
  if (has_tls_) {
    for (const std::string& setting : {std::string("ssl=on"), "ssl_cert_file=" + folder_ + "/tls.crt",
                                       "ssl_key_file=" + folder_ + "/tls.key"}) {
      arguments.emplace_back("-c");
      arguments.push_back(setting);
    }
  }
  pid_ = launch(arguments, folder_);
  wait_until_ready();
}

std::string PostgresqlServer::restart_with_tls() {
  const std::string program = "/usr/bin/openssl";
  if (!fs::exists(program)) return {};
  const std::string certificate = folder_ + "/tls.crt";
  // As the server's user, who alone may read the key.
  const int status = wait_for_end(
      launch({program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
              "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
              folder_ + "/tls.key", "-out", certificate},
             folder_));
  if (status != 0) throw std::runtime_error("openssl failed:\n" + text_of(folder_ + "/log"));
  has_tls_ = true;
  restart();
  return certificate;
}

void PostgresqlServer::wait_until_ready() {
  const std::string target =
      "host=127.0.0.1 port=" + std::to_string(port_) + " dbname=postgres user=" + kUser;
  for (int i = 0; i < 1500; ++i) {
    if (PQping(target.c_str()) == PQPING_OK) return;
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  throw std::runtime_error("PostgreSQL does not start:\n" + text_of(folder_ + "/log"));
}

void PostgresqlServer::stop() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGINT);
  wait_for_end(pid_);
  pid_ = -1;
}

// The server, which then starts no more, and its children.
void PostgresqlServer::signal_all(int signal) {
  if (pid_ <= 0) return;
  ::kill(pid_, signal);
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "stat");
    std::string line;
    if (!std::getline(file, line)) continue;
    const std::size_t name_end = line.rfind(')');
    if (name_end == std::string::npos) continue;
    std::istringstream rest(line.substr(name_end + 1));
    char state = 0;
    pid_t parent = 0;
    if (rest >> state >> parent && parent == pid_) ::kill(std::stoi(entry.path().filename()), signal);
  }
}

void PostgresqlServer::pause() { signal_all(SIGSTOP); }
void PostgresqlServer::resume() { signal_all(SIGCONT); }

void PostgresqlServer::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGQUIT);
  wait_for_end(pid_);
  pid_ = -1;
}

std::string PostgresqlServer::url(std::string_view database) const {
  return std::string("postgresql://") + kUser + ":p%40ss%2Fw%3Ard%25@127.0.0.1:" + std::to_string(port_) +
         "/" + std::string(database);
}

std::string PostgresqlServer::socket_url(std::string_view database) const {
  return std::string("postgresql://") + kUser + ":p%40ss%2Fw%3Ard%25@/" + std::string(database) +
         "?host=" + escaped(folder_) + "&port=" + std::to_string(port_);
}

std::string PostgresqlServer::create_database(std::string_view name) {
  const std::string target = "host=127.0.0.1 port=" + std::to_string(port_) +
                             " dbname=postgres user=" + kUser + " password='" + password_ + "'";
  const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(PQconnectdb(target.c_str()), PQfinish);
  const std::string sql = "CREATE DATABASE \"" + std::string(name) + "\"";
  const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection.get(), sql.c_str()), PQclear);
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
    throw std::runtime_error(PQerrorMessage(connection.get()));
  return url(name);
}

void PostgresqlTest::SetUp() {
  if (!PostgresqlServer::is_installed()) GTEST_SKIP() << "skipped: postgresql is not installed";
}

}  // namespace retort::test
