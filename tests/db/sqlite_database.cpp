// SPDX-License-Identifier: BSD-3-Clause
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "tests/db/database_fixture.h"

namespace retort::db::test {
namespace {

constexpr const char* kSlow =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000000) SELECT count(*) FROM "
    "n";

class SqliteFile final : public TestDatabase {
 public:
  SqliteFile() {
    std::string name = (std::filesystem::temp_directory_path() / "retort-db-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    folder_ = name;
  }
  ~SqliteFile() override { std::filesystem::remove_all(folder_); }
  std::string url() const override { return "sqlite:///" + folder_ + "/test.db"; }
  std::string_view dialect() const override { return "sqlite"; }
  std::string slow_query() const override { return kSlow; }

 private:
  std::string folder_;
};

class SqliteMemory final : public TestDatabase {
 public:
  std::string url() const override { return "sqlite://"; }
  std::string_view dialect() const override { return "sqlite"; }
  bool has_several_connections() const override { return false; }
  std::string slow_query() const override { return kSlow; }
};

}  // namespace

std::unique_ptr<TestDatabase> make_sqlite_file(std::string&) { return std::make_unique<SqliteFile>(); }
std::unique_ptr<TestDatabase> make_sqlite_memory(std::string&) { return std::make_unique<SqliteMemory>(); }

}  // namespace retort::db::test
