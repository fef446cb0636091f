// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Models: a plain struct and the table that its members are the columns of.
//
//   struct User { std::int64_t id = 0; std::string email; std::optional<std::string> name; };
//   inline const auto users = db::table<User>("users",
//       db::primary_key<&User::id>(),
//       db::column<&User::email>(db::length(120), db::unique, db::indexed));
//
// Every member is a column of its name (in the order of the struct), NOT NULL unless it is an
// optional; a member that is an aggregate without a type of its own is a mixin, whose members
// are columns as if they stood there; relationships are none. Without primary_key the member
// `id` is the key. Tables are defined before main or before their first use, then only read.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/reflect.h"
#include "retort/db/schema.h"
#include "retort/db/types.h"

namespace retort::db {

class Dialect;
class Mapping;
class Session;

/// How a column's member is read and written, with its type erased.
struct MemberType {
  ColumnType (*column_type)();
  Datum (*to_datum)(const void* member, const ColumnType& column);
  void (*from_cell)(const Cell& cell, const ColumnType& column, void* member);
  /// What is changed inside of the one does not change the other.
  void (*assign)(void* to, const void* from);
  bool (*equal)(const void* a, const void* b);
  bool nullable;
  bool shares;  ///< copies made by = share what is inside
};

namespace detail {

template <class M>
concept ColumnMember = !requires {
  typename Type<M>::not_a_column;
};
/// Members of relationship types say so by `using relationship_target = T`.
template <class M>
concept RelationshipMember = requires {
  typename M::relationship_target;
};

/// A Value, or what holds some: a copy shares its lists and dicts.
template <class M>
inline constexpr bool kShares = std::is_same_v<M, Value>;
template <class T>
inline constexpr bool kShares<std::optional<T>> = kShares<T>;
template <class T>
inline constexpr bool kShares<std::vector<T>> = kShares<T>;

template <class M>
struct BareMemberOf {
  using type = M;
};
template <class T>
struct BareMemberOf<std::optional<T>> {
  using type = T;
};
template <class M>
using BareMember = typename BareMemberOf<M>::type;

template <class M>
void assign_member(M& to, const M& from) {
  if constexpr (std::is_same_v<M, Value>) {
    to = from.deep_copy();
  } else {
    to = from;
    if constexpr (kShares<M> && requires { *to; }) {
      if (to) assign_member(*to, *from);
    } else if constexpr (kShares<M>) {
      for (std::size_t i = 0; i < to.size(); ++i) assign_member(to[i], from[i]);
    }
  }
}

template <class M>
bool equal_members(const void* a, const void* b) {
  if constexpr (std::is_floating_point_v<BareMember<M>>) {
    const M &x = *static_cast<const M*>(a), &y = *static_cast<const M*>(b);
    return x == y || (x != x && y != y);  // NaN is what it was
  } else if constexpr (requires(const M& x) { static_cast<bool>(x == x); }) {
    return *static_cast<const M*>(a) == *static_cast<const M*>(b);
  } else {
    return Type<M>::to_datum(*static_cast<const M*>(a)) == Type<M>::to_datum(*static_cast<const M*>(b));
  }
}

template <class M>
inline constexpr MemberType member_type = {
    [] { return Type<M>::column_type(); },
    [](const void* member, const ColumnType& column) {
      return db::to_datum(*static_cast<const M*>(member), column);
    },
    [](const Cell& cell, const ColumnType& column, void* member) {
      *static_cast<M*>(member) = db::from_cell<M>(cell, column);
    },
    [](void* to, const void* from) { assign_member(*static_cast<M*>(to), *static_cast<const M*>(from)); },
    &equal_members<M>,
    kNullable<M>,
    kShares<M>,
};

template <class P>
struct MemberOf;
template <class C, class M>
struct MemberOf<M C::*> {
  using Class = C;
  using Member = M;
};

template <auto first, auto... rest>
struct MemberPath {
  using Class = typename MemberOf<decltype(first)>::Class;
  using Inner = typename MemberOf<decltype(first)>::Member;
  using Member = typename MemberPath<rest...>::Member;
  static std::size_t offset_in(const Class& object, const char* start) {
    return MemberPath<rest...>::offset_in(object.*first, start);
  }
};
template <auto last>
struct MemberPath<last> {
  using Class = typename MemberOf<decltype(last)>::Class;
  using Member = typename MemberOf<decltype(last)>::Member;
  static std::size_t offset_in(const Class& object, const char* start) {
    return static_cast<std::size_t>(reinterpret_cast<const char*>(&(object.*last)) - start);
  }
};

/// One object of each model, to learn where its members are.
template <class T>
const T& probe() {
  static const T object{};
  return object;
}

template <auto... path>
std::size_t offset_of() {
  const auto& object = probe<typename MemberPath<path...>::Class>();
  return MemberPath<path...>::offset_in(object, reinterpret_cast<const char*>(&object));
}

/// The model's mapping, once its table is defined.
template <class T>
inline const Mapping* mapping_slot = nullptr;

[[noreturn]] void throw_not_mapped(std::string_view type);

}  // namespace detail

/// The mapping of a model. Throws ArgumentError when its table was not defined.
template <class T>
const Mapping& mapping_of() {
  if (!detail::mapping_slot<T>) detail::throw_not_mapped(reflect::type_name<T>);
  return *detail::mapping_slot<T>;
}

/// A member of a model, wherever it lies.
struct MemberRef {
  const Mapping& (*mapping)();
  std::size_t offset;
};

template <auto... path>
MemberRef member_ref() {
  return {&mapping_of<typename detail::MemberPath<path...>::Class>, detail::offset_of<path...>()};
}

struct ForeignKeyOption {
  std::vector<MemberRef> targets;
  std::string delete_rule = {};
  std::string update_rule = {};
  std::string constraint_name = {};

