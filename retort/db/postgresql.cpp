// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/postgresql.h"

#include <charconv>

#include "retort/base/memory.h"
#include "retort/db/detail/postgresql/connect.h"
#include "retort/db/detail/postgresql/driver.h"
#include "retort/db/detail/postgresql/interval.h"

namespace retort::db {
namespace {

void append_text(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += c;
    }
  }
}

void append_bytes(std::string& out, std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  out += "\\\\x";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
}

template <class T>
void append_number(std::string& out, T value) {
  char digits[64];
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  out.append(digits, end.ptr);
}

}  // namespace

void append_copy_row(std::string& out, const Parameters& values) {
  bool first = true;
  for (const Datum& value : values) {
    if (!first) out += '\t';
    first = false;
    switch (value.kind) {
      case Datum::Kind::null:
        out += "\\N";
        break;
      case Datum::Kind::boolean:
        out += value.integer ? 't' : 'f';
        break;
      case Datum::Kind::integer:
        append_number(out, value.integer);
        break;
      case Datum::Kind::real:
        append_number(out, value.real);
        break;
      case Datum::Kind::interval:
        out += detail::postgresql_interval(value.integer);
        break;
      case Datum::Kind::bytes:
        append_bytes(out, value.text);
        break;
      default:
        append_text(out, value.text);
    }
  }
  out += '\n';
}

Owned<PostgresqlConnection> PostgresqlConnection::open(const Url& url, const EngineOptions& options) {
  const detail::ConnectSettings settings = detail::connect_settings(url, options);
  return std::make_unique<detail::PostgresqlDriver>(detail::connect(settings), settings);
}

PostgresqlConnection* postgresql_connection(Connection& connection) {
  return dynamic_cast<PostgresqlConnection*>(&connection.driver());
}

}  // namespace retort::db
