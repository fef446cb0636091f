// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Session: the unit of work. It knows each row as one object, finds what has changed, and writes
// it in the order that foreign keys demand: SQLAlchemy's Session. Of one request (or one piece of
// work), used by one fiber at a time: one that comes while another waits for the database in
// flush(), commit() or rollback() gets an InvalidRequestError. Functions of fiber::gather take a
// Session each.
//
//   auto user = session.get<User>(7);               // a Handle<User>, empty when there is none
//   user->is_active = false;
//   session.add(User{.email = "a@b.c"});
//   session.commit();                               // INSERT, UPDATE of what changed
//
// Reads run by themselves until the first write; from then on all is one transaction, until
// commit() or rollback(). After commit() objects are read anew when they are next used.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "retort/base/function.h"
#include "retort/db/engine.h"
#include "retort/db/error.h"
#include "retort/db/select.h"

namespace retort::db {

class Session;

namespace detail {
struct SessionState;
struct Slots;
struct Loader;

/// A value of a primary key.
template <class K>
Datum operand_datum(const K& key) {
  if constexpr (std::is_convertible_v<const K&, std::string_view>) {
    return Datum::of_text(std::string(std::string_view(key)));
  } else {
    return Type<K>::to_datum(key);
  }
}

void retain(EntityBase* entity);
void release(EntityBase* entity);
void load_expired(EntityBase& entity);
}  // namespace detail

/// An object of a session: a pointer that may be empty, counted. Copies mean the same object.
template <class T>
class Handle {
 public:
  using element_type = T;

  Handle() = default;
  Handle(std::nullptr_t) {}  // NOLINT: implicit
  explicit Handle(detail::EntityBase* entity) : entity_(entity) { detail::retain(entity_); }
  Handle(const Handle& o) : entity_(o.entity_) { detail::retain(entity_); }
  Handle(Handle&& o) noexcept : entity_(o.entity_) { o.entity_ = nullptr; }
  Handle& operator=(Handle o) noexcept {
    std::swap(entity_, o.entity_);
    return *this;
  }
  ~Handle() { detail::release(entity_); }

  explicit operator bool() const { return entity_ != nullptr; }
  bool has_value() const { return entity_ != nullptr; }
  /// The object; read from the database first where commit() or expire() made it stale, which
  /// throws StaleDataError when its row is gone. Precondition: not empty.
  T* operator->() const {
    if (entity_->expired) detail::load_expired(*entity_);
    return &entity()->value;
  }
  T& operator*() const { return *operator->(); }
  T* get() const { return entity_ ? operator->() : nullptr; }
  /// For templates and JSON; holds the object. Defined in "retort/db/view.h".
  operator Value() const;  // NOLINT: implicit

  /// Whether both mean the same object.
  friend bool operator==(const Handle& a, const Handle& b) { return a.entity_ == b.entity_; }
  friend bool operator==(const Handle& a, std::nullptr_t) { return !a.entity_; }
  detail::Entity<T>* entity() const { return static_cast<detail::Entity<T>*>(entity_); }
  detail::EntityBase* base() const { return entity_; }

 private:
  detail::EntityBase* entity_ = nullptr;
};

/// An object that no session has yet: what add() takes when the caller goes on using it.
template <class T>
Handle<T> make(T value) {
  return Handle<T>(new detail::Entity<T>(std::move(value)));
}

struct SessionOptions {
  /// Queries write what is pending first.
  bool autoflush = true;
  /// commit() makes objects stale.
  bool expire_on_commit = true;
  /// For debugging: told once when a relationship is loaded one object at a time for more than
  /// `n_plus_one` objects of the same query, or when the same SELECT runs more often than that.
  /// Called where that happens, before the statement is sent.
  void (*warn_n_plus_one)(std::string_view message) = nullptr;
  int n_plus_one = 10;
};

/// What a query loads besides its objects: joinedload, selectinload, ... of relationship.h.
struct LoadOption {
  enum class How : unsigned char { lazy, joined, selectin, raise };
  MemberRef member;
  How how;
  std::vector<LoadOption> nested = {};

