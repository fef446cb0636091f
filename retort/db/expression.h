// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// SQL expressions over members, typed: col<&User::email> == email, func::count(), case_(...).
// Values become bound parameters, never text. An expression is immutable and shared: copies
// cost a count, any thread may use one.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/db/mapping.h"

namespace retort::db {

class SelectBase;

namespace detail {

struct Node;
void retain(const Node* node);
void release(const Node* node);

enum class Op : unsigned char {
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  and_,
  or_,
  not_,
  add,
  subtract,
  multiply,
  divide,
  modulo,
  negate,
  concat,
  like,
  not_like,
  ilike,
  not_ilike,
  in,
  not_in,
  is_null,
  is_not_null,
  between,
  not_between,
  is_distinct,
  is_not_distinct,
};

}  // namespace detail

/// A piece of SQL of any type.
class Clause {
 public:
  Clause() = default;
  explicit Clause(const detail::Node* node) : node_(node) {}  ///< takes the node's first count
  Clause(const Clause& o) : node_(o.node_) { detail::retain(node_); }
  Clause(Clause&& o) noexcept : node_(o.node_) { o.node_ = nullptr; }
  Clause& operator=(Clause o) noexcept {
    std::swap(node_, o.node_);
    return *this;
  }
  ~Clause() { detail::release(node_); }

  explicit operator bool() const { return node_ != nullptr; }
  const detail::Node* node() const { return node_; }

 private:
  const detail::Node* node_ = nullptr;
};

template <class T>
class Expr;
using Condition = Expr<bool>;

namespace detail {

Clause make_column(const Mapping& mapping, std::size_t offset, std::string_view alias);
Clause make_bind(Datum value);
Clause make_unary(Op op, Clause operand);
Clause make_binary(Op op, Clause left, Clause right);
/// AND or OR of one or more.
Clause make_chain(Op op, std::vector<Clause> operands);
Clause make_list(Op op, Clause left, std::vector<Clause> items);
Clause make_in_select(Op op, Clause left, const SelectBase& select);
Clause make_function(std::string name, std::vector<Clause> arguments, bool distinct = false);
Clause make_cast(Clause operand, ColumnType type);
Clause make_case(std::vector<Clause> whens_and_values, Clause otherwise);
Clause make_text(std::string sql);
Clause make_label(Clause operand, std::string name);
Clause make_order(Clause operand, bool descending, int nulls);
Clause make_exists(const SelectBase& select);
Clause make_scalar(const SelectBase& select);
Clause make_star();
Clause make_source_column(std::string_view source, std::string_view column);

template <class T>
struct Bare {
  using type = T;
};
template <class T>
struct Bare<std::optional<T>> {
  using type = T;
};
template <class T>
using BareOf = typename Bare<std::remove_cvref_t<T>>::type;

/// What has a value_type and turns into a Clause.
template <class E>
concept Expression = requires(const E& e) {
  typename E::value_type;
  { e.clause() } -> std::convertible_to<Clause>;
};

/// `value` as an operand beside an expression of T: itself if it is an expression of a fitting
/// type, else bound.
template <class T, class V>
Clause operand(const V& value) {
  if constexpr (Expression<V>) {
    using Other = BareOf<typename V::value_type>;
    static_assert(
        std::is_same_v<Other, BareOf<T>> || (std::is_arithmetic_v<Other> && std::is_arithmetic_v<BareOf<T>>),
        "retort::db: the two sides of an operator have different types: cast<T>() one of them");
    return value.clause();
  } else {
    static_assert(std::is_convertible_v<const V&, BareOf<T>>,
                  "retort::db: the value does not fit the type of the column");
    if constexpr (std::is_arithmetic_v<BareOf<T>> && std::is_arithmetic_v<V> &&
                  !std::is_same_v<BareOf<T>, bool>) {
      return make_bind(Type<V>::to_datum(value));  // 300 beside a short is no short
    } else {
      return make_bind(Type<BareOf<T>>::to_datum(BareOf<T>(value)));
    }
  }
}

template <class V>
inline constexpr bool is_null_value = std::is_same_v<V, std::nullptr_t> || std::is_same_v<V, std::nullopt_t>;

}  // namespace detail

/// The methods of every expression.
template <class Self, class T>
class Operations {
 public:
  using Bare = detail::BareOf<T>;

