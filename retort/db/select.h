// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Statements as values: select(...), insert<T>(), update<T>(), delete_<T>(). They are built, then
// run by a Session or Engine. Each method gives a new statement (or the same, of a temporary).
//
//   auto busy = select(col<&Post::author_id>, func::count())
//                   .group_by(col<&Post::author_id>).having(func::count() > 10);

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/db/connection.h"
#include "retort/db/expression.h"

namespace retort::db {

class Dialect;

/// A statement for a dialect, and what is bound to its placeholders.
struct Compiled {
  std::string sql;
  Parameters parameters;
};

namespace detail {
struct SelectData;
struct WriteData;
}  // namespace detail

/// FOR UPDATE; not there on SQLite, which has one writer: then nothing is said.
struct ForUpdate {
  bool skip_locked = false;
  bool nowait = false;
  bool share = false;  ///< FOR SHARE
};

class Subquery;

/// Any SELECT. Copies are deep.
class SelectBase {
 public:
  SelectBase();
  SelectBase(const SelectBase&);
  SelectBase(SelectBase&&) noexcept;
  SelectBase& operator=(const SelectBase&);
  SelectBase& operator=(SelectBase&&) noexcept;
  ~SelectBase();

  Compiled compile(const Dialect& dialect) const;
  /// The statement, with its values in place of placeholders: to look at, not to run.
  std::string sql(const Dialect& dialect) const;
  /// As a source of another select: FROM (SELECT ...) AS name.
  Subquery subquery(std::string name) const;
  /// WITH name AS (...).
  Subquery cte(std::string name) const;

  const detail::SelectData& data() const { return *data_; }
  detail::SelectData& data() { return *data_; }

 protected:
  void add_column(Clause clause);
  void add_entity(const Mapping& mapping, std::string_view alias = {});
  void add_source(const Mapping& mapping, std::string_view alias);
  void add_source(const Subquery& subquery);
  void add_join(int kind, const Mapping& mapping, std::string_view alias, const Condition* on);
  void add_join(int kind, const Subquery& subquery, const Condition& on);
  void add_where(const Condition& condition);
  void add_having(const Condition& condition);
  void add_group(Clause clause);
  void add_order(Clause clause);
  void clear_order();
  void set_limit(std::int64_t rows);
  void set_offset(std::int64_t rows);
  void set_distinct();
  void set_for_update(ForUpdate options);
  void add_compound(std::string_view op, const SelectBase& other);
  /// At most `rows` of those that it has, `offset` further behind.
  void cut(std::int64_t offset, std::int64_t rows);
  template <class T>
  T read_cell(const Row& row, std::size_t column) const {
    try {
      return Type<T>::from_cell(row.cell(column));
    } catch (const DataError& error) {
      throw in_place(error, row, column);
    }
  }

 private:
  DataError in_place(const DataError& error, const Row& row, std::size_t column) const;

  detail::SelectData* data_;
};

/// A select that another reads from.
class Subquery {
 public:
  Subquery(std::string name, const SelectBase& select, bool cte);
  /// A column of it by name.
  template <class T>
  Expr<T> c(std::string_view column) const {
    return Expr<T>(column_clause(column));
  }
  /// The same column that the inner select named.
  template <auto... path>
  Expr<typename ColumnExpr<path...>::value_type> operator()(ColumnExpr<path...>) const {
    const Mapping& mapping = mapping_of<typename ColumnExpr<path...>::Model>();
    return Expr<typename ColumnExpr<path...>::value_type>(
        column_clause(mapping.column(mapping.column_at(detail::offset_of<path...>())).name));
  }
  const std::string& name() const { return name_; }
  const SelectBase& select() const { return select_; }
  bool is_cte() const { return cte_; }
  bool is_recursive() const { return recursive_; }
  /// The part of a recursive common table expression that refers to itself.
  Subquery union_all(const SelectBase& recursive) const;

