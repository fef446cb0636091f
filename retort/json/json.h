// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// JSON. `json({{"message", "Hello"}})` is a document that a view returns; json::parse and
// json::dump read and write Values and a program's own types. Pure functions; a document
// is a value type.

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/base/result.h"
#include "retort/json/write.h"
#include "retort/value/convert.h"
#include "retort/value/value.h"

namespace retort {

/// Bounds on what is read. Depth is that of lists and dicts inside one another, at most
/// kMaxValueDepth.
struct JsonLimits {
  std::size_t max_depth = 100;
  std::size_t max_bytes = 64 * 1024 * 1024;
};

class json {
 public:
  /// A dict: `json({{"error", "no"}, {"code", 7}})`.
  json(std::initializer_list<Value::Member> members);
  /// A Value, or anything that to_value takes: aggregates, containers, numbers, text. A
  /// template for Values, too: braces are a dict's members and nothing else.
  template <class T, std::enable_if_t<!std::is_same_v<std::decay_t<T>, json>, int> = 0>
  json(const T& from) : value_(to_value(from)) {}  // NOLINT: implicit by design

  const Value& value() const { return value_; }
  std::string text(const JsonOptions& options = {}) const { return dump(value_, options); }

  /// Reads a document; members keep their order, of a repeated one the last counts. An
  /// integer beyond 64 bits, a lone surrogate and ill-formed UTF-8 are errors, as are NaN
  /// and comments. An Error says what Python's json module says, with the byte.
  static Result<Value> parse(std::string_view text, const JsonLimits& limits = {});
  /// Reads a document into a program's own type, as from_value does; the Error is that of
  /// the text, or the first field's that does not fit.
  template <class T>
  static Result<T> parse(std::string_view text, const JsonLimits& limits = {}) {
    Value value;
    Error error;
    if (!read(text, limits, value, error)) return error;
    return from_value<T>(value);
  }
  /// The same with every mistake. Text that is no JSON (a 400) is an Error; fields that do
  /// not fit (a 422) are in `errors`, and the result is false.
  template <class T, class R = Result<bool>>
  static R parse_into(std::string_view text, T& out, FieldErrors& errors, const JsonLimits& limits = {}) {
    return parse_into(text, &out, &detail::read_into<T>, errors, limits);
  }

  /// Writes a document; views and what they hold as well. Throws ValueError for NaN, TypeError
  /// for what JSON has no words for (bytes, undefined, keys that are lists or tuples), and
  /// RecursionError for lists and dicts more than kMaxValueDepth inside one another.
  static std::string dump(const Value& value, const JsonOptions& options = {});
  template <class T>
  static std::string dump(const T& from, const JsonOptions& options = {}) {
    std::string out;
    dump_to(out, from, options);
    return out;
  }
  /// Appends to `out`. For aggregates this allocates nothing but what `out` needs to grow.
  static void dump_to(std::string& out, const Value& value, const JsonOptions& options = {});
  static void dump_to(std::string& out, const json& document, const JsonOptions& options = {}) {
    dump_to(out, document.value_, options);
  }
  template <class T>
  static void dump_to(std::string& out, const T& from, const JsonOptions& options = {}) {
    if (options.indent >= 0) {
      dump_to(out, to_value(from), options);
    } else {
      json_detail::write(json_detail::Sink(out, options), from);
    }
  }

 private:
  static bool read(std::string_view text, const JsonLimits& limits, Value& out, Error& error);
  static Result<bool> parse_into(std::string_view text, void* out, detail::ReadInto into, FieldErrors& errors,
                                 const JsonLimits& limits);

  Value value_;
};

/// JSON that is safe in HTML: between tags, in <script>, and in attributes in single quotes
/// (Jinja's htmlsafe_json_dumps). Throws as json::dump does.
Markup htmlsafe_json_dumps(const Value& value, const JsonOptions& options = {});

}  // namespace retort