  template <class V = Bare>
  Condition in(std::initializer_list<V> values) const;
  template <class V>
  Condition in(const std::vector<V>& values) const;
  Condition in(const SelectBase& select) const;
  template <class V = Bare>
  Condition not_in(std::initializer_list<V> values) const;
  template <class V>
  Condition not_in(const std::vector<V>& values) const;
  Condition not_in(const SelectBase& select) const;
  template <class A, class B>
  Condition between(const A& low, const B& high) const;
  /// % and _ in the pattern are wildcards: escape_like() what comes from outside. The escape
  /// character is "\".
  Condition like(std::string pattern) const;
  /// Without regard to case.
  Condition ilike(std::string pattern) const;
  Condition not_like(std::string pattern) const;
  /// LIKE with everything in `text` taken as it stands.
  Condition contains(std::string_view text) const;
  Condition icontains(std::string_view text) const;
  Condition startswith(std::string_view text) const;
  Condition endswith(std::string_view text) const;
  Condition is_null() const;
  Condition is_not_null() const;
  /// NULL counts as a value.
  template <class V>
  Condition is_distinct_from(const V& value) const;
  Expr<T> label(std::string name) const;
  Clause asc() const { return detail::make_order(clause_of(), false, 0); }
  Clause desc() const { return detail::make_order(clause_of(), true, 0); }
  Clause asc_nulls_last() const { return detail::make_order(clause_of(), false, 1); }
  Clause desc_nulls_last() const { return detail::make_order(clause_of(), true, 1); }

 private:
  Clause clause_of() const { return static_cast<const Self&>(*this).clause(); }
};

template <class T>
class Expr : public Operations<Expr<T>, T> {
 public:
  using value_type = T;

  explicit Expr(Clause clause) : clause_(std::move(clause)) {}
  template <detail::Expression E>
  requires(std::is_same_v<detail::BareOf<typename E::value_type>, detail::BareOf<T>>)
      Expr(const E& expression)
      : clause_(expression.clause()) {}  // NOLINT: implicit

  const Clause& clause() const { return clause_; }

 private:
  Clause clause_;
};

/// A model's column.
template <auto... path>
class ColumnExpr : public Operations<ColumnExpr<path...>, typename detail::MemberPath<path...>::Member> {
 public:
  using Model = typename detail::MemberPath<path...>::Class;
  using value_type = typename detail::MemberPath<path...>::Member;

  Clause clause() const { return detail::make_column(mapping_of<Model>(), detail::offset_of<path...>(), {}); }
};
/// col<&User::email>; of a mixin's member col<&Post::times, &Timestamps::created_at>.
template <auto... path>
inline constexpr ColumnExpr<path...> col{};

/// The same table once more in a query: auto boss = aliased<User>("boss"); boss(col<&User::name>).
template <class T>
class Aliased {
 public:
  explicit Aliased(std::string name) : name_(std::move(name)) {}
  const std::string& name() const { return name_; }
  template <auto... path>
  Expr<typename ColumnExpr<path...>::value_type> operator()(ColumnExpr<path...>) const {
    static_assert(std::is_same_v<typename ColumnExpr<path...>::Model, T>,
                  "retort::db: the column is another model's");
    return Expr<typename ColumnExpr<path...>::value_type>(
        detail::make_column(mapping_of<T>(), detail::offset_of<path...>(), name_));
  }

