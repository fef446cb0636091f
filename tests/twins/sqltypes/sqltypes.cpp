// SPDX-License-Identifier: BSD-3-Clause
// Reads the rows that SQLAlchemy wrote, prints them, and writes each of them again under
// its id + 1000. See run.py.
//
//   sqltypes URL
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "tests/twins/sqltypes/text.h"

#include "retort/base/owned.h"
#include "retort/db/detail/drivers.h"
#include "retort/db/dialect.h"
#include "retort/db/json.h"
#include "retort/db/postgresql.h"
#include "retort/db/types.h"
#include "retort/json/json.h"

namespace {

using namespace retort;  // NOLINT: a program of one page

enum class Color { red, dark_blue };
struct Address {
  std::string city;
  std::optional<int> number;
};

struct Sample {
  std::int64_t id = 0;
  std::optional<bool> flag;
  std::optional<std::int16_t> small;
  std::optional<int> whole;
  std::optional<std::int64_t> big;
  std::optional<double> ratio;
  std::optional<Decimal> price;   // NUMERIC(12, 4)
  std::optional<Decimal> amount;  // NUMERIC
  std::optional<std::string> name;
  std::optional<std::string> note;
  std::optional<Bytes> data;
  std::optional<Date> day;
  std::optional<Time> at;
  std::optional<DateTime> moment;
  std::optional<DateTime> instant;  // with time zone
  std::optional<TimeDelta> span;
  std::optional<Uuid> token;
  std::optional<Value> document;
  std::optional<db::Json<Address>> home;
  std::optional<Color> color;
};

struct Lists {
  std::int64_t id = 0;
  std::optional<std::vector<std::optional<std::string>>> names;
  std::optional<std::vector<std::vector<int>>> grid;
  std::optional<std::vector<Decimal>> prices;
  std::optional<std::vector<Bytes>> chunks;
  std::optional<std::vector<DateTime>> moments;
  std::optional<std::vector<DateTime>> instants;  // with time zone
  std::optional<std::vector<TimeDelta>> spans;
  std::optional<std::vector<Uuid>> tokens;
  std::optional<std::vector<bool>> flags;
  std::optional<std::vector<double>> ratios;
};

// The column's type with the options that the C++ type does not tell.
template <class T>
db::ColumnType column_type(std::string_view name) {
  db::ColumnType type = db::Type<T>::column_type();
  if (name == "price") type.scale = 4;
  if (name == "instant") type.with_timezone = true;
  if (name == "instants") type.element[0].with_timezone = true;
  return type;
}

using twins::text;

template <class T>
std::vector<T> read(db::Connection& connection, const std::string& table) {
  std::vector<T> out;
  connection.execute("SELECT * FROM " + table + " ORDER BY id", {}, [&](const db::Row& row) {
    T& sample = out.emplace_back();
    std::size_t i = 0;
    reflect::for_each_member(sample, [&](std::string_view name, auto& member) {
      using M = std::remove_reference_t<decltype(member)>;
      if (row.name(i) != name) throw std::runtime_error("columns are not in order");
      try {
        member = db::from_cell<M>(row.cell(i++), column_type<M>(name));
      } catch (const db::DataError& error) {
        throw db::in_column(error, table, name);
      }
    });
    return true;
  });
  return out;
}

template <class T>
void write(db::Connection& connection, const std::string& table, T sample) {
  sample.id += 1000;
  std::string sql = "INSERT INTO " + table + " VALUES (";
  db::Parameters parameters;
  reflect::for_each_member(sample, [&](std::string_view name, const auto& member) {
    using M = std::remove_cvref_t<decltype(member)>;
    if (!parameters.empty()) sql += ", ";
    parameters.push_back(db::to_datum<M>(member, column_type<M>(name)));
    connection.dialect().append_placeholder(sql, parameters.size());
  });
  connection.execute(sql + ")", parameters, {});
}

template <class T>
void copy(db::Connection& connection, const std::string& table) {
  const std::vector<T> samples = read<T>(connection, table);
  connection.begin();
  for (const T& sample : samples) {
    Value line = Value::list({table});
    reflect::for_each_member(sample,
                             [&](std::string_view, const auto& member) { line.push_back(text(member)); });
    std::printf("%s\n", json::dump(line).c_str());
    write(connection, table, sample);
  }
  connection.commit();
}

Owned<db::Connection> open(const db::Url& url) {
  if (url.dialect == "sqlite") return db::detail::open_sqlite(url, {});
  return Owned<db::Connection>(db::PostgresqlConnection::open(url, {}).release());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    const Owned<db::Connection> connection = open(db::parse_url(argv[1]));
    copy<Sample>(*connection, "samples");
    if (connection->dialect().name() == "postgresql") copy<Lists>(*connection, "lists");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
