// SPDX-License-Identifier: BSD-3-Clause
#include "retort/migrate/migrator.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/fiber/task.h"
#include "retort/migrate/detail/executor.h"
#include "retort/migrate/detail/versions.h"
#include "retort/migrate/error.h"

namespace retort::migrate {
namespace {

using detail::Executor;
using Ids = std::vector<std::string>;

// Any number that no one else takes: it is Retort's in each database.
constexpr const char* kLock = "SELECT pg_advisory_lock(8245921733148517)";
constexpr const char* kUnlock = "SELECT pg_advisory_unlock(8245921733148517)";

bool has(const Ids& ids, std::string_view id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); }

// SQLite: keys are not enforced while tables are made anew. The pragma does nothing within a
// transaction, so it comes before. PostgreSQL: the lock.
class Guard {
 public:
  Guard(db::Connection& connection, seconds lock_timeout) : connection_(connection), sqlite_(is_sqlite()) {
    if (sqlite_) {
      connection_.execute_script("PRAGMA foreign_keys = OFF");
      return;
    }
    connection_.set_deadline(Clock::now() + lock_timeout);
    try {
      connection_.execute(kLock, {}, {});
    } catch (const db::QueryCanceled&) {
      throw MigrationError(fmt::format("another process has been migrating this database for {} seconds",
                                       lock_timeout.count()));
    }
    connection_.set_deadline(TimePoint::max());
  }
  ~Guard() {
    try {
      if (connection_.in_transaction()) connection_.rollback();
      if (sqlite_) {
        connection_.execute_script("PRAGMA legacy_alter_table = OFF");
        connection_.execute_script("PRAGMA foreign_keys = ON");
      } else {
        connection_.execute(kUnlock, {}, {});
      }
    } catch (const db::Error&) {
      connection_.close();  // the pool drops it
    }
  }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

 private:
  bool is_sqlite() const { return connection_.dialect().name() == "sqlite"; }
  db::Connection& connection_;
  bool sqlite_;
};

// SQLite's lock is the transaction: another process's migration may take longer than busy_timeout.
void begin(db::Connection& connection, seconds lock_timeout) {
  const TimePoint deadline = Clock::now() + lock_timeout;
  for (;;) {
    try {
      return connection.begin();
    } catch (const db::OperationalError& e) {
      if (!e.failure().code.starts_with("SQLITE_BUSY") || Clock::now() >= deadline) throw;
    }
    fiber::sleep_for(milliseconds(50));
  }
}

// Rows that refer to nothing, as SQLite's documentation wants it before the commit.
Ids broken_keys(db::Connection& connection) {
  Ids out;
  if (connection.dialect().name() != "sqlite") return out;
  connection.execute("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check()", {},
                     [&](const db::Row& row) {
                       out.push_back(fmt::format("{} (row {}) refers to a row of {} that is not there",
                                                 row.cell(0).text, row.cell(1).integer, row.cell(2).text));
                       return true;
                     });
  return out;
}

void check_keys(db::Connection& connection, const Ids& before, const Revision& revision) {
  for (const std::string& broken : broken_keys(connection)) {
    if (!has(before, broken))
      throw MigrationError(
          fmt::format("{}: revision {} would break a foreign key: {}", revision.path, revision.id, broken));
  }
}

void run_operations(Executor& executor, const Revision& revision, bool up) {
  for (const Operation& operation : up ? revision.up : revision.down) {
    try {
      detail::run_operation(executor, operation);
    } catch (const db::DatabaseError& e) {
      const db::Failure& failure = e.failure();
      throw MigrationError(fmt::format("{}:{}: {} [{}] (rolled back)\n[SQL: {}]", revision.path,
                                       operation.line, failure.message, failure.code, failure.statement));
    } catch (const db::Error& e) {
      throw MigrationError(fmt::format("{}:{}: {} (rolled back)", revision.path, operation.line, e.what()));
    }
  }
}

std::string title(const Revision& revision, bool up) {
  const std::string parents = fmt::format("{}", fmt::join(revision.parents, ", "));
  return up ? fmt::format("Running upgrade {} -> {}, {}", parents, revision.id, revision.message)
            : fmt::format("Running downgrade {} -> {}, {}", revision.id, parents, revision.message);
}

void refuse_alembic(const Revisions& revisions, const Ids& plan, bool up) {
  for (const std::string& id : plan) {
    const Revision& revision = revisions.get(id);
    if (revision.is_alembic)
      throw MigrationError(
          fmt::format("revision {} is Alembic's ({}): run `flask db {} {}` first. Nothing was changed", id,
                      revision.path, up ? "upgrade" : "downgrade", id));
  }
}

// The schema without its rows, in memory: what --sql runs on.
Owned<db::Connection> schema_copy(db::Connection& from) {
  Owned<db::Connection> copy = db::open_connection(db::parse_url("sqlite://"), {});
  copy->execute_script("PRAGMA foreign_keys = OFF");
  from.execute(
      "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~' "
      "ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, rowid",
      {}, [&](const db::Row& row) {
        copy->execute_script(std::string(row.cell(0).text));
        return true;
      });
  return copy;
}

}  // namespace

