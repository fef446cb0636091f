// SPDX-License-Identifier: BSD-3-Clause
// Deadlines, cancellation, conflicts and lost servers.
#include <limits>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/postgresql_driver.h"
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "retort/db/dialect.h"
#include "retort/db/engine.h"
#include "retort/db/error.h"
#include "retort/db/postgresql.h"
#include "retort/db/retry.h"
#include "retort/fiber/task.h"

namespace retort::db {
namespace {

using test::cell;
using test::cells;
using test::PostgresqlDriverTest;
using test::PostgresqlServer;
using test::run;
using test::text;

TEST_F(PostgresqlDriverTest, ADeadlineCancelsAtTheServer) {
  for (const bool on_fiber : {false, true}) {
    const auto body = [] {
      const auto c = open();
      const TimePoint begin = Clock::now();
      c->set_deadline(begin + milliseconds(100));
      EXPECT_THROW(run(*c, "SELECT pg_sleep(60)"), QueryCanceled);
      EXPECT_LT(Clock::now() - begin, seconds(20));
      EXPECT_THROW(run(*c, "SELECT 1"), QueryCanceled) << "the deadline has passed";
      c->set_deadline(fiber::kNever);
      EXPECT_EQ(cell(*c, "SELECT 1"), "integer 1");
      EXPECT_TRUE(c->usable());
    };
    if (on_fiber) {
      fiber::run(body);
    } else {
      body();
    }
  }
}

TEST_F(PostgresqlDriverTest, StatementTimeoutIsTheServers) {
  EngineOptions options;
  options.statement_timeout = milliseconds(50);
  const auto c = open("", options);
  EXPECT_THROW(run(*c, "SELECT pg_sleep(60)"), QueryCanceled);
  EXPECT_EQ(cell(*c, "SELECT 1"), "integer 1");
}

TEST_F(PostgresqlDriverTest, ACancelledFiberCancelsAtTheServer) {
  fiber::run([] {
    const auto c = open();
    const auto watcher = open();
    c->begin();
    auto task = fiber::spawn([&] { run(*c, "SELECT pg_sleep(61)"); });
    fiber::sleep_for(milliseconds(50));
    task.cancel();
    EXPECT_THROW(task.join(), fiber::Cancelled);
    EXPECT_EQ(cell(*watcher,
                   "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(61)' "
                   "AND state = 'active'"),
              "integer 0");
    c->rollback();
    EXPECT_EQ(cell(*c, "SELECT 1"), "integer 1");
  });
}

TEST_F(PostgresqlDriverTest, AQueryParksItsFiberAndNotTheWorker) {
  fiber::run([] {
    const auto c = open();
    int ticks = 0;
    auto ticking = fiber::spawn([&] {
      for (;;) {
        fiber::sleep_for(milliseconds(5));
        ++ticks;
      }
    });
    run(*c, "SELECT pg_sleep(0.3)");
    EXPECT_GT(ticks, 10);
    ticking.cancel();
  });
}

TEST_F(PostgresqlDriverTest, ADeadlockIsTyped) {
  fiber::run([] {
    const auto a = open();
    const auto b = open();
    a->execute_script(
        "DROP TABLE IF EXISTS dead; CREATE TABLE dead (id int PRIMARY KEY, n int);"
        "INSERT INTO dead VALUES (1, 0), (2, 0)");
    int deadlocks = 0;
    int runs = 0;
    const auto swap = [&](PostgresqlConnection& c, int first) {
      retry(5, [&] {
        ++runs;
        c.begin();
        try {
          run(c, "UPDATE dead SET n = n + 1 WHERE id = $1", {Datum::of_integer(first)});
          fiber::sleep_for(milliseconds(30));
          run(c, "UPDATE dead SET n = n + 1 WHERE id = $1", {Datum::of_integer(3 - first)});
          c.commit();
        } catch (const DeadlockError&) {
          ++deadlocks;
          c.rollback();
          throw;
        }
      });
    };
    fiber::gather([&] { swap(*a, 1); }, [&] { swap(*b, 2); });
    EXPECT_GE(deadlocks, 1);
    EXPECT_EQ(runs, deadlocks + 2);
    EXPECT_EQ(cell(*a, "SELECT min(n) FROM dead"), "integer 2");
    run(*a, "DROP TABLE dead");
  });
}

TEST_F(PostgresqlDriverTest, ASerializationFailureIsTyped) {
  const auto a = open("", isolation("SERIALIZABLE"));
  const auto b = open("", isolation("REPEATABLE READ"));
  EXPECT_EQ(cell(*a, "SHOW transaction_isolation"), "text serializable");
  EXPECT_EQ(cell(*b, "SHOW transaction_isolation"), "text repeatable read");
  a->execute_script(
      "DROP TABLE IF EXISTS serial; CREATE TABLE serial (n int); INSERT INTO serial VALUES (0)");
  b->begin();
  run(*b, "SELECT * FROM serial");
  run(*a, "UPDATE serial SET n = 1");
  EXPECT_THROW(run(*b, "UPDATE serial SET n = 2"), SerializationError);
  b->rollback();
  run(*a, "DROP TABLE serial");
  EXPECT_THROW(open("", isolation("CHAOS")), ArgumentError);
}

TEST_F(PostgresqlDriverTest, ALostServerIsADisconnection) {
  PostgresqlServer own;
  const auto c = PostgresqlConnection::open(parse_url(own.url()), {});
  const auto busy = PostgresqlConnection::open(parse_url(own.socket_url()), {});
  std::thread killer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    own.kill();
  });
  EXPECT_THROW(run(*busy, "SELECT pg_sleep(60)"), DisconnectionError);
  killer.join();
  EXPECT_FALSE(busy->usable());
  EXPECT_FALSE(busy->in_transaction());
  busy->rollback();
  EXPECT_FALSE(c->usable()) << "known without a statement";
  EXPECT_FALSE(c->ping());
  EXPECT_THROW(run(*c, "SELECT 1"), DisconnectionError);
  EXPECT_THROW(PostgresqlConnection::open(parse_url(own.url()), {}), OperationalError);
  own.start();
  EXPECT_TRUE(PostgresqlConnection::open(parse_url(own.url()), {})->ping());
}

