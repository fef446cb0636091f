// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What relationships come to: the columns of each side, and what their members hold.

#include <cstdint>
#include <source_location>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "retort/db/relationship.h"

namespace retort::db::detail {

struct SessionState;

/// A relationship once its models' tables are known.
struct Link {
  enum class Direction : unsigned char { many_to_one, one_to_many, many_to_many };
  Direction direction = Direction::many_to_one;
  const Relationship* relationship = nullptr;
  const Mapping* owner = nullptr;
  const Mapping* target = nullptr;
  /// Columns of the owner and of the target that are equal. Many-to-many: those that the
  /// association table refers to.
  std::vector<std::size_t> local = {};
  std::vector<std::size_t> remote = {};
  const Mapping* secondary = nullptr;
  std::vector<std::size_t> secondary_local = {};
  std::vector<std::size_t> secondary_remote = {};
  const Relationship* back = nullptr;
  /// Many-to-one by the target's primary key, in its order.
  bool by_key = false;

  bool is_list() const { return relationship->member != Relationship::Member::related; }
};

/// Resolves at first use. Throws ArgumentError when the tables do not say how.
const Link& link_of(const Relationship& relationship);
void delete_link(const Link* link);
/// "posts.author"
std::string label(const Relationship& relationship);

/// Keeps an entity for a while.
struct Hold {
  explicit Hold(EntityBase* e) : entity(e) { retain(entity); }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
  ~Hold() { release(entity); }
  EntityBase* entity;
};

/// Objects that a walk has still to visit, the last first. It keeps them.
class Worklist {
 public:
  explicit Worklist(EntityBase& first) { add({&first}); }
  Worklist(const Worklist&) = delete;
  Worklist& operator=(const Worklist&) = delete;
  ~Worklist() {
    while (take()) {
    }
  }
  /// To be visited in that order.
  void add(const std::vector<EntityBase*>& more) {
    for (auto at = more.rbegin(); at != more.rend(); ++at) {
      retain(*at);
      todo_.push_back(*at);
    }
  }
  /// Null at the end.
  EntityBase* take() {
    release(std::exchange(current_, nullptr));
    if (todo_.empty()) return nullptr;
    current_ = todo_.back();
    todo_.pop_back();
    return current_;
  }

 private:
  std::vector<EntityBase*> todo_;
  EntityBase* current_ = nullptr;
};

Parameters values_of(EntityBase& entity, const std::vector<std::size_t>& columns);
/// NULL in one of them.
bool has_null(const Parameters& values);
/// Writes values into columns, of whatever integer or text types they are.
void assign_values(EntityBase& entity, const std::vector<std::size_t>& columns, const Parameters& values);

/// Works on the members' state; a friend of them and of Session.
struct Slots {
  using Item = CollectionSlot::Item;

  static RelatedSlot& related(EntityBase& owner, const Relationship& relationship);
  static CollectionSlot& collection(EntityBase& owner, const Relationship& relationship);
  static void attach(EntityBase& owner, void* object);

  // Many-to-one, one-to-one.
  static EntityBase* get(const RelatedSlot& slot);
  /// Without asking the database.
  static EntityBase* known(const RelatedSlot& slot);
  static void set(const RelatedSlot& slot, EntityBase* target);
  static void fill(const RelatedSlot& slot, EntityBase* target);
  static void drop(const RelatedSlot& slot);
  static void destroy(const RelatedSlot& slot);

  // Collections.
  static void load(const CollectionSlot& slot);
  static void append(const CollectionSlot& slot, EntityBase* entity);
  static void remove(const CollectionSlot& slot, EntityBase* entity);
  static bool contains(const CollectionSlot& slot, EntityBase* entity);
  static void fill(const CollectionSlot& slot, const std::vector<EntityBase*>& entities);
  static void drop(const CollectionSlot& slot);
  static void destroy(const CollectionSlot& slot);
  static Session& session(const RelationSlot& slot);

  // The other side follows. `of` is the object there, `entity` the one here.
  static void mirror_add(EntityBase& of, const Relationship& relationship, EntityBase& entity);
  static void mirror_remove(EntityBase& of, const Relationship& relationship, EntityBase& entity);
  /// `entity` lets go of `of`, which now holds it itself, or forgets it where it is `dying`.
  static void unlink(EntityBase& of, const Relationship& relationship, EntityBase& entity, bool dying);

  // Whole objects.
  /// What a relationship leads to as far as it is in memory.
  static std::vector<EntityBase*> reached(EntityBase& entity, const Relationship& relationship);
  static bool is_loaded(EntityBase& entity, const Relationship& relationship);
  static void mark_raises(EntityBase& entity, const Relationship& relationship);
  static bool is_changed(EntityBase& entity);
  static void set_clean(EntityBase& entity);
  /// Everything is to be written again.
  static void set_dirty(EntityBase& entity);
  /// Forgets what was loaded.
  static void reset(EntityBase& entity);
  static void add_to_session(Session& session, EntityBase& entity);
  static void delete_entity(Session& session, EntityBase& entity);
  /// What goes with it when it is deleted.
  static std::vector<EntityBase*> deleted_with(EntityBase& entity);
  /// Whether a struct that was never a session's, or was changed since, has it set.
  static bool is_given(const void* object, const Relationship& relationship);

