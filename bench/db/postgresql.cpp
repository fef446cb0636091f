// SPDX-License-Identifier: BSD-3-Clause
// The statements of the TechEmpower tests by 256 fibers over shared connections, against the same
// by a hand-written program on libpq's pipeline mode (one thread, poll, as much under way). Rounds
// take turns; the ratio of their medians is what counts.
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
#include <sys/resource.h>

#include "retort/db/detail/shared_connections.h"
#include "retort/fiber/task.h"
#include "retort/fiber/watchdog.h"

namespace {

using namespace retort;

constexpr int kFibers = 256;
constexpr int kRows = 10'000;

/// What is asked: `together` statements, a transaction by themselves.
struct Kind {
  const char* name;
  const char* sql;
  int values;  ///< that the statement takes: an id, in an UPDATE behind a number
  int together;
};

constexpr char kRow[] = "SELECT id, randomnumber FROM world WHERE id = $1";
constexpr Kind kKinds[] = {
    {"one row", kRow, 1, 1},
    {"20 rows", kRow, 1, 20},
    {"fortunes", "SELECT id, message FROM fortune", 0, 1},
    {"20 updates", "UPDATE world SET randomnumber = $1 WHERE id = $2", 2, 20},
};

struct World {
  std::int32_t id = 0;
  std::int32_t random_number = 0;
};

struct Fortune {
  std::int32_t id = 0;
  std::string message;
};

class Ids {
 public:
  int next() {
    state_ = state_ * 1'664'525 + 1'013'904'223;
    return static_cast<int>((state_ >> 8) % kRows) + 1;
  }
  /// One for each statement; in order, so that updates do not lock each other out.
  void next(std::vector<int>& out, const Kind& kind) {
    out.clear();
    for (int i = 0; i < kind.together; ++i) out.push_back(next());
    if (kind.values == 2) std::sort(out.begin(), out.end());
  }

 private:
  std::uint32_t state_ = 1;
};

void make_table(const db::Url& url) {
  const auto connection = db::PostgresqlConnection::open(url, {});
  connection->execute_script(
      "DROP TABLE IF EXISTS world; CREATE TABLE world (id int PRIMARY KEY, randomnumber int NOT NULL);"
      "INSERT INTO world SELECT i, i * 7919 % 10000 FROM generate_series(1, " +
      std::to_string(kRows) +
      ") AS i; DROP TABLE IF EXISTS fortune; CREATE TABLE fortune (id int PRIMARY KEY, message text NOT "
      "NULL);"
      "INSERT INTO fortune SELECT i, 'a fortune of some fifty characters, number ' || i FROM "
      "generate_series(1, 12) AS i; ANALYZE");
}

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "bench_db_postgresql: %s\n", what);
  std::exit(1);
}

/// Transactions a second, and what one costs this process.
struct Speed {
  double rate = 0;
  double cpu_us = 0;
};

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// From now to speed().
class Meter {
 public:
  Speed speed(std::int64_t done) const {
    const auto count = static_cast<double>(done);
    return {count / duration<double>(Clock::now() - begin_).count(), (cpu_seconds() - cpu_) / count * 1e6};
  }

 private:
  TimePoint begin_ = Clock::now();
  double cpu_ = cpu_seconds();
};

/// One connection of the hand-written program. `each_sync`: a sync for each transaction, as
/// autocommit needs it; else one for all that are sent together.
class HandConnection {
 public:
  HandConnection(const std::string& target, const Kind& kind, int window, bool each_sync)
      : connection_(PQconnectdb(target.c_str()), PQfinish),
        kind_(kind),
        window_(window),
        each_sync_(each_sync) {
    PGconn* const c = connection_.get();
    if (PQstatus(c) != CONNECTION_OK) die(PQerrorMessage(c));
    const Oid types[] = {23, 23};
    PQclear(PQprepare(c, "asked", kind_.sql, kind_.values, types));
    PQsetnonblocking(c, 1);
    PQenterPipelineMode(c);
  }