  /// Further ones of what this loads.
  template <class... Options>
  LoadOption options(const Options&... more) const {
    LoadOption copy = *this;
    (copy.nested.push_back(more), ...);
    return copy;
  }
};

/// Of Query::paginate, by Flask-SQLAlchemy's names.
struct PageOptions {
  /// Left out: the request's argument of that name, and without one 1 and 20.
  std::optional<std::int64_t> page = {};
  std::optional<std::int64_t> per_page = {};
  /// The most that per_page may be; empty: anything.
  std::optional<std::int64_t> max_per_page = 100;
  /// What is no page is a 404; else the first page, or an empty one beyond the last.
  bool error_out = true;
  /// Whether to count all rows, by a statement of its own.
  bool count = true;
};

template <class T>
class Pagination;
class ModelChange;

/// A SELECT of a model's objects, bound to a session.
template <class T>
class Query : public SelectBuilder<Query<T>> {
 public:
  explicit Query(Session& session) : session_(&session) {
    this->add_entity(mapping_of<T>());
    this->add_source(mapping_of<T>(), {});
  }

  /// Read from a replica of that role, unless the session has written (see Session::read_from);
  /// "" is the main database. Throws ArgumentError, when it runs, for a role that there is not.
  Query on(std::string role) const {
    Query copy = *this;
    copy.role_ = std::move(role);
    return copy;
  }
  /// Relationships to be loaded with it.
  template <class... Options>
  Query options(const Options&... options) const {
    Query copy = *this;
    (copy.loads_.push_back(options), ...);
    return copy;
  }

  std::vector<Handle<T>> all(std::source_location where = std::source_location::current()) const;
  /// The first row's, or empty.
  Handle<T> first(std::source_location where = std::source_location::current()) const;
  /// The only one. Throws NoResultFound, MultipleResultsFound.
  Handle<T> one() const;
  /// Empty when there is none. Throws MultipleResultsFound.
  Handle<T> one_or_none() const;
  /// A 404 in an app (see Session::set_not_found), with a description for its page.
  Handle<T> first_or_404(std::string_view description = {}) const;
  Handle<T> one_or_404(std::string_view description = {}) const;
  std::int64_t count() const;
  bool exists() const;
  /// A page and how many rows there are in all. Include "retort/db/pagination.h".
  Pagination<T> paginate(PageOptions options = {},
                         std::source_location where = std::source_location::current()) const;
  /// Each row, `batch` of them in memory, as an object that no session knows. False ends it.
  void stream(const Function<bool(T&)>& each, std::size_t batch = 1000) const;
  std::string sql() const;
  using SelectBase::sql;

 private:
  /// The query's own limit and offset stay.
  Query at_most(std::int64_t rows, std::int64_t offset = 0) const {
    Query copy = *this;
    copy.cut(offset, rows);
    return copy;
  }

  Session* session_;
  std::vector<LoadOption> loads_;
  std::optional<std::string> role_;
};

/// A transaction inside one: undone when it goes out of scope without commit().
class Savepoint {
 public:
  Savepoint(Savepoint&& o) noexcept : session_(o.session_), depth_(o.depth_), serial_(o.serial_) {
    o.session_ = nullptr;
  }
  Savepoint& operator=(Savepoint&&) = delete;
  ~Savepoint();
  /// Both throw InvalidRequestError when the transaction has ended.
  void commit();
  void rollback();

