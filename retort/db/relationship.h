// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Relationships between models, by SQLAlchemy's words. They are members, but no columns:
//
//   struct User { std::int64_t id = 0; std::string name; db::Collection<Post> posts = {}; };
//   struct Post { std::int64_t id = 0; std::int64_t author_id = 0; db::Related<User> author = {}; };
//
//   inline const auto users = db::table<User>("users",
//       db::relationship<&User::posts>(db::via<&Post::author_id>(), db::back_populates<&Post::author>(),
//                                      db::cascade("all, delete-orphan")));
//   inline const auto posts = db::table<Post>("posts",
//       db::column<&Post::author_id>(db::references<&User::id>()),
//       db::relationship<&Post::author>(db::via<&Post::author_id>()));
//
//   post->author->name;  user->posts.append(post);  for (const auto& post : user->posts) ...
//
// What they lead to is read at the first access and belongs to the object's session: one fiber at
// a time. Copies of an object that is in use have empty relationships.

#include <cstddef>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "retort/db/mapping.h"
#include "retort/db/session.h"

namespace retort::db {

template <auto... path>
struct Descending;
template <auto... path>
struct Ascending;

namespace detail {

/// What the members have in common. A pointer that is not `held` is matched by a held one the
/// other way, so that two objects that know each other may go.
class RelationSlot {
 public:
  EntityBase* owner() const { return owner_; }
  /// Null in a struct that is no entity's.
  const Relationship* relationship() const { return relationship_; }

 protected:
  friend struct Slots;
  mutable EntityBase* owner_ = nullptr;
  mutable const Relationship* relationship_ = nullptr;
  mutable bool loaded_ = false;
  mutable bool raises_ = false;  ///< the query said raiseload
};

class RelatedSlot : public RelationSlot {
 protected:
  RelatedSlot() = default;
  explicit RelatedSlot(EntityBase* target);
  RelatedSlot(const RelatedSlot& o);
  RelatedSlot(RelatedSlot&& o) noexcept;
  RelatedSlot& operator=(const RelatedSlot& o);
  ~RelatedSlot();
  /// Loads it.
  EntityBase* target() const;
  void set(EntityBase* target) const;

 private:
  friend struct Slots;
  mutable EntityBase* target_ = nullptr;
  mutable EntityBase* replaced_ = nullptr;  ///< held: what the row still leads to
  mutable bool held_ = false;
  mutable bool touched_ = false;
};

class CollectionSlot : public RelationSlot {
 protected:
  CollectionSlot() = default;
  CollectionSlot(const CollectionSlot& o);
  CollectionSlot(CollectionSlot&& o) noexcept;
  CollectionSlot& operator=(const CollectionSlot& o);
  ~CollectionSlot();
  void load() const;
  std::size_t count() const;
  EntityBase* item(std::size_t i) const { return items_[i].entity; }
  void append_item(EntityBase* entity) const;
  void remove_item(EntityBase* entity) const;
  void clear_items() const;
  bool contains_item(EntityBase* entity) const;
  Session& session() const;
  /// The condition that finds its rows.
  void restrict(SelectBase& select) const;

 private:
  friend struct Slots;
  struct Item {
    EntityBase* entity;
    bool held;
    bool added;   ///< not in the database yet
    bool mirror;  ///< the other side writes it
  };
  mutable std::vector<Item> items_;    ///< loaded: all; else what was appended
  mutable std::vector<Item> removed_;  ///< held
  mutable bool dirty_ = false;
};

}  // namespace detail

/// Many-to-one and one-to-one: the other object, or none. Loaded at its first access.
template <class T>
class Related : public detail::RelatedSlot {
 public:
  using relationship_target = T;
  using element_type = T;
  static constexpr auto relationship_member = Relationship::Member::related;

  Related() = default;
  Related(const Handle<T>& target) : RelatedSlot(target.base()) {}  // NOLINT: implicit
  Related& operator=(const Handle<T>& target) {
    set(target.base());
    return *this;
  }
  Related& operator=(std::nullptr_t) {
    set(nullptr);
    return *this;
  }

  explicit operator bool() const { return target() != nullptr; }
  bool has_value() const { return target() != nullptr; }
  Handle<T> handle() const { return Handle<T>(target()); }
  operator Handle<T>() const { return handle(); }  // NOLINT: implicit
  T* get() const { return handle().get(); }
  /// Precondition: not empty.
  T* operator->() const { return handle().operator->(); }
  T& operator*() const { return *handle(); }
  friend bool operator==(const Related& a, const Handle<T>& b) { return a.target() == b.base(); }
  friend bool operator==(const Related& a, std::nullptr_t) { return !a.target(); }
};

/// One-to-many and many-to-many: the other objects, loaded all at the first access.
template <class T>
class Collection : public detail::CollectionSlot {
 public:
  using relationship_target = T;
  static constexpr auto relationship_member = Relationship::Member::collection;

  class iterator {
   public:
    const Handle<T>& operator*() const {
      current_ = Handle<T>(of_->item(at_));
      return current_;
    }
    const Handle<T>* operator->() const { return &**this; }
    iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const iterator& o) const {
      return at_ == o.at_ || (at_ >= of_->count() && o.at_ >= of_->count());
    }

   private:
    friend class Collection;
    iterator(const Collection* of, std::size_t at) : of_(of), at_(at) {}
    const Collection* of_;
    std::size_t at_;
    mutable Handle<T> current_;
  };
  using value_type = Handle<T>;

