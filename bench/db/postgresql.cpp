// SPDX-License-Identifier: BSD-3-Clause
// Single-row queries of 256 fibers over shared connections, against the same queries by a
// hand-written program on libpq's pipeline mode (one thread, poll, as many queries under way).
// Rounds take turns; the ratio of their medians is what counts.
//
//   bench_db_postgresql [seconds of a round [rounds [URL]]]
#include "retort/db/postgresql.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/postgresql_server.h"
#include <libpq-fe.h>
#include <poll.h>

#include "retort/db/detail/shared_connections.h"
#include "retort/fiber/task.h"
#include "retort/fiber/watchdog.h"

namespace {

using namespace retort;

constexpr char kQuery[] = "SELECT id, randomnumber FROM world WHERE id = $1";
constexpr int kFibers = 256;
constexpr int kRows = 10'000;

struct World {
  std::int32_t id = 0;
  std::int32_t random_number = 0;
};

class Ids {
 public:
  int next() {
    state_ = state_ * 1'664'525 + 1'013'904'223;
    return static_cast<int>((state_ >> 8) % kRows) + 1;
  }

 private:
  std::uint32_t state_ = 1;
};

void make_table(const db::Url& url) {
  const auto connection = db::PostgresqlConnection::open(url, {});
  connection->execute_script(
      "DROP TABLE IF EXISTS world; CREATE TABLE world (id int PRIMARY KEY, randomnumber int NOT NULL);"
      "INSERT INTO world SELECT i, i * 7919 % 10000 FROM generate_series(1, " +
      std::to_string(kRows) + ") AS i; ANALYZE world");
}

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "bench_db_postgresql: %s\n", what);
  std::exit(1);
}

/// One connection of the hand-written program. `each_sync`: a sync for each query, as autocommit
/// needs it; else one for all that are sent together.
class HandConnection {
 public:
  HandConnection(const std::string& target, int window, bool each_sync)
      : connection_(PQconnectdb(target.c_str()), PQfinish), window_(window), each_sync_(each_sync) {
    PGconn* const c = connection_.get();
    if (PQstatus(c) != CONNECTION_OK) die(PQerrorMessage(c));
    const Oid type = 23;
    PQclear(PQprepare(c, "world", kQuery, 1, &type));
    PQsetnonblocking(c, 1);
    PQenterPipelineMode(c);
  }

  int fd() const { return PQsocket(connection_.get()); }
  short events() const { return static_cast<short>(unsent_ ? POLLIN | POLLOUT : POLLIN); }
  int under_way() const { return under_way_; }

  void fill() {
    PGconn* const c = connection_.get();
    const bool any = under_way_ < window_;
    while (under_way_ < window_) {
      const std::uint32_t id = __builtin_bswap32(static_cast<std::uint32_t>(ids_.next()));
      const char* value = reinterpret_cast<const char*>(&id);
      const int length = 4;
      const int format = 1;
      PQsendQueryPrepared(c, "world", 1, &value, &length, &format, 0);
      if (each_sync_) PQpipelineSync(c);
      ++under_way_;
    }
    if (any && !each_sync_) PQpipelineSync(c);
    unsent_ = PQflush(c) > 0;
  }

  /// Rows that came.
  std::int64_t take() {
    PGconn* const c = connection_.get();
    if (!PQconsumeInput(c)) die(PQerrorMessage(c));
    std::int64_t rows = 0;
    int nothing = 0;
    while (nothing < 2 && !PQisBusy(c)) {
      PGresult* const result = PQgetResult(c);
      if (!result) {
        ++nothing;
        continue;
      }
      nothing = 0;
      if (PQresultStatus(result) == PGRES_TUPLES_OK) {
        World world{std::atoi(PQgetvalue(result, 0, 0)), std::atoi(PQgetvalue(result, 0, 1))};
        if (world.id == 0) die("a wrong row");
        ++rows;
        --under_way_;
      }
      PQclear(result);
    }
    return rows;
  }

 private:
  std::unique_ptr<PGconn, void (*)(PGconn*)> connection_;
  int window_;
  bool each_sync_;
  int under_way_ = 0;
  bool unsent_ = false;
  Ids ids_;
};