 private:
  Clause column_clause(std::string_view column) const;
  std::string name_;
  SelectBase select_;
  bool cte_;
  bool recursive_ = false;
};

/// The clauses of every select.
template <class Self>
class SelectBuilder : public SelectBase {
 public:
  /// Several are joined by AND.
  template <class... Conditions>
  Self where(const Conditions&... conditions) const {
    return with([&](Self& s) { (s.add_where(Condition(conditions)), ...); });
  }
  /// column = value for each: filter_by in SQLAlchemy.
  template <auto... path, class V>
  Self filter_by(const V& value) const {
    return where(col<path...> == value);
  }
  template <class T>
  Self from() const {
    return with([&](Self& s) { s.add_source(mapping_of<T>(), {}); });
  }
  template <class T>
  Self from(const Aliased<T>& alias) const {
    return with([&](Self& s) { s.add_source(mapping_of<T>(), alias.name()); });
  }
  Self from(const Subquery& subquery) const {
    return with([&](Self& s) { s.add_source(subquery); });
  }
  /// Along the one foreign key between T and what is there.
  template <class T>
  Self join() const {
    return with([&](Self& s) { s.add_join(0, mapping_of<T>(), {}, nullptr); });
  }
  template <class T>
  Self join(const Condition& on) const {
    return with([&](Self& s) { s.add_join(0, mapping_of<T>(), {}, &on); });
  }
  template <class T>
  Self join(const Aliased<T>& alias, const Condition& on) const {
    return with([&](Self& s) { s.add_join(0, mapping_of<T>(), alias.name(), &on); });
  }
  Self join(const Subquery& subquery, const Condition& on) const {
    return with([&](Self& s) { s.add_join(0, subquery, on); });
  }
  template <class T>
  Self outerjoin() const {
    return with([&](Self& s) { s.add_join(1, mapping_of<T>(), {}, nullptr); });
  }
  template <class T>
  Self outerjoin(const Condition& on) const {
    return with([&](Self& s) { s.add_join(1, mapping_of<T>(), {}, &on); });
  }
  template <class T>
  Self outerjoin(const Aliased<T>& alias, const Condition& on) const {
    return with([&](Self& s) { s.add_join(1, mapping_of<T>(), alias.name(), &on); });
  }
  Self outerjoin(const Subquery& subquery, const Condition& on) const {
    return with([&](Self& s) { s.add_join(1, subquery, on); });
  }
  template <class... Columns>
  Self group_by(const Columns&... columns) const {
    return with([&](Self& s) { (s.add_group(columns.clause()), ...); });
  }
  Self having(const Condition& condition) const {
    return with([&](Self& s) { s.add_having(condition); });
  }
  /// Columns, expressions, asc<>, desc<>, col<>.desc().
  template <class... Orders>
  Self order_by(const Orders&... orders) const {
    return with([&](Self& s) { (s.add_order(order_clause(orders)), ...); });
  }
  Self limit(std::int64_t rows) const {
    return with([&](Self& s) { s.set_limit(rows); });
  }
  Self offset(std::int64_t rows) const {
    return with([&](Self& s) { s.set_offset(rows); });
  }
  Self distinct() const {
    return with([&](Self& s) { s.set_distinct(); });
  }
  Self with_for_update(ForUpdate options = {}) const {
    return with([&](Self& s) { s.set_for_update(options); });
  }
  Self union_(const SelectBase& other) const {
    return with([&](Self& s) { s.add_compound("UNION", other); });
  }
  Self union_all(const SelectBase& other) const {
    return with([&](Self& s) { s.add_compound("UNION ALL", other); });
  }
  Self intersect(const SelectBase& other) const {
    return with([&](Self& s) { s.add_compound("INTERSECT", other); });
  }
  Self except_(const SelectBase& other) const {
    return with([&](Self& s) { s.add_compound("EXCEPT", other); });
  }

 private:
  template <class F>
  Self with(F change) const {
    Self copy = static_cast<const Self&>(*this);
    change(copy);
    return copy;
  }
  template <class Order>
  static Clause order_clause(const Order& order) {
    if constexpr (std::is_same_v<Order, Clause>) {
      return order;
    } else {
      return order.clause();
    }
  }
};

/// SELECT of expressions; its rows are tuples of Ts.
template <class... Ts>
class Select : public SelectBuilder<Select<Ts...>> {
 public:
  using row_type = std::tuple<Ts...>;

  template <class... Columns>
  explicit Select(std::in_place_t, const Columns&... columns) {
    (this->add_column(columns.clause()), ...);
  }
  /// Throws DataError that names table and column.
  row_type read(const Row& row) const { return read(row, std::index_sequence_for<Ts...>()); }
  std::tuple_element_t<0, row_type> read_first(const Row& row) const {
    return this->template read_cell<std::tuple_element_t<0, row_type>>(row, 0);
  }
  /// This select as a value inside another: (SELECT ...). Of one column.
  auto scalar_subquery() const {
    using First = std::tuple_element_t<0, row_type>;
    return Expr<std::optional<detail::BareOf<First>>>(detail::make_scalar(*this));
  }

 private:
  template <std::size_t... i>
  row_type read(const Row& row, std::index_sequence<i...>) const {
    return row_type{this->template read_cell<Ts>(row, i)...};
  }
};

template <class... Columns>
Select<typename Columns::value_type...> select(const Columns&... columns) {
  return Select<typename Columns::value_type...>(std::in_place, columns...);
}

/// INSERT, UPDATE or DELETE.
class WriteBase {
 public:
  WriteBase(const WriteBase&);
  WriteBase(WriteBase&&) noexcept;
  WriteBase& operator=(WriteBase) noexcept;
  ~WriteBase();
  Compiled compile(const Dialect& dialect) const;
  std::string sql(const Dialect& dialect) const;
  const Mapping& mapping() const;

 protected:
  WriteBase(int kind, const Mapping& mapping);
  void add_value(std::size_t column, Clause value);
  void next_row();
  void add_where(const Condition& condition);
  void add_returning(Clause clause);
  void set_conflict(std::vector<std::size_t> columns, bool update);
  void add_conflict_value(std::size_t column, Clause value);

