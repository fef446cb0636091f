// SPDX-License-Identifier: BSD-3-Clause
// A row by its primary key through Connection::execute and Engine::execute, against the C API
// with a prepared statement: what the driver costs; by Session::get in a session for each: what a
// request costs. 10,000 inserts in a unit of work against the C API. Rounds alternate; the best of
// each counts.
//
//   bench_db_sqlite [rounds [rows|inserts]]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <sqlite3.h>
#include <unistd.h>

#include "retort/base/duration.h"
#include "retort/db/engine.h"
#include "retort/db/mapping.h"
#include "retort/db/session.h"
#include "retort/fiber/task.h"

namespace {

using namespace retort;  // NOLINT: a program of one page

constexpr int kRows = 10'000;
constexpr int kReads = 20'000;  // a round

struct Row {
  std::int64_t id = 0;
  std::string name;
  double price = 0;
};

const auto rows = db::table<Row>("items", db::column<&Row::name>(db::length(40)));

std::int64_t key(int i) { return static_cast<std::int64_t>(i) * 7919 % kRows + 1; }

template <class F>
double nanoseconds_each(F f) {
  const TimePoint begin = Clock::now();
  for (int i = 0; i < kReads; ++i) f(key(i));
  return std::chrono::duration<double, std::nano>(Clock::now() - begin).count() / kReads;
}

struct CApi {
  sqlite3* db = nullptr;
  sqlite3_stmt* statement = nullptr;

  CApi(const char* file, const char* sql) {
    sqlite3_open_v2(file, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    sqlite3_prepare_v2(db, sql, -1, &statement, nullptr);
  }
  ~CApi() {
    sqlite3_finalize(statement);
    sqlite3_close(db);
  }
  CApi(const CApi&) = delete;
  CApi& operator=(const CApi&) = delete;

  void read(std::int64_t id, Row& row) {
    sqlite3_bind_int64(statement, 1, id);
    if (sqlite3_step(statement) == SQLITE_ROW) {
      row.id = sqlite3_column_int64(statement, 0);
      row.name.assign(reinterpret_cast<const char*>(sqlite3_column_text(statement, 1)),
                      static_cast<std::size_t>(sqlite3_column_bytes(statement, 1)));
      row.price = sqlite3_column_double(statement, 2);
    }
    sqlite3_reset(statement);
  }
};

void make_table(const std::string& file) {
  db::Engine engine("sqlite:///" + file);
  engine.connect()->execute_script(
      "CREATE TABLE items (id INTEGER PRIMARY KEY, name VARCHAR(40), price FLOAT)");
}

void fill(db::Engine& engine) {
  const db::Lease lease = engine.connect();
  lease->begin();
  for (int i = 1; i <= kRows; ++i)
    lease->execute("INSERT INTO items VALUES (?1, ?2, ?3)",
                   {db::Datum::of_integer(i), db::Datum::of_text("item number " + std::to_string(i)),
                    db::Datum::of_real(i * 0.5)},
                   {});
  lease->commit();
}

void compare(const std::string& file, int rounds) {
  db::Engine engine("sqlite:///" + file);
  fill(engine);
  const std::string sql = "SELECT id, name, price FROM items WHERE id = ?1";
  CApi plain(file.c_str(), sql.c_str());
  const db::Lease lease = engine.connect();
  Row row;
  const db::RowSink sink = [&](const db::Row& from) {
    row.id = from.cell(0).integer;
    row.name = from.cell(1).text;
    row.price = from.cell(2).real;
    return true;
  };
  db::Parameters parameters(1);
  double best[4] = {1e18, 1e18, 1e18, 1e18};
  for (int i = 0; i < rounds; ++i) {
    best[0] = std::min(best[0], nanoseconds_each([&](std::int64_t id) { plain.read(id, row); }));
    best[1] = std::min(best[1], nanoseconds_each([&](std::int64_t id) {
                         parameters[0] = db::Datum::of_integer(id);
                         lease->execute(sql, parameters, sink);
                       }));
    best[2] = std::min(best[2], nanoseconds_each([&](std::int64_t id) {
                         parameters[0] = db::Datum::of_integer(id);
                         engine.execute(sql, parameters, sink);
                       }));
    best[3] = std::min(best[3], nanoseconds_each([&](std::int64_t id) {
                         db::Session session(engine);
                         row = *session.get<Row>(id);
                       }));
  }
  std::printf("C API                 %7.0f ns\n", best[0]);
  std::printf("Connection::execute   %7.0f ns  %3.0f %% of the C API's speed\n", best[1],
              100 * best[0] / best[1]);
  std::printf("Engine::execute       %7.0f ns  %3.0f %%\n", best[2], 100 * best[0] / best[2]);
  std::printf("Session::get          %7.0f ns  %3.0f %%\n", best[3], 100 * best[0] / best[3]);
}

double milliseconds_of(TimePoint begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

double insert_by_hand(const std::string& file) {
  CApi plain(file.c_str(), "INSERT INTO items (name, price) VALUES (?1, ?2)");
  sqlite3_exec(plain.db, "PRAGMA synchronous = NORMAL", nullptr, nullptr, nullptr);
  const TimePoint begin = Clock::now();
  std::vector<Row> made;
  for (int i = 0; i < kRows; ++i) made.push_back({0, "item number " + std::to_string(i), i * 0.5});
  sqlite3_exec(plain.db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
  for (Row& row : made) {
    sqlite3_bind_text(plain.statement, 1, row.name.data(), static_cast<int>(row.name.size()), SQLITE_STATIC);
    sqlite3_bind_double(plain.statement, 2, row.price);
    sqlite3_step(plain.statement);
    row.id = sqlite3_last_insert_rowid(plain.db);
    sqlite3_reset(plain.statement);
  }
  sqlite3_exec(plain.db, "COMMIT", nullptr, nullptr, nullptr);
  return milliseconds_of(begin);
}

double insert_by_session(db::Engine& engine) {
  const TimePoint begin = Clock::now();
  db::Session session(engine);
  for (int i = 0; i < kRows; ++i) session.add(Row{0, "item number " + std::to_string(i), i * 0.5});
  session.commit();
  return milliseconds_of(begin);
}

void compare_inserts(const std::string& file, int rounds) {
  db::Engine engine("sqlite:///" + file);
  double hand = 1e18;
  double ours = 1e18;
  for (int i = 0; i < rounds; ++i) {
    engine.execute("DELETE FROM items");
    hand = std::min(hand, insert_by_hand(file));
    engine.execute("DELETE FROM items");
    ours = std::min(ours, insert_by_session(engine));
  }
  std::printf("%d inserts: by hand %.1f ms, in a unit of work %.1f ms: %.2f times\n", kRows, hand, ours,
              ours / hand);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 30;
  char folder[] = "/tmp/retort-bench-XXXXXX";
  if (!mkdtemp(folder)) return 1;
  const std::string file = std::string(folder) + "/bench.db";
  const std::string what = argc > 2 ? argv[2] : "";
  fiber::run([&] {
    make_table(file);
    if (what != "inserts") compare(file, rounds);
    if (what != "rows") compare_inserts(file, rounds);
  });
  for (const char* end : {"", "-wal", "-shm"}) unlink((file + end).c_str());
  rmdir(folder);
  return 0;
}