  int fd() const { return PQsocket(connection_.get()); }
  short events() const { return static_cast<short>(unsent_ ? POLLIN | POLLOUT : POLLIN); }

  void fill() {
    PGconn* const c = connection_.get();
    const bool any = under_way_ < window_;
    for (; under_way_ < window_; ++under_way_) {
      ids_.next(numbers_, kind_);
      for (const int id : numbers_) send(id);
      if (each_sync_) PQpipelineSync(c);
    }
    if (any && !each_sync_) PQpipelineSync(c);
    unsent_ = PQflush(c) > 0;
  }

  /// Transactions that are done.
  std::int64_t take() {
    PGconn* const c = connection_.get();
    if (!PQconsumeInput(c)) die(PQerrorMessage(c));
    std::int64_t done = 0;
    int nothing = 0;
    while (nothing < 2 && !PQisBusy(c)) {
      PGresult* const result = PQgetResult(c);
      if (!result) {
        ++nothing;
        continue;
      }
      nothing = 0;
      if (const ExecStatusType status = PQresultStatus(result); status != PGRES_PIPELINE_SYNC) {
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) die(PQerrorMessage(c));
        read(result);
        if (++answered_ % kind_.together == 0) {
          ++done;
          --under_way_;
        }
      }
      PQclear(result);
    }
    return done;
  }

 private:
  void send(int id) {
    const std::uint32_t number = __builtin_bswap32(static_cast<std::uint32_t>(id));
    const char* const value = reinterpret_cast<const char*>(&number);
    const char* const values[] = {value, value};
    const int lengths[] = {4, 4};
    const int formats[] = {1, 1};
    PQsendQueryPrepared(connection_.get(), "asked", kind_.values, values, lengths, formats, 0);
  }

  void read(const PGresult* result) {
    for (int row = 0; row < PQntuples(result); ++row) {
      const int id = std::atoi(PQgetvalue(result, row, 0));
      if (id == 0) die("a wrong row");
      if (kind_.values == 0) {
        fortunes_.push_back({id, PQgetvalue(result, row, 1)});
      } else {
        world_ = {id, std::atoi(PQgetvalue(result, row, 1))};
      }
    }
    fortunes_.clear();
  }

  std::unique_ptr<PGconn, void (*)(PGconn*)> connection_;
  const Kind& kind_;
  int window_;
  bool each_sync_;
  int under_way_ = 0;
  std::int64_t answered_ = 0;
  bool unsent_ = false;
  Ids ids_;
  std::vector<int> numbers_;
  World world_;
  std::vector<Fortune> fortunes_;
};

Speed by_hand(const std::string& target, const Kind& kind, int connections, bool each_sync, double time) {
  std::vector<std::unique_ptr<HandConnection>> all;
  for (int i = 0; i < connections; ++i)
    all.push_back(std::make_unique<HandConnection>(target, kind, kFibers / connections, each_sync));
  std::int64_t done = 0;
  const Meter meter;
  const auto end = Clock::now() + std::chrono::duration_cast<nanoseconds>(duration<double>(time));
  std::vector<pollfd> ready;
  while (Clock::now() < end) {
    ready.clear();
    for (const auto& one : all) {
      one->fill();
      ready.push_back({one->fd(), one->events(), 0});
    }
    poll(ready.data(), ready.size(), 1'000);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (ready[i].revents) done += all[i]->take();
    }
  }
  return meter.speed(done);
}

/// What one fiber asks again and again.
class Asker {
 public:
  Asker(db::detail::SharedConnections& shared, const Kind& kind, Ids& ids)
      : shared_(shared), kind_(kind), ids_(ids), items_(static_cast<std::size_t>(kind.together)) {
    for (db::BatchItem& item : items_) {
      item.sql = kind.sql;
      item.parameters.resize(static_cast<std::size_t>(kind.values));
      if (kind.values < 2) item.sink = [this](const db::Row& row) { return read(row); };
    }
  }