  Collection() = default;
  /// Of an object that is new.
  Collection(std::initializer_list<Handle<T>> items) {
    for (const Handle<T>& each : items) append(each);
  }
  /// These and no others: user->posts = {}.
  Collection& operator=(std::initializer_list<Handle<T>> items) {
    const std::vector<Handle<T>> all = items;
    clear();
    for (const Handle<T>& each : all) append(each);
    return *this;
  }

  iterator begin() const {
    load();
    return {this, 0};
  }
  iterator end() const { return {this, static_cast<std::size_t>(-1)}; }
  std::size_t size() const {
    load();
    return count();
  }
  bool empty() const { return size() == 0; }
  Handle<T> at(std::size_t i) const {
    load();
    return i < count() ? Handle<T>(item(i)) : Handle<T>();
  }
  /// Adds it to the session too. One that is in it already stays there once.
  void append(const Handle<T>& item) { append_item(item.base()); }
  Handle<T> append(T item) {
    const Handle<T> made = make(std::move(item));
    append_item(made.base());
    return made;
  }
  void remove(const Handle<T>& item) { remove_item(item.base()); }
  void clear() { clear_items(); }
  bool contains(const Handle<T>& item) const { return contains_item(item.base()); }
};

/// One-to-many and many-to-many that may be large: never loaded.
template <class T>
class WriteOnly : public detail::CollectionSlot {
 public:
  using relationship_target = T;
  static constexpr auto relationship_member = Relationship::Member::write_only;

  WriteOnly() = default;

  void append(const Handle<T>& item) { append_item(item.base()); }
  Handle<T> append(T item) {
    const Handle<T> made = make(std::move(item));
    append_item(made.base());
    return made;
  }
  void remove(const Handle<T>& item) { remove_item(item.base()); }
  /// Its objects as a query, to filter, count and page.
  Query<T> select() const {
    Query<T> query(session());
    restrict(query);
    return query;
  }
};

// ---- in table<T>(...) ------------------------------------------------------------------------

/// Options of a relationship. Without via<> or secondary<> the one foreign key between the two
/// tables is meant; then a relationship need not be named at all.
template <auto... path, class... Options>
TableOption relationship(Options&&... options) {
  TableOption option{TableOption::Kind::relationship, {detail::offset_of<path...>()}};
  (option.relationship.push_back(RelationshipOption(std::forward<Options>(options))), ...);
  return option;
}
/// The columns of the foreign key, on whichever side they are.
template <auto... members>
RelationshipOption via() {
  return {RelationshipOption::Kind::via, {member_ref<members>()...}};
}
/// The association table: its column that refers to this model, and that to the other.
template <auto local, auto remote>
RelationshipOption secondary() {
  return {RelationshipOption::Kind::secondary, {member_ref<local>()}, {member_ref<remote>()}};
}
/// The other side's member, kept in step.
template <auto... path>
RelationshipOption back_populates() {
  return {RelationshipOption::Kind::back_populates, {member_ref<path...>()}};
}
/// "save-update, merge" unless said: also "delete", "delete-orphan", "expunge",
/// "refresh-expire", "all" (all but delete-orphan).
RelationshipOption cascade(std::string words);
/// order_by<&Post::created_at>(), order_by(desc<&Post::created_at>, asc<&Post::id>).
template <auto... path>
RelationshipOption order_by() {
  return {RelationshipOption::Kind::order_by, {}, {}, {}, {{member_ref<path...>(), false}}};
}
namespace detail {
template <auto... path>
OrderItem order_item(const Descending<path...>&) {
  return {member_ref<path...>(), true};
}
template <auto... path>
OrderItem order_item(const Ascending<path...>&) {
  return {member_ref<path...>(), false};
}
}  // namespace detail
template <class... Orders>
requires(sizeof...(Orders) > 0) RelationshipOption order_by(const Orders&... orders) {
  return {RelationshipOption::Kind::order_by, {}, {}, {}, {detail::order_item(orders)...}};
}
/// How it is loaded: with the query of its object (joined, selectin), at its first access (select,
/// the default), or never by itself (raise).
namespace lazy {
inline const RelationshipOption select{
    RelationshipOption::Kind::lazy, {}, {}, {}, {}, static_cast<int>(Relationship::Lazy::select)};
inline const RelationshipOption joined{
    RelationshipOption::Kind::lazy, {}, {}, {}, {}, static_cast<int>(Relationship::Lazy::joined)};
inline const RelationshipOption selectin{
    RelationshipOption::Kind::lazy, {}, {}, {}, {}, static_cast<int>(Relationship::Lazy::selectin)};
inline const RelationshipOption raise{
    RelationshipOption::Kind::lazy, {}, {}, {}, {}, static_cast<int>(Relationship::Lazy::raise)};
inline const RelationshipOption write_only{
    RelationshipOption::Kind::lazy, {}, {}, {}, {}, static_cast<int>(Relationship::Lazy::write_only)};
}  // namespace lazy
/// Deletes leave rows that are not in memory to the database's ON DELETE.
inline const RelationshipOption passive_deletes{RelationshipOption::Kind::passive_deletes};

// ---- in Query<T>::options(...) ---------------------------------------------------------------

/// With the same statement, by a LEFT OUTER JOIN.
template <auto... path>
LoadOption joinedload() {
  return {member_ref<path...>(), LoadOption::How::joined};
}
/// With one more statement for all objects of the query.
template <auto... path>
LoadOption selectinload() {
  return {member_ref<path...>(), LoadOption::How::selectin};
}
/// At its first access, whatever its table says.
template <auto... path>
LoadOption lazyload() {
  return {member_ref<path...>(), LoadOption::How::lazy};
}
/// Access is an error.
template <auto... path>
LoadOption raiseload() {
  return {member_ref<path...>(), LoadOption::How::raise};
}

}  // namespace retort::db
