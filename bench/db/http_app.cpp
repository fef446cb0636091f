// SPDX-License-Identifier: BSD-3-Clause
// The database tests of the TechEmpower benchmarks as an application of models and sessions: a
// row, 20 rows, fortunes in a template, 20 updates. The same as http_flask.py; run_http.py runs both.
//   bench_db_http PORT URL
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <retort/db/mapping.h>
#include <retort/ext/sqlalchemy/database.h>
#include <retort/fiber/watchdog.h>
#include <retort/retort.h>
#include <retort/server/server.h>

namespace bench {

using namespace retort;

struct World {
  std::int64_t id = 0;
  std::int64_t randomNumber = 0;  // NOLINT: the benchmark's name
};

struct Fortune {
  std::int64_t id = 0;
  std::string message;
};

const auto world = db::table<World>("world", db::column<&World::randomNumber>(db::named("randomnumber")));
const auto fortune = db::table<Fortune>("fortune");

db::Database db;
std::atomic<int> held = 0;  // times that a fiber kept its worker

constexpr std::uint32_t kRows = 10'000;

std::int64_t random_row() {
  static thread_local std::uint32_t state = 1;
  state = state * 1'664'525 + 1'013'904'223;
  return static_cast<std::int64_t>((state >> 8) % kRows) + 1;
}

std::vector<std::int64_t> asked_for() {
  const int count = std::clamp(request->args.get<int>("queries", 1), 1, 500);
  std::vector<std::int64_t> ids;
  for (int i = 0; i < count; ++i) ids.push_back(random_row());
  return ids;
}

World one() { return *db.session().get<World>(random_row()); }

std::vector<World> queries() {
  std::vector<World> out;
  for (const auto& each : db.session().get_each<World>(asked_for())) out.push_back(*each);
  return out;
}

std::string fortunes() {
  std::vector<Fortune> all;
  for (const auto& each : db.query<Fortune>().all()) all.push_back(*each);
  all.push_back({0, "Additional fortune added at request time."});
  std::sort(all.begin(), all.end(), [](const Fortune& a, const Fortune& b) { return a.message < b.message; });
  return render_template("fortunes.html", {{"fortunes", Value::view(all)}});
}

std::vector<World> updates() {
  std::vector<World> out;
  for (const auto& each : db.session().get_each<World>(asked_for())) {
    each->randomNumber = random_row();
    out.push_back(*each);
  }
  db.session().commit();
  return out;
}

// Row by row, a batch of them in memory: how many, and their sum.
std::string stream() {
  std::int64_t rows = 0;
  std::int64_t sum = 0;
  db.query<World>()
      .where(db::col<&World::id> <= request->args.get<std::int64_t>("rows", kRows))
      .stream([&](const World& each) {
        ++rows;
        sum += each.randomNumber;
        return true;
      });
  return std::to_string(rows) + " " + std::to_string(sum);
}

App create_app(const std::string& url) {
  App app{"bench"};
  app.config["SQLALCHEMY_DATABASE_URI"] = url;
  app.config["SQLALCHEMY_ENGINE_OPTIONS"] = Value::dict({{"shared_connections", 8}, {"pool_size", 8}});
  db.init_app(app);
  app.get("/", [] { return "Hello, World!"; });
  app.get("/held", [] { return std::to_string(held); });
  app.get<one>("/db");
  app.get<queries>("/queries");
  app.get<fortunes>("/fortunes");
  app.get<updates>("/updates");
  app.get<stream>("/stream");
  return app;
}

}  // namespace bench

int main(int argc, char** argv) try {
  if (argc < 3) throw std::runtime_error("usage: bench_db_http PORT URL");
  retort::App app = bench::create_app(argv[2]);
  retort::fiber::Watchdog watchdog([](std::string_view, retort::milliseconds) { ++bench::held; });
  retort::server::ServerOptions options;
  options.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  options.watchdog = &watchdog;
  retort::server::serve(app, std::move(options));
} catch (const std::exception& error) {
  std::fprintf(stderr, "bench_db_http: %s\n", error.what());
  return 1;
}