  ForeignKeyOption on_delete(std::string rule) && {
    delete_rule = std::move(rule);
    return std::move(*this);
  }
  ForeignKeyOption on_update(std::string rule) && {
    update_rule = std::move(rule);
    return std::move(*this);
  }
  ForeignKeyOption name(std::string name) && {
    constraint_name = std::move(name);
    return std::move(*this);
  }
};

/// To members of another model (or the same): db::references<&User::id>().on_delete("CASCADE").
template <auto... members>
ForeignKeyOption references() {
  return {{member_ref<members>()...}};
}

/// What is said of a column behind column<&T::member>(...).
struct ColumnOption {
  enum class Kind : unsigned char {
    length,
    unique,
    indexed,
    nullable,
    name,
    server_default,
    numeric,
    timezone,
    text,
    type,
    references,
    on_update
  };
  Kind kind;
  int number = 0;
  int scale = -1;
  std::string text = {};
  ColumnType type = {};
  ForeignKeyOption foreign_key = {};
  void (*update)(void* member) = nullptr;

  ColumnOption(Kind k) : kind(k) {}  // NOLINT: implicit, so that `unique` is one
  ColumnOption(Kind k, std::string t) : kind(k), text(std::move(t)) {}
  ColumnOption(ForeignKeyOption key) : kind(Kind::references), foreign_key(std::move(key)) {}  // NOLINT
};

inline const ColumnOption unique{ColumnOption::Kind::unique};
inline const ColumnOption indexed{ColumnOption::Kind::indexed};
/// NULL is allowed though the member is no optional: it is read as an error.
inline const ColumnOption nullable{ColumnOption::Kind::nullable};
/// TIMESTAMP WITH TIME ZONE.
inline const ColumnOption with_timezone{ColumnOption::Kind::timezone};
/// TEXT instead of VARCHAR.
inline const ColumnOption as_text{ColumnOption::Kind::text};
ColumnOption length(int characters);
ColumnOption numeric(int precision, int scale);
/// The column's name, where it is not the member's.
ColumnOption named(std::string name);
/// SQL behind DEFAULT.
ColumnOption server_default(std::string sql);
ColumnOption column_type(ColumnType type);
/// Called for a row's value before each UPDATE of the row: on_update<&Post::updated_at, utcnow>().
template <auto function, class M = std::invoke_result_t<decltype(function)>>
ColumnOption on_update() {
  ColumnOption option{ColumnOption::Kind::on_update};
  option.update = [](void* member) { *static_cast<M*>(member) = function(); };
  return option;
}

struct OrderItem {
  MemberRef member;
  bool descending = false;
};

/// What is said of a relationship behind relationship<&T::member>(...): see relationship.h.
struct RelationshipOption {
  enum class Kind : unsigned char {
    via,
    secondary,
    back_populates,
    cascade,
    order_by,
    lazy,
    passive_deletes
  };
  Kind kind;
  std::vector<MemberRef> members = {};
  std::vector<MemberRef> others = {};
  std::string text = {};
  std::vector<OrderItem> order = {};
  int number = 0;
};

namespace detail {
struct Link;
}

/// A relationship of a model.
struct Relationship {
  enum class Member : unsigned char { related, collection, write_only };
  enum class Lazy : unsigned char { select, joined, selectin, raise, write_only };
  struct Cascade {
    bool save_update = true;
    bool delete_ = false;
    bool delete_orphan = false;
    bool expunge = false;
    bool refresh_expire = false;
  };

