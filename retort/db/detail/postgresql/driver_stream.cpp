// SPDX-License-Identifier: BSD-3-Clause
// Rows by portions: through a cursor where the statement can have one, else row by row as
// the server sends them.
#include <algorithm>
#include <string_view>

#include "retort/base/text.h"
#include "retort/db/detail/postgresql/driver.h"
#include "retort/db/detail/postgresql/result_row.h"

namespace retort::db::detail {
namespace {

bool is_word_char(char c) {
  return c == '_' || text::is_digit(c) || (text::lower(c) >= 'a' && text::lower(c) <= 'z');
}

bool has_word(std::string_view lower_sql, std::string_view word) {
  for (std::size_t at = lower_sql.find(word); at != lower_sql.npos; at = lower_sql.find(word, at + 1)) {
    const bool begins = at == 0 || !is_word_char(lower_sql[at - 1]);
    const std::size_t end = at + word.size();
    if (begins && (end == lower_sql.size() || !is_word_char(lower_sql[end]))) return true;
  }
  return false;
}

// Whether DECLARE CURSOR surely takes it: a query that changes nothing. A word inside a string
// may make it say no; what it then costs is that the rest of an abandoned result is read.
bool can_have_cursor(const std::string& sql) {
  const std::string word = first_word(sql);
  if (word != "select" && word != "with" && word != "values" && word != "table") return false;
  const std::string lower = text::to_lower(sql);
  for (const char* one : {"insert", "update", "delete", "merge", "into"}) {
    if (has_word(lower, one)) return false;
  }
  return true;
}

// False when there are no more rows or the sink wants none.
bool give_batch(const PGresult* result, const RowSink& sink, std::size_t batch) {
  const auto rows = static_cast<std::size_t>(PQntuples(result));
  ResultRow row(result);
  for (std::size_t i = 0; i < rows; ++i) {
    row.move_to(static_cast<int>(i));
    if (!sink(row)) return false;
  }
  return rows == batch;
}

}  // namespace

void PostgresqlDriver::stream(const std::string& sql, const Parameters& parameters, const RowSink& sink,
                              std::size_t batch) {
  prepare_call(sql);
  check_statement(sql, parameters);
  batch = std::max<std::size_t>(batch, 1);
  if (!can_have_cursor(sql)) return stream_single(sql, parameters, sink);
  if (in_transaction()) return stream_cursor(sql, parameters, sink, batch);
  begin();
  struct Rollback {
    explicit Rollback(PostgresqlDriver& d) : driver(d) {}
    ~Rollback() { driver.rollback(); }  // nothing is left to do after commit()
    PostgresqlDriver& driver;
  } const at_end(*this);
  const RowSink guarded = [this, &sink](const Row& row) {
    const Flag streaming(streaming_);
    return sink(row);
  };
  stream_cursor(sql, parameters, guarded, batch);
  commit();
}

void PostgresqlDriver::stream_cursor(const std::string& sql, const Parameters& parameters,
                                     const RowSink& sink, std::size_t batch) {
  const std::string name = "retort_cursor_" + std::to_string(++cursors_);
  const std::string fetch = "FETCH " + std::to_string(batch) + " FROM " + name;
  Unit unit;
  send_begin(unit);
  pipeline_.command(unit, "DECLARE " + name + " NO SCROLL CURSOR FOR " + sql, parameters);
  pipeline_.command(unit, fetch, {});
  settle(unit, sql);
  pipeline_.check(unit, sql);
  bool more = unit.results() == 2 && give_batch(unit.result(1), sink, batch);
  while (more) {
    prepare_call(sql);
    unit.reset();
    pipeline_.command(unit, fetch, {});
    settle(unit, sql);
    pipeline_.check(unit, sql);
    more = unit.results() == 1 && give_batch(unit.result(0), sink, batch);
  }
  unit.reset();
  run_plain("CLOSE " + name);
}

void PostgresqlDriver::stream_single(const std::string& sql, const Parameters& parameters,
                                     const RowSink& sink) {
  enter_simple(sql);
  EncodedParameters encoded;
  encoded.encode(parameters);
  const SimpleMode mode(pipeline_);
  PGconn* const c = pipeline_.connection();
  if (!PQsendQueryParams(c, sql.c_str(), encoded.count(), encoded.types().data(), encoded.values(),
                         encoded.lengths(), encoded.formats(), 0)) {
    pipeline_.lose(PQerrorMessage(c));
    pipeline_.throw_lost(sql);
  }
  PQsetSingleRowMode(c);
  Patience patience(pipeline_, deadline_);
  struct Rest {  // whatever ends this, the answer is read to its end
    ~Rest() { driver.drain(patience); }
    PostgresqlDriver& driver;
    Patience& patience;
  } const rest{*this, patience};
  give_single(patience, sql, sink);
}

void PostgresqlDriver::give_single(Patience& patience, const std::string& sql, const RowSink& sink) {
  bool wanted = true;
  for (;;) {
    const ResultPtr result = next_result(patience);
    if (!result || result.status() == PGRES_FATAL_ERROR) return check_simple(patience, result, sql);
    if (result.status() != PGRES_SINGLE_TUPLE || !wanted) continue;
    const Flag streaming(streaming_);
    wanted = sink(ResultRow(result.get()));
  }
}

}  // namespace retort::db::detail