Migrator::Migrator(db::Engine& engine, const Revisions& revisions, MigratorOptions options)
    : engine_(engine), revisions_(revisions), options_(std::move(options)) {}

void Migrator::say(const std::string& line) {
  if (options_.output) options_.output(line);
}

void Migrator::upgrade(std::string_view target) { options_.sql ? list(target, true) : move(target, true); }
void Migrator::downgrade(std::string_view target) {
  options_.sql ? list(target, false) : move(target, false);
}

std::vector<std::string> Migrator::current() { return current_revisions(*engine_.connect()); }

void Migrator::move(std::string_view target, bool up) {
  db::Lease lease = engine_.connect();
  const Guard guard(*lease, options_.lock_timeout);
  Executor executor(engine_.dialect(), &*lease, [this](const std::string& sql) {
    if (options_.on_statement) options_.on_statement(sql);
  });
  std::optional<Ids> plan;
  for (;;) {
    begin(*lease, options_.lock_timeout);
    const Ids rows = current_revisions(*lease);
    if (!plan) {
      plan = up ? revisions_.upgrade_plan(rows, target) : revisions_.downgrade_plan(rows, target);
      refuse_alembic(revisions_, *plan, up);
    }
    // Somebody else may have done a part of it meanwhile.
    const Ids done = revisions_.applied(rows);
    const auto next =
        std::find_if(plan->begin(), plan->end(), [&](const std::string& id) { return has(done, id) != up; });
    if (next == plan->end()) break;
    const Revision& revision = revisions_.get(*next);
    say(title(revision, up));
    const Ids broken = broken_keys(*lease);
    detail::ensure_versions(executor, false);
    run_operations(executor, revision, up);
    detail::write_versions(
        executor, rows, up ? revisions_.after_upgrade(rows, *next) : revisions_.after_downgrade(rows, *next));
    check_keys(*lease, broken, revision);
    executor.print("COMMIT");
    lease->commit();
  }
  lease->rollback();
}

// "from:to", or the way from where the database is.
void Migrator::list(std::string_view target, bool up) {
  const bool sqlite = engine_.dialect().name() == "sqlite";
  const std::size_t colon = target.find(':');
  Ids rows;
  bool has_versions = false;
  Owned<db::Connection> copy;
  if (colon == target.npos || sqlite) {
    db::Lease lease = engine_.connect();
    rows = current_revisions(*lease);
    has_versions = !rows.empty();
    if (sqlite) copy = schema_copy(*lease);
  }
  if (colon != target.npos) {
    rows = revisions_.resolve(target.substr(0, colon));
    has_versions = !rows.empty();
    target.remove_prefix(colon + 1);
  }
  const Ids plan = up ? revisions_.upgrade_plan(rows, target) : revisions_.downgrade_plan(rows, target);
  refuse_alembic(revisions_, plan, up);
  if (copy) {  // the rows that the statements change
    db::Connection& connection = *copy;
    Executor silent(engine_.dialect(), &connection, {});
    detail::ensure_versions(silent, false);
    if (!has_versions) connection.execute_script("DROP TABLE alembic_version");
  }
  Executor executor(engine_.dialect(), copy.get(), [this](const std::string& sql) { say(sql + ";\n"); });
  if (sqlite) say("PRAGMA foreign_keys = OFF;\n");
  for (const std::string& id : plan) {
    const Revision& revision = revisions_.get(id);
    say("BEGIN;\n");
    say("-- " + title(revision, up) + "\n");
    detail::ensure_versions(executor, has_versions);
    has_versions = true;
    run_operations(executor, revision, up);
    Ids next = up ? revisions_.after_upgrade(rows, id) : revisions_.after_downgrade(rows, id);
    detail::write_versions(executor, rows, next);
    rows = std::move(next);
    say("COMMIT;\n");
  }
  if (sqlite) say("PRAGMA foreign_keys = ON;\n");
}

void Migrator::stamp(std::string_view target, bool purge) {
  const Ids rows = revisions_.resolve(target);
  db::Lease lease = engine_.connect();
  const Guard guard(*lease, options_.lock_timeout);
  begin(*lease, options_.lock_timeout);
  Ids before = current_revisions(*lease);
  if (!purge) static_cast<void>(revisions_.applied(before));
  Executor executor(
      engine_.dialect(), options_.sql ? nullptr : &*lease,
      options_.sql ? Function<void(const std::string&)>([this](const std::string& sql) { say(sql + ";\n"); })
                   : Function<void(const std::string&)>());
  detail::ensure_versions(executor, !before.empty());
  detail::write_versions(executor, before, rows);
  lease->commit();
}

}  // namespace retort::migrate