 private:
  friend class Session;
  Savepoint(Session* session, std::size_t depth, std::size_t serial)
      : session_(session), depth_(depth), serial_(serial) {}
  bool is_open() const;
  Session* session_;
  std::size_t depth_;
  std::size_t serial_;
};

class Session {
 public:
  explicit Session(Engine& engine, SessionOptions options = {});
  /// Several databases: `engine_of` gives that of a bind key.
  Session(Function<Engine&(std::string_view bind_key)> engine_of, SessionOptions options);
  /// Rolls back what is not committed.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// By primary key: one value for each of its columns, in the struct's order.
  template <class T, class... Key>
  Handle<T> get(const Key&... key) {
    return Handle<T>(get_entity(mapping_of<T>(), {detail::operand_datum(key)...}));
  }
  template <class T, class... Key>
  Handle<T> get_or_404(const Key&... key) {
    Handle<T> found = get<T>(key...);
    if (!found) not_found();
    return found;
  }
  /// The objects of several keys of one column, in the keys' order, empty where there is none.
  /// Those that are not in memory are read by one statement each that travel together.
  template <class T, class K>
  std::vector<Handle<T>> get_each(const std::vector<K>& keys) {
    std::vector<Parameters> wanted;
    for (const K& key : keys) wanted.push_back({detail::operand_datum(key)});
    std::vector<Handle<T>> out;
    for (detail::EntityBase* entity : get_entities(mapping_of<T>(), std::move(wanted)))
      out.push_back(Handle<T>(entity));
    return out;
  }
  template <class T>
  Query<T> query() {
    return Query<T>(*this);
  }

  /// Will be written by the next flush.
  template <class T>
  Handle<T> add(T value) {
    return add(make(std::move(value)));
  }
  template <class T>
  Handle<T> add(const Handle<T>& handle) {
    add_entity(required(handle));
    return handle;
  }
  template <class T>
  void add_all(const std::vector<Handle<T>>& handles) {
    for (const Handle<T>& handle : handles) add(handle);
  }
  template <class T>
  void add_all(std::vector<T> values) {
    for (T& value : values) add(std::move(value));
  }
  template <class T>
  void delete_(const Handle<T>& handle) {
    delete_entity(required(handle));
  }
  /// Read anew, now or at its next use.
  template <class T>
  void refresh(const Handle<T>& handle) {
    expire_entity(required(handle));
    refresh_entity(*handle.entity());
  }
  template <class T>
  void expire(const Handle<T>& handle) {
    expire_entity(required(handle));
  }
  void expire_all();
  /// The session forgets the object.
  template <class T>
  void expunge(const Handle<T>& handle) {
    expunge_entity(required(handle));
  }
  /// The row of the same key with these values: changed when it is there, new when not. Of columns
  /// alone: a relationship that is set is an ArgumentError. A version that is not 0 must be the
  /// row's, or it is a StaleDataError.
  template <class T>
  Handle<T> merge(const T& value) {
    return Handle<T>(merge_object(mapping_of<T>(), &value));
  }
  template <class T>
  Handle<T> merge(const Handle<T>& handle) {
    return Handle<T>(merge_object(mapping_of<T>(), required(handle).object()));
  }

  /// Begins a transaction before the first write, so that all reads see the same rows. Throws
  /// InvalidRequestError when there is one.
  void begin(std::string_view bind_key = {});
  /// Writes what is new, changed and deleted. An error undoes the whole transaction (in a savepoint
  /// that one); until rollback() says so too, whatever needs the database is a PendingRollbackError.
  void flush();
  /// Forgets objects that no Handle holds: a reference into one is good until then.
  void commit();
  void rollback();
  /// rollback(), and forgets everything.
  void close();
  Savepoint begin_nested();
  bool in_transaction() const;
  /// What a flush would write.
  bool is_modified() const;

  /// Rows as tuples.
  template <class... Ts>
  std::vector<std::tuple<Ts...>> execute(const Select<Ts...>& select) {
    std::vector<std::tuple<Ts...>> rows;
    run(select, [&](const Row& row) {
      rows.push_back(select.read(row));
      return true;
    });
    return rows;
  }
  /// The first column of each row.
  template <class T, class... Ts>
  std::vector<T> scalars(const Select<T, Ts...>& select) {
    std::vector<T> out;
    run(select, [&](const Row& row) {
      out.push_back(select.read_first(row));
      return true;
    });
    return out;
  }
  /// The first column of the first row.
  template <class T, class... Ts>
  std::optional<T> scalar(const Select<T, Ts...>& select) {
    std::optional<T> out;
    run(select, [&](const Row& row) {
      out = select.read_first(row);
      return false;
    });
    return out;
  }
  /// Rows into aggregates: the select's columns in the order of A's members.
  template <class A, class... Ts>
  std::vector<A> execute_as(const Select<Ts...>& select) {
    std::vector<A> out;
    run(select, [&](const Row& row) {
      out.push_back(read_aggregate<A>(row));
      return true;
    });
    return out;
  }
  /// INSERT, UPDATE, DELETE without objects: how many rows. Objects that are in memory do not
  /// change; expire_all() makes them be read anew.
  std::int64_t execute(const WriteBase& statement);
  /// The same with RETURNING: the rows as aggregates.
  template <class A>
  std::vector<A> execute_returning(const WriteBase& statement) {
    std::vector<A> out;
    write(statement, [&](const Row& row) {
      out.push_back(read_aggregate<A>(row));
      return true;
    });
    return out;
  }

