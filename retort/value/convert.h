// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Between a program's types and Values, both ways: numbers, text, enums by name, Uuid,
// dates and times, Decimal, Bytes, optionals and smart pointers, vectors, sets and arrays, maps with text
// keys, pairs and tuples, and aggregates by their members; to a Value also variants and reference wrappers by
// what they hold. from_value collects every mistake with the path to it. Pure functions.

#include <cfloat>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/integer_range.h"
#include "retort/base/reflect.h"
#include "retort/base/result.h"
#include "retort/base/uuid.h"
#include "retort/value/detail/scalars.h"
#include "retort/value/detail/shapes.h"
#include "retort/value/value.h"

namespace retort {

/// What is wrong with one field: `path` is "address.city" or "items[3].n"; empty for the
/// whole.
struct FieldError {
  std::string path;
  std::string message;
  friend bool operator==(const FieldError&, const FieldError&) = default;
};
using FieldErrors = std::vector<FieldError>;

/// Mistakes beyond this number are not recorded: an answer that lists them stays short
/// whatever a client sends.
inline constexpr std::size_t kMaxFieldErrors = 100;

/// Where in a value a field is: a chain on the stack, written out only for an error.
struct FieldPath {
  const FieldPath* parent = nullptr;
  std::string_view name;  ///< of a member; an item has none
  std::size_t index = 0;