  void ask() {
    ids_.next(numbers_, kind_);
    for (std::size_t i = 0; i < items_.size(); ++i) {
      for (db::Datum& value : items_[i].parameters) value = db::Datum::of_integer(numbers_[i]);
    }
    if (kind_.together > 1) {
      shared_.execute_batch(items_);
    } else {
      shared_.execute(items_[0].sql, items_[0].parameters, items_[0].sink);
    }
    if (kind_.values == 1 && world_.id != numbers_.back()) die("a wrong row");
    if (kind_.values == 0 && fortunes_.size() != 12) die("not all fortunes");
    fortunes_.clear();
  }

 private:
  bool read(const db::Row& row) {
    const auto id = static_cast<std::int32_t>(row.cell(0).integer);
    if (kind_.values == 0) {
      fortunes_.push_back({id, std::string(row.cell(1).text)});
    } else {
      world_ = {id, static_cast<std::int32_t>(row.cell(1).integer)};
    }
    return true;
  }

  db::detail::SharedConnections& shared_;
  const Kind& kind_;
  Ids& ids_;
  std::vector<int> numbers_;
  std::vector<db::BatchItem> items_;
  World world_;
  std::vector<Fortune> fortunes_;
};

Speed by_retort(const db::Url& url, const Kind& kind, int connections, double time, int& held) {
  fiber::Watchdog watchdog(
      [&held](std::string_view, milliseconds) { __atomic_fetch_add(&held, 1, __ATOMIC_RELAXED); },
      milliseconds(100));
  fiber::SchedulerOptions options;
  options.watchdog = &watchdog;
  return fiber::run(
      [&] {
        db::detail::SharedConnections shared(url, {}, static_cast<std::size_t>(connections));
        std::int64_t done = 0;
        bool stop = false;
        Ids ids;
        const auto work = [&] {
          Asker asker(shared, kind, ids);
          while (!stop) {
            asker.ask();
            ++done;
          }
        };
        std::vector<fiber::Task<void>> tasks;
        for (int i = 0; i < kFibers; ++i) tasks.push_back(fiber::spawn(work));
        // The hand-written program is connected before its time begins.
        const auto patience = Clock::now() + seconds(20);
        while (shared.size() < static_cast<std::size_t>(connections) && Clock::now() < patience)
          fiber::sleep_for(milliseconds(20));
        fiber::sleep_for(milliseconds(200));
        const std::int64_t before = done;
        const Meter meter;
        fiber::sleep_for(std::chrono::duration_cast<nanoseconds>(duration<double>(time)));
        const Speed speed = meter.speed(done - before);
        stop = true;
        for (auto& task : tasks) task.join();
        return speed;
      },
      options);
}

Speed median(std::vector<Speed> all) {
  const auto of = [&](double Speed::*member) {
    std::vector<double> values;
    for (const Speed& each : all) values.push_back(each.*member);
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
  };
  return {of(&Speed::rate), of(&Speed::cpu_us)};
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
  std::printf(
      "%d fibers, transactions a second and this process's CPU us of each (medians of %d rounds of %.1f s)\n",
      kFibers, rounds, time);
  for (const Kind& kind : kKinds) {
    for (const int connections : {8, 1}) {
      std::vector<Speed> hand, grouped, ours;
      int held = 0;
      for (int i = 0; i < rounds; ++i) {
        hand.push_back(by_hand(target, kind, connections, true, time));
        ours.push_back(by_retort(url, kind, connections, time, held));
        if (kind.values == 1) grouped.push_back(by_hand(target, kind, connections, false, time));
      }
      const Speed a = median(ours);
      const Speed b = median(hand);
      std::printf("%-11s %d connections: retort %.0f (%.1f us), hand-written %.0f (%.1f us), ratio %.2f",
                  kind.name, connections, a.rate, a.cpu_us, b.rate, b.cpu_us, a.rate / b.rate);
      if (!grouped.empty()) {
        const Speed c = median(grouped);
        std::printf("; with one sync for many %.0f (%.1f us), ratio %.2f", c.rate, c.cpu_us, a.rate / c.rate);
      }
      std::printf("; worker held over 100 ms: %d times\n", held);
      std::fflush(stdout);
    }
  }
}