  static bool is_touched(const RelatedSlot& slot) { return slot.touched_; }
  static EntityBase* target(const RelatedSlot& slot) { return slot.target_; }
  static EntityBase* replaced(const RelatedSlot& slot) { return slot.replaced_; }
  static const std::vector<Item>& items(const CollectionSlot& slot) { return slot.items_; }
  static const std::vector<Item>& removed(const CollectionSlot& slot) { return slot.removed_; }

 private:
  static bool ready(const RelationSlot& slot);
  static EntityBase* before(const RelatedSlot& slot, const Link& link);
  static void replace(const RelatedSlot& slot, EntityBase* target, bool held);
};

/// Reads what relationships lead to.
struct Loader {
  struct Plan {
    const Relationship* relationship;
    LoadOption::How how;
    std::vector<LoadOption> nested;
  };
  static SessionState& state(Session& session);
  static EntityBase* one(Session& session, EntityBase& owner, const Link& link, bool autoflush);
  static std::vector<EntityBase*> many(Session& session, EntityBase& owner, const Link& link, bool autoflush);
  /// What is in the session of its key.
  static EntityBase* in_memory(Session& session, EntityBase& owner, const Link& link);
  /// The condition that finds an object's, in a SELECT of the target.
  static void restrict(SelectBase& select, EntityBase& owner, const Link& link);
  /// SELECT of a relationship's targets, without a condition.
  static void base(SelectBase& select, const Link& link);
  /// What is loaded with objects of that model: what their tables and the query's options say.
  static std::vector<Plan> plans(const Mapping& mapping, const std::vector<LoadOption>& options);
  static void select_in(Session& session, const std::vector<EntityBase*>& owners, const Plan& plan,
                        int depth);
  static void after_query(Session& session, const Mapping& mapping, const std::vector<EntityBase*>& entities,
                          const std::vector<LoadOption>& options, int depth);
  static void query(Session& session, const SelectBase& select, const Mapping& mapping,
                    const std::vector<LoadOption>& options, std::source_location where,
                    const Function<bool(EntityBase*)>& each);
  /// A load of one object's relationship is about to run.
  static void count(Session& session, EntityBase& owner, const Relationship& relationship);
};

/// Counts loads for warn_n_plus_one.
struct LoadCounter {
  struct Query {
    const char* file;
    unsigned line;
  };
  std::vector<Query> queries;
  std::unordered_map<std::string, int> counts;  ///< by statement, or by query and relationship
  bool loading = false;                         ///< the statement is a relationship's
};

/// The relationships' part of a flush.
class RelationFlush {
 public:
  explicit RelationFlush(SessionState& state) : state_(state) {}
  RelationFlush(const RelationFlush&) = delete;
  RelationFlush& operator=(const RelationFlush&) = delete;
  ~RelationFlush();
  /// What was appended, assigned and removed; orphans are marked for deletion.
  void collect();
  /// Of objects that are deleted: their children lose them, their association rows go.
  void collect_deleted();
  /// The rows that need the key of another of them, and go behind it.
  std::vector<EntityBase*> waiting(const std::vector<EntityBase*>& rows) const;
  bool any_sync() const { return !syncs_.empty(); }
  /// Keys of what is there, into the row's columns.
  void apply(EntityBase& row);
  void apply_all();
  /// Deleted, but with an UPDATE before.
  bool is_parted(EntityBase& row) const { return parted_.count(&row) != 0; }
  /// Deleted with the collection that it is a row of.
  bool is_deleted(EntityBase& row) const { return deleted_.count(&row) != 0; }
  /// Held by the caller, as what is pending is by the session.
  std::vector<EntityBase*> new_associations();
  void delete_associations();
  /// All is written.
  void done();

 private:
  struct Sync {
    EntityBase* parent;  ///< null: NULL
    const Link* link;
  };
  struct Pair {
    EntityBase* owner;
    EntityBase* target;
    const Link* link;
  };
  void collect_related(EntityBase& entity, const Relationship& relationship);
  void collect_list(EntityBase& entity, const Relationship& relationship);
  void set_parent(EntityBase& child, const Link& link, EntityBase* parent);
  void part(EntityBase& child, const Link& link, EntityBase& parent);
  static void blank(EntityBase& child, const Link& link);
  bool parts_from_itself(EntityBase& row) const;

  SessionState& state_;
  std::vector<EntityBase*> changed_;  ///< held
  std::unordered_map<EntityBase*, std::vector<Sync>> syncs_;
  std::unordered_set<EntityBase*> parted_, deleted_, was_new_;
  std::vector<Pair> added_, removed_;
  std::vector<std::pair<EntityBase*, const Link*>> orphans_, cleared_;
};

}  // namespace retort::db::detail