  std::string_view model;  ///< the type that it is a member of
  std::string_view name;   ///< the member's name
  std::size_t offset = 0;
  Member member = Member::related;
  const Mapping& (*owner)() = nullptr;
  const Mapping& (*target)() = nullptr;

  std::vector<MemberRef> via = {};
  std::vector<MemberRef> secondary_local = {};
  std::vector<MemberRef> secondary_remote = {};
  std::vector<MemberRef> back = {};  ///< none or one
  Cascade cascade = {};
  Lazy lazy = Lazy::select;
  bool passive_deletes = false;
  std::vector<OrderItem> order = {};
  /// What it comes to once all models are defined; made at first use.
  mutable const detail::Link* link = nullptr;
};

/// What is said of a table behind its name.
struct TableOption {
  enum class Kind : unsigned char {
    primary_key,
    column,
    foreign_key,
    unique,
    index,
    check,
    version,
    bind,
    key_name,
    relationship
  };
  Kind kind;
  std::vector<std::size_t> members = {};  ///< offsets
  std::vector<ColumnOption> column = {};
  ForeignKeyOption foreign_key = {};
  std::string name = {};
  std::string sql = {};
  bool unique_index = false;
  std::vector<RelationshipOption> relationship = {};
};

template <auto... members>
TableOption primary_key(std::string name = "") {
  TableOption option{TableOption::Kind::primary_key, {detail::offset_of<members>()...}};
  option.name = std::move(name);
  return option;
}
/// Options of one column. Of a mixin's: column<&Post::times, &Timestamps::created_at>(...).
template <auto... path, class... Options>
TableOption column(Options&&... options) {
  TableOption option{TableOption::Kind::column, {detail::offset_of<path...>()}};
  (option.column.push_back(ColumnOption(std::forward<Options>(options))), ...);
  return option;
}
/// Of several columns: foreign_key<&A::x, &A::y>(references<&B::x, &B::y>()).
template <auto... members>
TableOption foreign_key(ForeignKeyOption key) {
  TableOption option{TableOption::Kind::foreign_key, {detail::offset_of<members>()...}};
  option.foreign_key = std::move(key);
  return option;
}
template <auto... members>
TableOption unique_constraint(std::string name = "") {
  TableOption option{TableOption::Kind::unique, {detail::offset_of<members>()...}};
  option.name = std::move(name);
  return option;
}

struct IndexOptions {
  std::string name = {};
  bool unique = false;
  /// SQL: the index is partial.
  std::string where = {};
};
template <auto... members>
TableOption index(IndexOptions options = {}) {
  TableOption option{TableOption::Kind::index, {detail::offset_of<members>()...}};
  option.name = std::move(options.name);
  option.sql = std::move(options.where);
  option.unique_index = options.unique;
  return option;
}
/// A condition in SQL, over column names.
TableOption check(std::string sql, std::string name = "");
/// An integer that each UPDATE of a row raises and asks for: a row that was changed meanwhile is a
/// StaleDataError (SQLAlchemy's version_id_col).
template <auto member>
TableOption version() {
  return {TableOption::Kind::version, {detail::offset_of<member>()}};
}
/// The table is in the database of that key (SQLALCHEMY_BINDS).
TableOption bind(std::string key);

struct MappedColumn {
  std::size_t offset = 0;
  const MemberType* type = nullptr;
  std::string_view member;  ///< the member's name
  void (*on_update)(void* member) = nullptr;

