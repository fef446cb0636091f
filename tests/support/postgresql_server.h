// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// PostgresqlServer: a PostgreSQL server of a test program's own, in a temporary folder, on a
// free port of the loopback and on a unix socket. Run by root it belongs to another user, as
// the server will not have root. It ends with the program.
//
//   class QueryTest : public PostgresqlTest {};   // skipped where PostgreSQL is not installed
//   TEST_F(QueryTest, Counts) { Engine engine(server().url()); ... }

#include <cstdint>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <sys/types.h>

namespace retort::test {

class PostgresqlServer {
 public:
  /// Whether initdb and postgres are there (RETORT_POSTGRESQL_BIN, pg_config's or Debian's place).
  static bool is_installed();
  /// The one that a program's tests share; started at the first call.
  static PostgresqlServer& shared();

  /// Makes a cluster and starts it. Throws std::runtime_error with the server's log.
  PostgresqlServer();
  ~PostgresqlServer();
  PostgresqlServer(const PostgresqlServer&) = delete;
  PostgresqlServer& operator=(const PostgresqlServer&) = delete;

  void start();
  /// Makes a certificate for 127.0.0.1 (the file's name is returned) and starts anew with TLS;
  /// empty where the program openssl is missing.
  std::string restart_with_tls();
  /// Clients are cut off (a "fast" shutdown).
  void stop();
  /// As a crash: no farewell.
  void kill();
  /// All its processes stand still: it takes connections and says nothing.
  void pause();
  void resume();
  void restart() {
    stop();
    start();
  }

  /// "postgresql://retort:...@127.0.0.1:port/database"
  std::string url(std::string_view database = "postgres") const;
  /// The same by the unix socket.
  std::string socket_url(std::string_view database = "postgres") const;
  /// A further, empty database of that name; the URL.
  std::string create_database(std::string_view name);

  std::uint16_t port() const { return port_; }
  const std::string& password() const { return password_; }
  const std::string& folder() const { return folder_; }

 private:
  void make_cluster();
  void wait_until_ready();
  void signal_all(int signal);

  std::string folder_;
  std::string password_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
  bool has_tls_ = false;
};

/// A fixture that needs the shared server.
class PostgresqlTest : public testing::Test {
 protected:
  void SetUp() override;
  static PostgresqlServer& server() { return PostgresqlServer::shared(); }
};

}  // namespace retort::test
