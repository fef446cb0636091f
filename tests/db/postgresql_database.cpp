// SPDX-License-Identifier: BSD-3-Clause
#include <atomic>

#include "tests/db/database_fixture.h"
#include "tests/support/postgresql_server.h"

namespace retort::db::test {
namespace {

class Postgresql final : public TestDatabase {
 public:
  Postgresql() {
    static std::atomic<int> last = 0;
    url_ = retort::test::PostgresqlServer::shared().create_database("contract_" + std::to_string(++last));
  }
  std::string url() const override { return url_; }
  std::string_view dialect() const override { return "postgresql"; }
  std::string slow_query() const override { return "SELECT count(*) FROM generate_series(1, 30000000)"; }

 private:
  std::string url_;
};

}  // namespace

std::unique_ptr<TestDatabase> make_postgresql(std::string& why_not) {
  if (!retort::test::PostgresqlServer::is_installed()) {
    why_not = "PostgreSQL's server is not installed";
    return nullptr;
  }
  return std::make_unique<Postgresql>();
}

}  // namespace retort::db::test
