// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a session holds, and how a flush writes it.

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "retort/db/detail/relation.h"
#include "retort/db/model_change.h"
#include "retort/db/session.h"

namespace retort::db::detail {

/// A row's place: its table and its primary key.
struct Identity {
  const Mapping* mapping = nullptr;
  std::int64_t number = 0;  ///< of a key that is one integer
  std::string text = {};    ///< of any other

  friend bool operator==(const Identity&, const Identity&) = default;
};
struct IdentityHash {
  std::size_t operator()(const Identity& key) const;
};

Identity identity_of(const Mapping& mapping, const Parameters& key);
Identity identity_of(EntityBase& entity);
Parameters key_of(EntityBase& entity);
Datum value_of(EntityBase& entity, std::size_t column);
/// What differs from the snapshot.
std::vector<std::size_t> changed_columns(EntityBase& entity);

struct OpenTransaction {
  std::string bind;
  Lease lease;
};

/// An object that a transaction has inserted.
struct Written {
  EntityBase* entity;  ///< held
  bool numbered;       ///< its key was made by the database
};

/// What was written since a transaction or savepoint began.
struct Level {
  std::size_t serial = 0;
  std::vector<Written> inserted = {};
  std::vector<EntityBase*> deleted = {};  ///< held
  std::size_t changes = 0;                ///< how many were recorded before
};

/// For track_modifications.
struct RecordedChange {
  ModelChange change;
  bool persistent;  ///< had its key by then
};

struct SessionState {
  SessionState(Function<Engine&(std::string_view)> f, SessionOptions o)
      : engine_of(std::move(f)), options(o), levels(1) {}

  Function<Engine&(std::string_view)> engine_of;
  SessionOptions options;
  Session* session = nullptr;
  void (*not_found)(std::string_view description) = nullptr;
  std::optional<std::int64_t> (*page_argument)(std::string_view name) = nullptr;
  Function<Engine*(std::string_view bind_key, std::string_view role)> replica_of;
  std::string role;                  ///< of reads outside of a transaction
  std::vector<std::string> written;  ///< binds that a transaction was begun on: no replica serves them
  Function<void(const std::vector<ModelChange>& changes, bool committed)> on_commit;
  std::vector<RecordedChange> changes;
  std::unordered_map<Identity, EntityBase*, IdentityHash> identities;  ///< held
  std::vector<EntityBase*> pending;                                    ///< held
  std::vector<EntityBase*> removed;                                    ///< held
  std::vector<OpenTransaction> transactions;
  /// The transaction's, and one for each savepoint in it.
  std::vector<Level> levels;
  LoadCounter counter;
  bool flushing = false;
  /// Who is in flush(), commit() or rollback(), and how often; 0: nobody.
  unsigned long user = 0;
  int uses = 0;
  /// The level that a failed flush has undone, which waits for rollback().
  std::optional<std::size_t> failed = {};
  std::size_t last_serial = 0;
  /// What was marked for deletion, by what it was reached from.
  std::unordered_map<EntityBase*, EntityBase*> marked_by;
  /// Objects that are known are read anew: SELECT ... FOR UPDATE.
  bool refills = false;

  /// For reads outside of a transaction.
  Engine& reader(const std::string& bind);
  /// Adds what a flush would write to `changes`, when somebody wants to know.
  void record_changes();
  /// Tells of `changes`, each object once.
  void tell_changes(bool committed);
  /// Throws InvalidRequestError when another fiber is in flush(), commit() or rollback().
  void require_mine() const;
  /// Also PendingRollbackError.
  void require_usable() const;
  /// Whether reads belong to a transaction, which is then begun.
  bool reads_in_transaction(const std::string& bind);
  /// A connection in a transaction, begun at need.
  Lease& writer(const std::string& bind);
  ExecuteResult read(const std::string& bind, const std::string& sql, const Parameters& parameters,
                     const RowSink& sink);
  void read_batch(const std::string& bind, std::vector<BatchItem>& items);
  void count_statement(const std::string& sql);
  static std::string savepoint_name(std::size_t level);
  void remember(EntityBase& entity);
  /// The row of its key is new: an object that is known by that key has none any more.
  void replace(EntityBase& entity);
  void detach(EntityBase& entity) noexcept;
  void forget(EntityBase& entity) noexcept;
  /// Objects are as they were before `level`; what is pending is nobody's.
  void undo(std::size_t level) noexcept;
  void undo_written(Level& undone) noexcept;
  /// Objects that nobody else holds.
  void forget_unheld() noexcept;
  /// What was written above `level` belongs to it.
  void keep(std::size_t level);
  void forget_written();
  /// `clean`: none of them is changed.
  void expire_all(bool clean) noexcept;
  /// Deleted by this flush; forgotten where it was never written.
  void delete_orphan(EntityBase& entity);
};

/// While one is in flush(), commit() or rollback().
struct InUse {
  explicit InUse(SessionState& s);
  InUse(const InUse&) = delete;
  InUse& operator=(const InUse&) = delete;
  ~InUse();
  SessionState& state;
};

/// Whether an object of a session has to be looked at for changes: somebody holds it, or had it
/// since the last time.
inline bool may_have_changed(const EntityBase& entity) { return entity.count > 1 || entity.handed; }
/// What was changed is not to be written.
void give_up_changes(EntityBase& entity) noexcept;
/// Throws InvalidRequestError for an object that was changed while it was stale.
void require_unchanged(EntityBase& entity);

/// One flush.
class Flush {
 public:
  /// `all`: also of objects that nobody had since the last one.
  Flush(SessionState& state, bool all) : state_(state), all_(all) {}
  void run();

 private:
  struct Change {
    EntityBase* entity;
    std::int64_t key;      ///< rows are written in its order, so that transactions do not lock each other out
    Parameters whole_key;  ///< of a key that is not one integer
    std::vector<std::size_t> columns;
  };
  struct UpdateText {
    const Mapping* mapping = nullptr;
    std::vector<std::size_t> columns = {};
    std::string sql = {};
  };
  void insert_rows(std::vector<EntityBase*> rows);
  void insert_all(std::vector<EntityBase*> entities);
  void insert_same(const std::vector<EntityBase*>& entities);
  BatchItem update(Change& change);
  BatchItem remove(EntityBase& entity);
  void was_removed(EntityBase& entity);
  void write_changes();
  void remove_all(std::vector<EntityBase*>& gone);

  SessionState& state_;
  bool all_;
  RelationFlush relations_{state_};
  std::vector<BatchItem> inserts_;  ///< kept for the next rows
  UpdateText update_text_;          ///< the last one: neighbours often change the same columns
};

}  // namespace retort::db::detail