  /// SQL as it stands, with the database's placeholders (SQLite's ?1, PostgreSQL's $1): rows as
  /// aggregates, by column names. What only reads does not begin a transaction.
  template <class A>
  std::vector<A> text(const std::string& sql, const Parameters& parameters = {},
                      std::string_view bind_key = {}) {
    std::vector<A> out;
    run_text(sql, parameters, bind_key, [&](const Row& row) {
      out.push_back(read_named<A>(row));
      return true;
    });
    return out;
  }
  /// How many rows it changed, or gave.
  std::int64_t text(const std::string& sql, const Parameters& parameters = {},
                    std::string_view bind_key = {}) {
    return run_text(sql, parameters, bind_key, {});
  }

  Engine& engine(std::string_view bind_key = {});
  /// What first_or_404 and its like do; by default it throws NoResultFound.
  void set_not_found(void (*f)(std::string_view description));
  /// Where paginate reads a number that it was not given, "page" or "per_page": empty when there
  /// is none, and what can be no page (0) when it is no number.
  void set_page_argument(std::optional<std::int64_t> (*f)(std::string_view name));

  /// Replicas: databases of the same rows to read from, by bind key and role. `f` gives null for a
  /// bind that has none of that role, which is then read itself; it throws for a role that no bind has.
  void set_replicas(Function<Engine*(std::string_view bind_key, std::string_view role)> f);
  /// Reads outside of a transaction go to replicas of that role from now on; "" is the main database.
  /// From the session's first write on (and what else begins a transaction) all that concerns that
  /// bind goes to its main database, also after commit(), until close(): a session reads what it wrote.
  void read_from(std::string role);

  /// Told in each commit() of a transaction in which objects were added, changed or deleted: before
  /// they are written (objects that are new have no key yet) and when they are.
  void track_modifications(Function<void(const std::vector<ModelChange>& changes, bool committed)> f);

 private:
  template <class T>
  friend class Query;
  friend class Savepoint;
  friend struct detail::Slots;
  friend struct detail::Loader;
  friend void detail::load_expired(detail::EntityBase& entity);

  template <class T>
  static detail::EntityBase& required(const Handle<T>& handle) {
    if (!handle) refuse_empty(mapping_of<T>());
    return *handle.base();
  }
  [[noreturn]] static void refuse_empty(const Mapping& mapping);
  detail::EntityBase* get_entity(const Mapping& mapping, Parameters key);
  std::vector<detail::EntityBase*> get_entities(const Mapping& mapping, std::vector<Parameters> keys);
  void add_entity(detail::EntityBase& entity);
  bool attach_entity(detail::EntityBase& entity);
  void keep_entity(detail::EntityBase& entity);
  void delete_entity(detail::EntityBase& entity);
  void refresh_entity(detail::EntityBase& entity);
  void expire_entity(detail::EntityBase& entity);
  void expunge_entity(detail::EntityBase& entity);
  detail::EntityBase* merge_object(const Mapping& mapping, const void* object);
  /// The entity of a row of all columns of `mapping`, from column `first` on.
  detail::EntityBase* entity_of(const Mapping& mapping, const Row& row, std::size_t first);
  void run(const SelectBase& select, const RowSink& sink);
  void run_query(const SelectBase& select, const Mapping& mapping, const std::vector<LoadOption>& loads,
                 std::source_location where, const Function<bool(detail::EntityBase*)>& each,
                 const std::optional<std::string>& role = {});
  void run_stream(const SelectBase& select, const Mapping& mapping, std::size_t batch, const RowSink& sink,
                  const std::optional<std::string>& role);
  std::int64_t write(const WriteBase& statement, const RowSink& sink);
  std::int64_t run_text(const std::string& sql, const Parameters& parameters, std::string_view bind_key,
                        const RowSink& sink);
  void flush(bool all);
  void autoflush();
  bool is_modified(bool all) const;
  void detach_all() noexcept;
  std::int64_t count_rows(const SelectBase& select, const std::optional<std::string>& role);
  void prepare_page(PageOptions& options);
  [[noreturn]] void not_found(std::string_view description = {});
  template <class A>
  static A read_aggregate(const Row& row);
  template <class A>
  static A read_named(const Row& row);

