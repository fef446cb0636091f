// SPDX-License-Identifier: BSD-3-Clause
// A row by its primary key through Connection::execute and Engine::execute, against the C API
// with a prepared statement: what the driver costs. Rounds alternate; the best of each counts.
//
//   bench_db_sqlite [rounds]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <sqlite3.h>
#include <unistd.h>

#include "retort/base/duration.h"
#include "retort/db/engine.h"
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

void fill(db::Engine& engine) {
  const db::Lease lease = engine.connect();
  lease->execute_script("CREATE TABLE items (id INTEGER PRIMARY KEY, name VARCHAR(40), price FLOAT)");
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
  double best[3] = {1e18, 1e18, 1e18};
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
  }
  std::printf("C API                 %7.0f ns\n", best[0]);
  std::printf("Connection::execute   %7.0f ns  %3.0f %% of the C API's speed\n", best[1],
              100 * best[0] / best[1]);
  std::printf("Engine::execute       %7.0f ns  %3.0f %%\n", best[2], 100 * best[0] / best[2]);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 30;
  char folder[] = "/tmp/retort-bench-XXXXXX";
  if (!mkdtemp(folder)) return 1;
  const std::string file = std::string(folder) + "/bench.db";
  fiber::run([&] { compare(file, rounds); });
  for (const char* end : {"", "-wal", "-shm"}) unlink((file + end).c_str());
  rmdir(folder);
  return 0;
}