TEST_F(PostgresqlDriverTest, AWrongPasswordIsNotShown) {
  Url url = parse_url(server().url());
  url.password = "wrong-secret";
  try {
    PostgresqlConnection::open(url, {});
    ADD_FAILURE() << "let in";
  } catch (const OperationalError& e) {
    EXPECT_EQ(std::string(e.what()).find("secret"), std::string::npos) << e.what();
  }
}

TEST_F(PostgresqlDriverTest, OptionsOfTheUrlAreLibpqs) {
  const auto c = open("?application_name=my%20app&options=-c%20search_path%3Dpg_catalog");
  EXPECT_EQ(cell(*c, "SHOW application_name"), "text my app");
  EXPECT_EQ(cell(*c, "SHOW search_path"), "text pg_catalog");
  EXPECT_EQ(cell(*c, "SHOW timezone"), "text UTC");
  EXPECT_THROW(open("?sslmode=require"), OperationalError) << "the server has no TLS";
  EXPECT_THROW(open("?sslmode=sometimes"), OperationalError);
  EXPECT_THROW(open("?no_such_option=1"), ArgumentError);
  EXPECT_THROW(open("?prepared_statement_cache_size=many"), ArgumentError);
}

TEST_F(PostgresqlDriverTest, TlsIsAskedForInTheUrl) {
  PostgresqlServer own;
  const std::string certificate = own.restart_with_tls();
  if (certificate.empty()) GTEST_SKIP() << "skipped: openssl is not installed";
  const std::string verified = own.url() + "?sslmode=verify-full&sslrootcert=" + certificate;
  fiber::run([&] {
    const auto c = PostgresqlConnection::open(parse_url(verified), {});
    EXPECT_EQ(cell(*c, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"), "integer 1");
    const std::string large(1'000'000, 'x');
    EXPECT_EQ(cell(*c, "SELECT $1::text", {text(large)}).size(), large.size() + 5);
    EXPECT_TRUE(c->usable());
    const auto plain = PostgresqlConnection::open(parse_url(own.url() + "?sslmode=disable"), {});
    EXPECT_EQ(cell(*plain, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"), "integer 0");
  });
  EXPECT_THROW(
      PostgresqlConnection::open(parse_url(own.url() + "?sslmode=verify-full&sslrootcert=/nowhere"), {}),
      OperationalError);
}

TEST_F(PostgresqlDriverTest, AServerThatSaysNothingIsGivenUp) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(fd, 5), 0);
  ASSERT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  EngineOptions options;
  options.connect_timeout = milliseconds(100);
  const Url url = parse_url("postgresql://me@127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/x");
  EXPECT_THROW(PostgresqlConnection::open(url, options), OperationalError);
  fiber::run([&] { EXPECT_THROW(PostgresqlConnection::open(url, options), OperationalError); });
  ::close(fd);
}

TEST_F(PostgresqlDriverTest, LongResultsAndValuesPass) {
  fiber::run([] {
    const auto c = open();
    const std::string large(20'000'000, 'x');
    EXPECT_EQ(cell(*c, "SELECT length($1::text)", {text(large)}), "integer 20000000");
    EXPECT_EQ(cell(*c, "SELECT $1::text", {text(large)}).size(), large.size() + 5);
    std::vector<BatchItem> items;
    std::size_t bytes = 0;
    for (int i = 0; i < 200; ++i) {
      items.push_back(
          {"SELECT repeat('y', 100000) || $1", {text(large.substr(0, 100'000))}, [&](const Row& row) {
             bytes += row.cell(0).text.size();
             return true;
           }});
    }
    c->execute_batch(items);
    EXPECT_EQ(bytes, 200u * 200'000u) << "both ways at once, more than the sockets hold";
  });
}

TEST_F(PostgresqlDriverTest, ClosingIsFinal) {
  const auto c = open();
  c->begin();
  c->close();
  EXPECT_FALSE(c->usable());
  EXPECT_FALSE(c->in_transaction());
  EXPECT_THROW(run(*c, "SELECT 1"), DisconnectionError);
  c->rollback();
  c->close();
}

}  // namespace
}  // namespace retort::db