  detail::SessionState* state_;
};

namespace detail {

/// The position of the column of that name. Throws ProgrammingError.
std::size_t require_column(const Row& row, std::string_view name);

template <class M>
M read_member(const Row& row, std::size_t column) {
  try {
    return from_cell<M>(row.cell(column));
  } catch (const DataError& error) {
    throw in_column(error, "", row.name(column));
  }
}

}  // namespace detail

template <class A>
A Session::read_aggregate(const Row& row) {
  A out{};
  std::size_t column = 0;
  reflect::for_each_member(out, [&](std::string_view, auto& member) {
    using M = std::remove_cvref_t<decltype(member)>;
    member = detail::read_member<M>(row, column++);
  });
  return out;
}

template <class A>
A Session::read_named(const Row& row) {
  A out{};
  reflect::for_each_member(out, [&](std::string_view name, auto& member) {
    using M = std::remove_cvref_t<decltype(member)>;
    member = detail::read_member<M>(row, detail::require_column(row, name));
  });
  return out;
}

template <class T>
std::vector<Handle<T>> Query<T>::all(std::source_location where) const {
  std::vector<Handle<T>> out;
  session_->run_query(
      *this, mapping_of<T>(), loads_, where,
      [&](detail::EntityBase* entity) {
        out.push_back(Handle<T>(entity));
        return true;
      },
      role_);
  return out;
}

template <class T>
Handle<T> Query<T>::first(std::source_location where) const {
  const auto found = at_most(1).all(where);
  return found.empty() ? Handle<T>() : found.front();
}

template <class T>
Handle<T> Query<T>::one_or_none() const {
  const auto found = at_most(2).all();
  if (found.size() > 1) throw MultipleResultsFound("more than one row was found where one was required");
  return found.empty() ? Handle<T>() : found.front();
}

template <class T>
Handle<T> Query<T>::one() const {
  Handle<T> found = one_or_none();
  if (!found) throw NoResultFound("no row was found where one was required");
  return found;
}

template <class T>
Handle<T> Query<T>::first_or_404(std::string_view description) const {
  Handle<T> found = first();
  if (!found) session_->not_found(description);
  return found;
}

template <class T>
Handle<T> Query<T>::one_or_404(std::string_view description) const {
  const auto found = at_most(2).all();
  if (found.size() != 1) session_->not_found(description);
  return found.front();
}

template <class T>
std::int64_t Query<T>::count() const {
  return session_->count_rows(*this, role_);
}

template <class T>
bool Query<T>::exists() const {
  return session_->count_rows(at_most(1), role_) > 0;
}

template <class T>
void Query<T>::stream(const Function<bool(T&)>& each, std::size_t batch) const {
  const Mapping& mapping = mapping_of<T>();
  T object{};
  session_->run_stream(
      *this, mapping, batch,
      [&](const Row& row) {
        for (std::size_t i = 0; i < mapping.columns().size(); ++i) mapping.set(&object, i, row.cell(i));
        return each(object);
      },
      role_);
}

template <class T>
std::string Query<T>::sql() const {
  return SelectBase::sql(session_->engine(mapping_of<T>().bind_key()).dialect());
}

}  // namespace retort::db