  const void* of(const void* object) const { return static_cast<const char*>(object) + offset; }
  void* of(void* object) const { return static_cast<char*>(object) + offset; }
};

namespace detail {
struct EntityBase;
}

class Mapping {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  struct Members {
    std::vector<MappedColumn> columns;
    std::vector<Relationship> relationships;
  };
  /// For table<T>() alone.
  Mapping(std::string name, Members members, std::vector<TableOption> options, detail::EntityBase* (*make)());
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping();

  const std::string& name() const { return table_.name; }
  /// With foreign keys resolved: the models that they name must be defined.
  const Table& table() const;
  /// One for each of table().columns.
  const std::vector<MappedColumn>& columns() const { return columns_; }
  /// Column names without resolving anything.
  const Column& column(std::size_t index) const { return table_.columns[index]; }
  /// A column of an object of the model, to be bound; and written into it.
  /// Both throw DataError that names table and column.
  Datum get(const void* object, std::size_t column) const;
  void set(void* object, std::size_t column, const Cell& cell) const;
  /// Positions in columns().
  const std::vector<std::size_t>& key() const { return key_; }
  std::size_t version_column() const { return version_; }
  /// The key's column that the database numbers, or kNone.
  std::size_t autoincrement_column() const { return autoincrement_; }
  std::size_t column_at(std::size_t offset) const;
  const std::string& bind_key() const { return table_.bind_key; }
  const std::vector<Relationship>& relationships() const { return relationships_; }
  /// Copies of an object share something with it.
  bool shares() const { return shares_; }
  /// Null when there is none.
  const Relationship* relationship_at(std::size_t offset) const;
  /// A new entity (session.h) of the model.
  detail::EntityBase* make_entity() const { return make_(); }

  /// SELECT of all columns by the primary key, and the same without a condition; made once for
  /// each dialect.
  const std::string& select_by_key(const Dialect& dialect) const;

 private:
  void apply_name(const TableOption& option);
  void apply(const TableOption& option);
  void apply_column(std::size_t column, const std::vector<ColumnOption>& options);
  void apply(std::size_t column, const ColumnOption& option);
  void apply(Relationship& relationship, const RelationshipOption& option);
  std::size_t require_column(std::size_t offset) const;
  std::vector<std::string> names_of(const std::vector<std::size_t>& offsets) const;
  void finish_key();

  struct Unresolved {
    ForeignKeyOption option;
    std::vector<std::string> columns;
  };
  Table table_;
  std::vector<MappedColumn> columns_;
  std::vector<std::size_t> key_;
  std::size_t version_ = kNone;
  std::size_t autoincrement_ = kNone;
  bool shares_ = false;
  std::vector<Unresolved> foreign_keys_;
  std::vector<Relationship> relationships_;
  detail::EntityBase* (*make_)();
  mutable const Table* resolved_ = nullptr;
  mutable const std::string* by_key_[2] = {};  ///< SQLite's, PostgreSQL's
};

namespace detail {

/// An object of a model as a session knows it. Counted without atomics: it belongs to one session,
/// and that to one request.
struct EntityBase {
  enum class State : unsigned char { transient, pending, persistent, deleted, detached };