 private:
  std::string name_;
};
template <class T>
Aliased<T> aliased(std::string name) {
  return Aliased<T>(std::move(name));
}

/// Orders: order_by(desc<&Post::created_at>).
template <auto... path>
struct Descending {
  Clause clause() const { return col<path...>.desc(); }
};
template <auto... path>
inline constexpr Descending<path...> desc{};
template <auto... path>
struct Ascending {
  Clause clause() const { return col<path...>.asc(); }
};
template <auto... path>
inline constexpr Ascending<path...> asc{};

// ---- operators -------------------------------------------------------------------------------

namespace detail {
template <class L, class R>
concept EitherExpression = Expression<L> || Expression<R>;

template <Op op, class Result, class L, class R>
Expr<Result> binary(const L& left, const R& right) {
  if constexpr (Expression<L>) {
    using T = typename L::value_type;
    return Expr<Result>(make_binary(op, left.clause(), operand<T>(right)));
  } else {
    using T = typename R::value_type;
    return Expr<Result>(make_binary(op, operand<T>(left), right.clause()));
  }
}
template <class L, class R>
struct Common {
  using type = BareOf<typename L::value_type>;
};
template <class L, class R>
requires(!Expression<L>) struct Common<L, R> {
  using type = BareOf<typename R::value_type>;
};
template <class L, class R>
requires(Expression<L>&& Expression<R>&& std::is_arithmetic_v<BareOf<typename L::value_type>>&&
             std::is_arithmetic_v<BareOf<typename R::value_type>>) struct Common<L, R> {
  using type = decltype(BareOf<typename L::value_type>() + BareOf<typename R::value_type>());
};
template <class L, class R>
using CommonOf = typename Common<L, R>::type;
}  // namespace detail

template <class L, class R>
requires detail::EitherExpression<L, R> Condition operator==(const L& left, const R& right) {
  if constexpr (detail::is_null_value<R>) {
    return Condition(detail::make_unary(detail::Op::is_null, left.clause()));
  } else {
    return detail::binary<detail::Op::equal, bool>(left, right);
  }
}
template <class L, class R>
requires detail::EitherExpression<L, R> Condition operator!=(const L& left, const R& right) {
  if constexpr (detail::is_null_value<R>) {
    return Condition(detail::make_unary(detail::Op::is_not_null, left.clause()));
  } else {
    return detail::binary<detail::Op::not_equal, bool>(left, right);
  }
}
template <class L, class R>
requires detail::EitherExpression<L, R> Condition operator<(const L& left, const R& right) {
  return detail::binary<detail::Op::less, bool>(left, right);
}
template <class L, class R>
requires detail::EitherExpression<L, R> Condition operator<=(const L& left, const R& right) {
  return detail::binary<detail::Op::less_equal, bool>(left, right);
}
template <class L, class R>
requires detail::EitherExpression<L, R> Condition operator>(const L& left, const R& right) {
  return detail::binary<detail::Op::greater, bool>(left, right);
}
template <class L, class R>
requires detail::EitherExpression<L, R> Condition operator>=(const L& left, const R& right) {
  return detail::binary<detail::Op::greater_equal, bool>(left, right);
}
/// Addition; of texts concatenation.
template <class L, class R>
requires detail::EitherExpression<L, R>
auto operator+(const L& left, const R& right) {
  using T = detail::CommonOf<L, R>;
  constexpr detail::Op op = std::is_same_v<T, std::string> ? detail::Op::concat : detail::Op::add;
  return detail::binary<op, T>(left, right);
}
template <class L, class R>
requires detail::EitherExpression<L, R>
auto operator-(const L& left, const R& right) {
  return detail::binary<detail::Op::subtract, detail::CommonOf<L, R>>(left, right);
}
template <class L, class R>
requires detail::EitherExpression<L, R>
auto operator*(const L& left, const R& right) {
  return detail::binary<detail::Op::multiply, detail::CommonOf<L, R>>(left, right);
}
/// As the database divides: integers cut.
template <class L, class R>
requires detail::EitherExpression<L, R>
auto operator/(const L& left, const R& right) {
  return detail::binary<detail::Op::divide, detail::CommonOf<L, R>>(left, right);
}
template <class L, class R>
requires detail::EitherExpression<L, R>
auto operator%(const L& left, const R& right) {
  return detail::binary<detail::Op::modulo, detail::CommonOf<L, R>>(left, right);
}
template <detail::Expression E>
auto operator-(const E& operand) {
  return Expr<detail::BareOf<typename E::value_type>>(
      detail::make_unary(detail::Op::negate, operand.clause()));
}
inline Condition operator&&(const Condition& a, const Condition& b) {
  return Condition(detail::make_binary(detail::Op::and_, a.clause(), b.clause()));
}
inline Condition operator||(const Condition& a, const Condition& b) {
  return Condition(detail::make_binary(detail::Op::or_, a.clause(), b.clause()));
}
inline Condition operator!(const Condition& a) {
  return Condition(detail::make_unary(detail::Op::not_, a.clause()));
}
/// All of them; true for none.
Condition and_(std::initializer_list<Condition> conditions);
Condition and_(const std::vector<Condition>& conditions);
/// One of them; false for none.
Condition or_(std::initializer_list<Condition> conditions);
Condition or_(const std::vector<Condition>& conditions);

// ---- functions -------------------------------------------------------------------------------

/// A bound value as an expression.
template <class T>
auto literal(const T& value) {
  using V = std::conditional_t<std::is_convertible_v<const T&, std::string_view>, std::string, T>;
  return Expr<V>(detail::make_bind(Type<V>::to_datum(V(value))));
}
/// SQL as it stands: never from outside.
template <class T>
Expr<T> text(std::string sql) {
  return Expr<T>(detail::make_text(std::move(sql)));
}
template <class T, detail::Expression E>
Expr<T> cast(const E& expression) {
  return Expr<T>(detail::make_cast(expression.clause(), Type<T>::column_type()));
}
/// Any function: function<double>("round", col<&Item::price>, 2).
template <class R, class... Args>
Expr<R> function(std::string name, const Args&... args) {
  const auto clause = [](const auto& arg) {
    if constexpr (detail::Expression<std::remove_cvref_t<decltype(arg)>>) {
      return Clause(arg.clause());
    } else {
      return Clause(literal(arg).clause());
    }
  };
  return Expr<R>(detail::make_function(std::move(name), {clause(args)...}));
}
template <detail::Expression E, class... Rest>
auto coalesce(const E& first, const Rest&... rest) {
  using T = detail::BareOf<typename E::value_type>;
  return Expr<T>(detail::make_function("coalesce", {first.clause(), detail::operand<T>(rest)...}));
}
Condition exists(const SelectBase& select);

namespace detail {
template <class T>
using SumOf = std::conditional_t<std::is_integral_v<T>, std::int64_t,
                                 std::conditional_t<std::is_floating_point_v<T>, double, T>>;
}

namespace func {
/// count(*)
Expr<std::int64_t> count();
template <detail::Expression E>
Expr<std::int64_t> count(const E& e) {
  return Expr<std::int64_t>(detail::make_function("count", {e.clause()}));
}
template <detail::Expression E>
Expr<std::int64_t> count_distinct(const E& e) {
  return Expr<std::int64_t>(detail::make_function("count", {e.clause()}, true));
}
/// Aggregates of no rows are NULL, so their types are optional. A sum of integers is a
/// std::int64_t, of floats a double: many small ones are a large one.
template <detail::Expression E>
auto sum(const E& e) {
  return Expr<std::optional<detail::SumOf<detail::BareOf<typename E::value_type>>>>(
      detail::make_function("sum", {e.clause()}));
}
template <detail::Expression E>
auto avg(const E& e) {
  return Expr<std::optional<double>>(detail::make_function("avg", {e.clause()}));
}
template <detail::Expression E>
auto min(const E& e) {
  return Expr<std::optional<detail::BareOf<typename E::value_type>>>(
      detail::make_function("min", {e.clause()}));
}
template <detail::Expression E>
auto max(const E& e) {
  return Expr<std::optional<detail::BareOf<typename E::value_type>>>(
      detail::make_function("max", {e.clause()}));
}
template <detail::Expression E>
auto lower(const E& e) {
  return Expr<typename E::value_type>(detail::make_function("lower", {e.clause()}));
}
template <detail::Expression E>
auto upper(const E& e) {
  return Expr<typename E::value_type>(detail::make_function("upper", {e.clause()}));
}
template <detail::Expression E>
auto length(const E& e) {
  return Expr<std::int64_t>(detail::make_function("length", {e.clause()}));
}
template <detail::Expression E>
auto abs(const E& e) {
  return Expr<typename E::value_type>(detail::make_function("abs", {e.clause()}));
}
Expr<DateTime> current_timestamp();
Expr<std::int64_t> row_number();
Expr<std::int64_t> rank();
Expr<std::int64_t> dense_rank();
}  // namespace func

/// CASE: case_<std::string>(when(col<&U::age> < 18, "minor")).otherwise("adult").
template <class T>
class Case {
 public:
  template <class V>
  Case&& when(const Condition& condition, const V& value) && {
    parts_.push_back(condition.clause());
    parts_.push_back(detail::operand<T>(value));
    return std::move(*this);
  }
  template <class V>
  Expr<T> otherwise(const V& value) && {
    return Expr<T>(detail::make_case(std::move(parts_), detail::operand<T>(value)));
  }
  Expr<std::optional<T>> end() && {
    return Expr<std::optional<T>>(detail::make_case(std::move(parts_), Clause()));
  }

