// SPDX-License-Identifier: BSD-3-Clause
#include "retort/migrate/detail/types.h"

#include <algorithm>

#include <fmt/format.h>

#include "retort/migrate/revision.h"

namespace retort::migrate {
namespace detail {
namespace {

using Kind = db::ColumnType::Kind;

struct Word {
  std::string_view name;
  Kind kind;
};
constexpr Word kWords[] = {
    {"boolean", Kind::boolean},
    {"small_integer", Kind::small_integer},
    {"integer", Kind::integer},
    {"big_integer", Kind::big_integer},
    {"float", Kind::real},
    {"numeric", Kind::numeric},
    {"string", Kind::string},
    {"text", Kind::text},
    {"large_binary", Kind::large_binary},
    {"date", Kind::date},
    {"time", Kind::time},
    {"datetime", Kind::datetime},
    {"interval", Kind::interval},
    {"uuid", Kind::uuid},
    {"json", Kind::json},
    {"enum", Kind::enumeration},
    {"array", Kind::array},
    {"other", Kind::other},
};

void read_arguments(Line& line, db::ColumnType& type) {
  switch (type.kind) {
    case Kind::string:
      type.length = line.integer("the length");
      if (type.length <= 0) line.fail("a length is above 0");
      break;
    case Kind::numeric:
      type.precision = line.integer("the precision");
      if (type.precision <= 0) line.fail("a precision is above 0");
      if (line.accept(',')) type.scale = line.integer("the scale");
      break;
    case Kind::time:
    case Kind::datetime:
      if (!line.accept("timezone")) line.fail("only (timezone) can stand here");
      type.with_timezone = true;
      break;
    case Kind::enumeration:
      type.name = line.name("the enum's name");
      while (line.accept(',')) type.labels.push_back(line.name("a label"));
      break;
    case Kind::array:
      type.element.push_back(read_type(line));
      break;
    case Kind::other:
      type.name = line.name("the type as the database spells it");
      break;
    default:
      line.fail("this type takes nothing in brackets");
  }
}

}  // namespace

db::ColumnType read_type(Line& line) {
  const std::string name = line.name("a type");
  const auto word =
      std::find_if(std::begin(kWords), std::end(kWords), [&](const Word& w) { return w.name == name; });
  if (word == std::end(kWords)) {
    std::string known;
    for (const Word& w : kWords) known += fmt::format("{}{}", known.empty() ? "" : ", ", w.name);
    line.fail(fmt::format("there is no type \"{}\"; there are {}", name, known));
  }
  db::ColumnType type;
  type.kind = word->kind;
  if (line.accept('(')) {
    read_arguments(line, type);
    line.expect(')');
  } else if (type.kind == Kind::enumeration || type.kind == Kind::array || type.kind == Kind::other) {
    line.fail(fmt::format("{} needs brackets: enum(name, label, ...), array(type), other(\"TYPE\")", name));
  }
  return type;
}

}  // namespace detail

std::string type_text(const db::ColumnType& type) {
  using detail::Kind;
  const auto word = std::find_if(std::begin(detail::kWords), std::end(detail::kWords),
                                 [&](const detail::Word& w) { return w.kind == type.kind; });
  std::string out(word->name);
  switch (type.kind) {
    case Kind::string:
      return type.length > 0 ? fmt::format("{}({})", out, type.length) : out;
    case Kind::numeric:
      if (type.precision <= 0) return out;
      return type.scale < 0 ? fmt::format("{}({})", out, type.precision)
                            : fmt::format("{}({}, {})", out, type.precision, type.scale);
    case Kind::time:
    case Kind::datetime:
      return type.with_timezone ? out + "(timezone)" : out;
    case Kind::enumeration:
      out += "(" + detail::quoted_name(type.name);
      for (const std::string& label : type.labels) out += ", " + detail::quoted_name(label);
      return out + ")";
    case Kind::array:
      return out + "(" + (type.element.empty() ? std::string("text") : type_text(type.element[0])) + ")";
    case Kind::other:
      return out + "(" + detail::quoted_name(type.name) + ")";
    default:
      return out;
  }
}

}  // namespace retort::migrate