  explicit EntityBase(const Mapping& m) : mapping(&m) {}
  EntityBase(const EntityBase&) = delete;
  EntityBase& operator=(const EntityBase&) = delete;
  virtual ~EntityBase() = default;
  virtual void* object() = 0;
  /// What the database held when it was last read or written; null when unknown.
  virtual void* snapshot() = 0;
  /// The object is now as the database has it.
  virtual void take_snapshot() = 0;

  int count = 0;
  State state = State::transient;
  bool expired = false;
  bool removing = false;    ///< the next flush deletes it
  bool handed = false;      ///< somebody had it since the session last looked for changes
  bool ending = false;      ///< released; see release()
  unsigned from_query = 0;  ///< which of the session's queries read it, for its N+1 watchdog
  const Mapping* mapping;
  Session* session = nullptr;
};

/// Tells an entity's relationships whose they are.
void attach_relationships(EntityBase& entity, void* object);
/// Columns alone.
void copy_columns(const Mapping& mapping, void* to, const void* from);

template <class T>
struct Entity final : EntityBase {
  Entity() : EntityBase(mapping_of<T>()) {
    if (!mapping->relationships().empty()) attach_relationships(*this, &value);
  }
  explicit Entity(T v) : EntityBase(mapping_of<T>()), value(std::move(v)) {
    if (!mapping->relationships().empty()) attach_relationships(*this, &value);
  }
  void* object() override { return &value; }
  void* snapshot() override { return known ? &*known : nullptr; }
  void take_snapshot() override {
    if (mapping->relationships().empty() && !mapping->shares()) {
      known = value;
    } else {
      if (!known) known.emplace();
      copy_columns(*mapping, &*known, &value);
    }
  }

  T value{};
  std::optional<T> known = {};
};

template <class T>
EntityBase* make_entity() {
  return new Entity<T>;
}

template <class Model, class T>
void collect_members(const T& object, const char* start, Mapping::Members& out) {
  reflect::for_each_member(object, [&](std::string_view name, const auto& member) {
    using M = std::remove_cvref_t<decltype(member)>;
    const auto offset = static_cast<std::size_t>(reinterpret_cast<const char*>(&member) - start);
    if constexpr (ColumnMember<M>) {
      out.columns.push_back({offset, &member_type<M>, name});
    } else if constexpr (RelationshipMember<M>) {
      out.relationships.push_back({reflect::type_name<Model>, name, offset, M::relationship_member,
                                   &mapping_of<Model>, &mapping_of<typename M::relationship_target>});
    } else {
      static_assert(std::is_aggregate_v<M>,
                    "retort::db: a member's type is no column: specialise retort::db::Type");
      collect_members<Model>(member, start, out);
    }
  });
}

}  // namespace detail

/// The table of a model: an object with static storage, which stays.
template <class T>
class TableOf : public Mapping {
 public:
  TableOf(std::string name, std::vector<TableOption> options)
      : Mapping(std::move(name), members_of(), std::move(options), &detail::make_entity<T>) {
    detail::mapping_slot<T> = this;
  }
  ~TableOf() { detail::mapping_slot<T> = nullptr; }

 private:
  static Members members_of() {
    Members members;
    const T& object = detail::probe<T>();
    detail::collect_members<T>(object, reinterpret_cast<const char*>(&object), members);
    return members;
  }
};

/// Defines a model's table. Throws ArgumentError for options that contradict each other.
template <class T, class... Options>
TableOf<T> table(std::string name, Options... options) {
  std::vector<TableOption> all;
  (all.push_back(std::move(options)), ...);
  return TableOf<T>(std::move(name), std::move(all));
}

/// The tables of all models that are defined in the program.
MetaData models_metadata(const NamingConvention& naming = {});
/// Of these alone.
MetaData metadata_of(std::initializer_list<const Mapping*> mappings, const NamingConvention& naming = {});

}  // namespace retort::db