  /// "address.city", "items[3].n"; "" for the whole.
  std::string str() const;
};

namespace detail {

template <class T>
inline constexpr bool kIsOptionalType = false;
template <class T>
inline constexpr bool kIsOptionalType<std::optional<T>> = true;
template <class T>
concept Appendable = requires(T& t) {
  t.emplace_back();
};

/// f(item) for each part of a pair, tuple or array. No std::apply: <tuple> is dear, and
/// whoever has one includes it.
template <class T, class F>
void for_each_item(T& tuple, F&& f) {
  using std::get;
  [&]<std::size_t... i>(std::index_sequence<i...>) { (f(get<i>(tuple)), ...); }
  (std::make_index_sequence<std::tuple_size_v<std::remove_cv_t<T>>>{});
}

template <class T>
constexpr void check_convertible() {
  static_assert(TupleLike<T> || reflect::Aggregate<T>,
                "retort: this type is neither a number, text, an enum, Uuid, a date, an optional, a pointer "
                "that owns, a "
                "container, a tuple, nor an aggregate whose members are; it has no JSON and no Value");
}

/// RecursionError beyond kMaxValueDepth: pointers may lead round in a circle.
void check_depth(int depth);

/// to_value, `depth` levels down.
template <class T>
Value make_value(const T& from, int depth) {
  if constexpr (std::is_same_v<T, Value>) {
    return from;
  } else if constexpr (std::is_same_v<T, Markup>) {
    return Value(from);
  } else if constexpr (detail::kIsScalarType<T>) {
    return detail::scalar_value(from);
  } else if constexpr (std::is_enum_v<T>) {
    const std::string_view name = reflect::enum_name(from);
    return name.empty() ? Value(static_cast<std::int64_t>(from)) : Value(name);
  } else if constexpr (std::is_arithmetic_v<T> || std::is_null_pointer_v<T>) {
    return Value(from);
  } else if constexpr (ReferenceLike<T>) {
    return make_value(static_cast<const std::remove_cv_t<typename T::type>&>(from.get()), depth);
  } else if constexpr (TextLike<T>) {
    return Value(std::string_view(from));
  } else if constexpr (kIsOptionalType<T> || PointerLike<T>) {
    return from ? make_value(*from, depth) : Value(nullptr);
  } else if constexpr (VariantLike<T>) {
    if (from.valueless_by_exception()) return Value(nullptr);
    return visit(
        [depth]<class Held>(const Held& held) {
          if constexpr (std::is_empty_v<Held>) {
            return Value(nullptr);
          } else {
            return make_value(held, depth);
          }
        },
        from);  // std::visit, by its argument
  } else if constexpr (MapLike<T>) {
    Value out = Value::dict();
    check_depth(++depth);
    for (const auto& [key, value] : from) out.set(std::string_view(key), make_value(value, depth));
    return out;
  } else if constexpr (ListLike<T>) {
    Value out = Value::list();
    check_depth(++depth);
    for (auto&& item : from)
      out.push_back(make_value(static_cast<const std::decay_t<decltype(item)>&>(item), depth));
    return out;
  } else if constexpr (TupleLike<T>) {
    Value out = Value::list();
    check_depth(++depth);
    for_each_item(from, [&](const auto& item) { out.push_back(make_value(item, depth)); });
    return out;
  } else {
    check_convertible<T>();
    Value out = Value::dict();
    check_depth(++depth);
    if constexpr (reflect::Aggregate<T>) {
      reflect::for_each_member(from, [&](std::string_view name, const auto& member) {
        if constexpr (!LeadsElsewhere<std::remove_cvref_t<decltype(member)>>)
          out.set(name, make_value(member, depth));
      });
    }
    return out;
  }
}

}  // namespace detail

/// `from` as a Value. An enumerator without a name becomes its number; a variant that holds
/// nothing, or an empty class (std::monostate), none. Throws ValueError
/// for an unsigned number beyond std::int64_t, RecursionError for more than kMaxValueDepth
/// levels.
template <class T>
Value to_value(const T& from) {
  return detail::make_value(from, 0);
}

namespace detail {

void add_error(FieldErrors& errors, const FieldPath* path, std::string_view message);
void add_missing(FieldErrors& errors, const FieldPath* path);
void add_choice_error(FieldErrors& errors, const FieldPath* path, const std::string_view* names,
                      std::size_t count);
void add_length_error(FieldErrors& errors, const FieldPath* path, std::size_t length);

/// from_value with the type of `out` erased.
using ReadInto = bool (*)(const Value& from, void* out, FieldErrors& errors);
/// Reads with `read`; the first mistake goes into `error`.
bool read_whole(const Value& from, void* out, ReadInto read, Error& error);

// Each reads one scalar, or adds what is wrong with it.
bool read_bool(const Value& from, bool& out, FieldErrors& errors, const FieldPath* path);
bool read_integer(const Value& from, std::int64_t min, std::uint64_t max, std::int64_t& out,
                  FieldErrors& errors, const FieldPath* path);
bool read_double(const Value& from, double max, double& out, FieldErrors& errors, const FieldPath* path);
bool read_text(const Value& from, std::string& out, FieldErrors& errors, const FieldPath* path);
bool expect_list(const Value& from, FieldErrors& errors, const FieldPath* path);
bool expect_dict(const Value& from, FieldErrors& errors, const FieldPath* path);

}  // namespace detail

template <class T>
bool from_value(const Value& from, T& out, FieldErrors& errors, const FieldPath* path = nullptr);

namespace detail {

template <class T>
bool read_into(const Value& from, void* out, FieldErrors& errors) {
  return from_value(from, *static_cast<T*>(out), errors);
}

template <class T>
bool read_number(const Value& from, T& out, FieldErrors& errors, const FieldPath* path) {
  if constexpr (std::is_integral_v<T>) {
    std::int64_t number = 0;
    if (!read_integer(from, kLeast<T>, kGreatest<T>, number, errors, path)) return false;
    out = static_cast<T>(number);
  } else {
    double number = 0;
    constexpr double max = sizeof(T) == sizeof(float) ? static_cast<double>(FLT_MAX) : DBL_MAX;
    if (!read_double(from, max, number, errors, path)) return false;
    out = static_cast<T>(number);
  }
  return true;
}

template <class T>
bool read_map(const Value& from, T& out, FieldErrors& errors, const FieldPath* path) {
  if (!expect_dict(from, errors, path)) return false;
  bool good = true;
  out.clear();
  for (const Value::Entry& entry : from.entries()) {
    const std::string key = entry.key.str();
    typename T::mapped_type value{};
    const FieldPath here{path, key, 0};
    good = from_value(entry.value, value, errors, &here) && good;
    out.emplace(key, std::move(value));
  }
  return good;
}

template <class T>
bool read_list(const Value& from, T& out, FieldErrors& errors, const FieldPath* path) {
  if (!expect_list(from, errors, path)) return false;
  const Value::Items items = from.items();
  bool good = true;
  FieldPath here{path, {}, 0};
  if constexpr (Appendable<T> || HasKeys<T>) {
    out.clear();
    for (; here.index < items.size(); ++here.index) {
      typename T::value_type item{};
      good = from_value(items[here.index], item, errors, &here) && good;
      if constexpr (HasKeys<T>) {
        out.emplace(std::move(item));
      } else {
        out.emplace_back(std::move(item));
      }
    }
  } else {  // an array: as many items as it has
    if (items.size() != std::size(out)) {
      add_length_error(errors, path, std::size(out));
      return false;
    }
    for (auto& item : out) {
      good = from_value(items[here.index], item, errors, &here) && good;
      ++here.index;
    }
  }
  return good;
}

template <class T>
bool read_tuple(const Value& from, T& out, FieldErrors& errors, const FieldPath* path) {
  if (!expect_list(from, errors, path)) return false;
  if (from.items().size() != std::tuple_size_v<T>) {
    add_length_error(errors, path, std::tuple_size_v<T>);
    return false;
  }
  bool good = true;
  FieldPath here{path, {}, 0};
  const auto read = [&](auto& item) {
    good = from_value(from.items()[here.index], item, errors, &here) && good;
    ++here.index;
  };
  for_each_item(out, read);
  return good;
}

template <class T>
bool read_members(const Value& from, T& out, FieldErrors& errors, const FieldPath* path) {
  if (!expect_dict(from, errors, path)) return false;
  bool good = true;
  reflect::for_each_member(out, [&](std::string_view name, auto& member) {
    using M = std::remove_cvref_t<decltype(member)>;
    const FieldPath here{path, name, 0};
    if constexpr (LeadsElsewhere<M>) {
    } else if (const Value* found = from.find(name)) {
      good = from_value(*found, member, errors, &here) && good;
    } else if constexpr (!kIsOptionalType<M> && !PointerLike<M>) {
      add_missing(errors, &here);
      good = false;
    }
  });
  return good;
}

}  // namespace detail

/// Reads `from` into `out`; false when anything does not fit, with one entry in `errors`
/// for each mistake. A member that is no optional or pointer must be there; an optional one
/// that is absent stays as it is. Members that T does not have are ignored.
template <class T>
bool from_value(const Value& from, T& out, FieldErrors& errors, const FieldPath* path) {
  if constexpr (std::is_same_v<T, Value>) {
    out = from;
    return true;
  } else if constexpr (std::is_same_v<T, bool>) {
    return detail::read_bool(from, out, errors, path);
  } else if constexpr (std::is_arithmetic_v<T>) {
    return detail::read_number(from, out, errors, path);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return detail::read_text(from, out, errors, path);
  } else if constexpr (detail::kIsScalarType<T>) {
    return detail::read_scalar(from, out, errors, path);
  } else if constexpr (std::is_enum_v<T>) {
    if (from.is_string() && reflect::enum_from_name(from.as_string(), out)) return true;
    detail::add_choice_error(errors, path, reflect::enum_names<T>(), reflect::enum_count<T>);
    return false;
  } else if constexpr (detail::kIsOptionalType<T>) {
    out.reset();
    if (from.is_none() || from.is_undefined()) return true;
    return from_value(from, out.emplace(), errors, path);
  } else if constexpr (detail::PointerLike<T>) {
    out.reset();
    if (from.is_none() || from.is_undefined()) return true;
    out = T(new typename T::element_type{});
    return from_value(from, *out, errors, path);
  } else if constexpr (detail::MapLike<T>) {
    return detail::read_map(from, out, errors, path);
  } else if constexpr (detail::ListLike<T>) {
    return detail::read_list(from, out, errors, path);
  } else if constexpr (detail::TupleLike<T>) {
    return detail::read_tuple(from, out, errors, path);
  } else {
    static_assert(!detail::TextLike<T>,
                  "retort: text is read into std::string; a std::string_view would dangle");
    detail::check_convertible<T>();
    if constexpr (reflect::Aggregate<T>) return detail::read_members(from, out, errors, path);
    return false;
  }
}

/// The same, with the first mistake as an Error: "items[3].n: Not a valid integer.".
template <class T>
Result<T> from_value(const Value& from) {
  T out{};
  Error error;
  if (!detail::read_whole(from, &out, &detail::read_into<T>, error)) return error;
  return out;
}

}  // namespace retort