double by_hand(const std::string& target, int connections, bool each_sync, double time) {
  std::vector<std::unique_ptr<HandConnection>> all;
  for (int i = 0; i < connections; ++i)
    all.push_back(std::make_unique<HandConnection>(target, kFibers / connections, each_sync));
  std::int64_t rows = 0;
  const auto begin = Clock::now();
  const auto end = begin + std::chrono::duration_cast<nanoseconds>(duration<double>(time));
  std::vector<pollfd> ready;
  while (Clock::now() < end) {
    ready.clear();
    for (const auto& one : all) {
      one->fill();
      ready.push_back({one->fd(), one->events(), 0});
    }
    poll(ready.data(), ready.size(), 1'000);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (ready[i].revents) rows += all[i]->take();
    }
  }
  return static_cast<double>(rows) / duration<double>(Clock::now() - begin).count();
}

double by_retort(const db::Url& url, int connections, double time, int& held) {
  fiber::Watchdog watchdog(
      [&held](std::string_view, milliseconds) { __atomic_fetch_add(&held, 1, __ATOMIC_RELAXED); },
      milliseconds(100));
  fiber::SchedulerOptions options;
  options.watchdog = &watchdog;
  return fiber::run(
      [&] {
        db::detail::SharedConnections shared(url, {}, static_cast<std::size_t>(connections));
        const std::string query = kQuery;
        std::int64_t rows = 0;
        bool stop = false;
        Ids ids;
        const auto work = [&] {
          db::Parameters parameters(1);
          World world;
          const db::RowSink sink = [&world](const db::Row& row) {
            world = {static_cast<std::int32_t>(row.cell(0).integer),
                     static_cast<std::int32_t>(row.cell(1).integer)};
            return true;
          };
          while (!stop) {
            parameters[0] = db::Datum::of_integer(ids.next());
            shared.execute(query, parameters, sink);
            if (world.id != parameters[0].integer) die("a wrong row");
            ++rows;
          }
        };
        std::vector<fiber::Task<void>> tasks;
        for (int i = 0; i < kFibers; ++i) tasks.push_back(fiber::spawn(work));
        fiber::sleep_for(milliseconds(200));
        const std::int64_t before = rows;
        const auto begin = Clock::now();
        fiber::sleep_for(std::chrono::duration_cast<nanoseconds>(duration<double>(time)));
        const double rate =
            static_cast<double>(rows - before) / duration<double>(Clock::now() - begin).count();
        stop = true;
        for (auto& task : tasks) task.join();
        return rate;
      },
      options);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::string escaped(const std::string& value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string target_of(const db::Url& url) {
  std::string host = url.host;
  std::string port = url.port ? std::to_string(url.port) : "5432";
  if (!url.option("host").empty()) host = url.option("host");
  if (!url.option("port").empty()) port = url.option("port");
  return "host=" + escaped(host) + " port=" + escaped(port) + " user=" + escaped(url.username) +
         " password=" + escaped(url.password) + " dbname=" + escaped(url.database);
}

}  // namespace

int main(int argc, char** argv) {
  const double time = argc > 1 ? std::atof(argv[1]) : 2;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
  if (argc <= 3 && !test::PostgresqlServer::is_installed()) die("skipped: postgresql is not installed");
  const db::Url url = db::parse_url(argc > 3 ? argv[3] : test::PostgresqlServer::shared().socket_url());
  const std::string target = target_of(url);
  make_table(url);
  std::printf("%d fibers, single-row queries, queries a second (medians of %d rounds of %.1f s)\n", kFibers,
              rounds, time);
  for (const int connections : {8, 1}) {
    std::vector<double> hand;
    std::vector<double> grouped;
    std::vector<double> ours;
    int held = 0;
    for (int i = 0; i < rounds; ++i) {
      hand.push_back(by_hand(target, connections, true, time));
      ours.push_back(by_retort(url, connections, time, held));
      grouped.push_back(by_hand(target, connections, false, time));
    }
    std::printf(
        "%d connections: retort %.0f, hand-written %.0f (ratio %.2f), hand-written with one sync for many "
        "%.0f"
        " (ratio %.2f); worker held over 100 ms: %d times\n",
        connections, median(ours), median(hand), median(ours) / median(hand), median(grouped),
        median(ours) / median(grouped), held);
    std::fflush(stdout);
  }
}