 private:
  detail::WriteData* data_;
};

namespace detail {
template <auto... path>
std::size_t column_of() {
  const Mapping& mapping = mapping_of<typename MemberPath<path...>::Class>();
  return mapping.column_at(offset_of<path...>());
}

/// `clause()`, which binds a value for a column. Its DataError names table and column.
template <class Make>
Clause bound(const Mapping& mapping, std::size_t column, const Make& clause) {
  try {
    return clause();
  } catch (const DataError& error) {
    throw in_column(error, mapping.name(), mapping.column(column).name);
  }
}
template <class M, class V>
Clause value_clause(const Mapping& mapping, std::size_t column, const V& value) {
  if constexpr (is_null_value<V>) {
    return make_bind(Datum::null());
  } else {
    return bound(mapping, column, [&] { return operand<M>(value); });
  }
}
}  // namespace detail

/// What an INSERT wanted to write, inside do_update: excluded(col<&User::name>).
template <auto... path>
Expr<typename ColumnExpr<path...>::value_type> excluded(ColumnExpr<path...>) {
  return Expr<typename ColumnExpr<path...>::value_type>(detail::make_column(
      mapping_of<typename ColumnExpr<path...>::Model>(), detail::offset_of<path...>(), "excluded"));
}

template <class T, class Self>
class WriteBuilder : public WriteBase {
 public:
  /// What each changed row then holds: the rows of the result.
  template <class... Columns>
  Self returning(const Columns&... columns) const {
    return with([&](Self& s) { (s.add_returning(columns.clause()), ...); });
  }

 protected:
  using WriteBase::WriteBase;
  template <class F>
  Self with(F change) const {
    Self copy = static_cast<const Self&>(*this);
    change(copy);
    return copy;
  }
};

template <class T>
class Insert : public WriteBuilder<T, Insert<T>> {
 public:
  Insert() : WriteBuilder<T, Insert<T>>(0, mapping_of<T>()) {}
  /// Of the row that is being described.
  template <auto... path, class V>
  Insert set(ColumnExpr<path...>, const V& value) const {
    return this->with([&](Insert& s) {
      const std::size_t column = detail::column_of<path...>();
      s.add_value(column, detail::value_clause<typename ColumnExpr<path...>::value_type>(this->mapping(),
                                                                                         column, value));
    });
  }
  /// A whole row, but for a key that is numbered by the database and is 0.
  Insert values(const T& object) const {
    return this->with([&](Insert& s) { s.add_object(object); });
  }
  Insert values(const std::vector<T>& objects) const {
    return this->with([&](Insert& s) {
      for (const T& object : objects) s.add_object(object);
    });
  }
  template <auto... path>
  Insert on_conflict_do_nothing(ColumnExpr<path>... columns) const {
    (static_cast<void>(columns), ...);
    return this->with([&](Insert& s) { s.set_conflict({detail::column_of<path>()...}, false); });
  }
  /// Then set_on_conflict(column, value)...
  template <auto... path>
  Insert on_conflict_do_update(ColumnExpr<path>... columns) const {
    (static_cast<void>(columns), ...);
    return this->with([&](Insert& s) { s.set_conflict({detail::column_of<path>()...}, true); });
  }
  template <auto... path, class V>
  Insert set_on_conflict(ColumnExpr<path...>, const V& value) const {
    return this->with([&](Insert& s) {
      const std::size_t column = detail::column_of<path...>();
      s.add_conflict_value(column, detail::value_clause<typename ColumnExpr<path...>::value_type>(
                                       this->mapping(), column, value));
    });
  }

 private:
  void add_object(const T& object) {
    const Mapping& mapping = this->mapping();
    this->next_row();
    for (std::size_t i = 0; i < mapping.columns().size(); ++i) {
      Datum value = mapping.get(&object, i);
      if (i == mapping.autoincrement_column() && value.integer == 0) continue;
      this->add_value(i, detail::make_bind(std::move(value)));
    }
  }
};

template <class T>
class Update : public WriteBuilder<T, Update<T>> {
 public:
  Update() : WriteBuilder<T, Update<T>>(1, mapping_of<T>()) {}
  /// A value, an expression, nullptr for NULL.
  template <auto... path, class V>
  Update set(ColumnExpr<path...>, const V& value) const {
    return this->with([&](Update& s) {
      const std::size_t column = detail::column_of<path...>();
      s.add_value(column, detail::value_clause<typename ColumnExpr<path...>::value_type>(this->mapping(),
                                                                                         column, value));
    });
  }
  template <class... Conditions>
  Update where(const Conditions&... conditions) const {
    return this->with([&](Update& s) { (s.add_where(Condition(conditions)), ...); });
  }
};

template <class T>
class Delete : public WriteBuilder<T, Delete<T>> {
 public:
  Delete() : WriteBuilder<T, Delete<T>>(2, mapping_of<T>()) {}
  template <class... Conditions>
  Delete where(const Conditions&... conditions) const {
    return this->with([&](Delete& s) { (s.add_where(Condition(conditions)), ...); });
  }
};

template <class T>
Insert<T> insert() {
  return {};
}
template <class T>
Update<T> update() {
  return {};
}
template <class T>
Delete<T> delete_() {
  return {};
}

}  // namespace retort::db