 private:
  std::vector<Clause> parts_;
};
template <class T>
Case<T> case_() {
  return {};
}

/// OVER (...): over(func::row_number(), {.partition_by = {...}, .order_by = {...}}).
struct Window {
  std::vector<Clause> partition_by = {};
  std::vector<Clause> order_by = {};
  /// "ROWS BETWEEN 1 PRECEDING AND CURRENT ROW"; SQL as it stands.
  std::string frame = {};
};
namespace detail {
Clause make_over(Clause function, const Window& window);
}
template <class T>
Expr<T> over(const Expr<T>& function, const Window& window = {}) {
  return Expr<T>(detail::make_over(function.clause(), window));
}

// ---- Operations' definitions -----------------------------------------------------------------

namespace detail {
template <class T, class Values>
std::vector<Clause> operands(const Values& values) {
  std::vector<Clause> out;
  for (const auto& value : values) out.push_back(operand<T>(value));
  return out;
}
Condition make_like(Op op, Clause left, std::string pattern);
std::string pattern_of(std::string_view before, std::string_view text, std::string_view after);
}  // namespace detail

template <class Self, class T>
template <class V>
Condition Operations<Self, T>::in(std::initializer_list<V> values) const {
  return Condition(detail::make_list(detail::Op::in, clause_of(), detail::operands<T>(values)));
}
template <class Self, class T>
template <class V>
Condition Operations<Self, T>::in(const std::vector<V>& values) const {
  return Condition(detail::make_list(detail::Op::in, clause_of(), detail::operands<T>(values)));
}
template <class Self, class T>
Condition Operations<Self, T>::in(const SelectBase& select) const {
  return Condition(detail::make_in_select(detail::Op::in, clause_of(), select));
}
template <class Self, class T>
template <class V>
Condition Operations<Self, T>::not_in(std::initializer_list<V> values) const {
  return Condition(detail::make_list(detail::Op::not_in, clause_of(), detail::operands<T>(values)));
}
template <class Self, class T>
template <class V>
Condition Operations<Self, T>::not_in(const std::vector<V>& values) const {
  return Condition(detail::make_list(detail::Op::not_in, clause_of(), detail::operands<T>(values)));
}
template <class Self, class T>
Condition Operations<Self, T>::not_in(const SelectBase& select) const {
  return Condition(detail::make_in_select(detail::Op::not_in, clause_of(), select));
}
template <class Self, class T>
template <class A, class B>
Condition Operations<Self, T>::between(const A& low, const B& high) const {
  return Condition(detail::make_list(detail::Op::between, clause_of(),
                                     {detail::operand<T>(low), detail::operand<T>(high)}));
}
template <class Self, class T>
Condition Operations<Self, T>::like(std::string pattern) const {
  return detail::make_like(detail::Op::like, clause_of(), std::move(pattern));
}
template <class Self, class T>
Condition Operations<Self, T>::ilike(std::string pattern) const {
  return detail::make_like(detail::Op::ilike, clause_of(), std::move(pattern));
}
template <class Self, class T>
Condition Operations<Self, T>::not_like(std::string pattern) const {
  return detail::make_like(detail::Op::not_like, clause_of(), std::move(pattern));
}
template <class Self, class T>
Condition Operations<Self, T>::contains(std::string_view text) const {
  return like(detail::pattern_of("%", text, "%"));
}
template <class Self, class T>
Condition Operations<Self, T>::icontains(std::string_view text) const {
  return ilike(detail::pattern_of("%", text, "%"));
}
template <class Self, class T>
Condition Operations<Self, T>::startswith(std::string_view text) const {
  return like(detail::pattern_of("", text, "%"));
}
template <class Self, class T>
Condition Operations<Self, T>::endswith(std::string_view text) const {
  return like(detail::pattern_of("%", text, ""));
}
template <class Self, class T>
Condition Operations<Self, T>::is_null() const {
  return Condition(detail::make_unary(detail::Op::is_null, clause_of()));
}
template <class Self, class T>
Condition Operations<Self, T>::is_not_null() const {
  return Condition(detail::make_unary(detail::Op::is_not_null, clause_of()));
}
template <class Self, class T>
template <class V>
Condition Operations<Self, T>::is_distinct_from(const V& value) const {
  return Condition(detail::make_binary(detail::Op::is_distinct, clause_of(), detail::operand<T>(value)));
}
template <class Self, class T>
Expr<T> Operations<Self, T>::label(std::string name) const {
  return Expr<T>(detail::make_label(clause_of(), std::move(name)));
}

}  // namespace retort::db
