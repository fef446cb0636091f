// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/session.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "retort/base/text.h"
#include "retort/db/detail/memory_connection.h"
#include "retort/db/detail/node.h"
#include "retort/db/detail/relation.h"
#include "retort/db/detail/session_state.h"
#include "retort/db/detail/statement_kind.h"
#include "retort/db/dialect.h"

namespace retort::db {

using detail::EntityBase;
using detail::SessionState;
using State = detail::EntityBase::State;

namespace detail {

void retain(EntityBase* entity) {
  if (!entity) return;
  ++entity->count;
  entity->handed = true;
}

// An object that goes lets go of others: of a long chain one after the other, not inside each other.
void release(EntityBase* entity) {
  if (!entity || --entity->count != 0 || entity->ending) return;
  thread_local std::vector<EntityBase*>* ends = nullptr;
  entity->ending = true;
  if (ends) return ends->push_back(entity);
  std::vector<EntityBase*> all = {entity};
  ends = &all;
  while (!all.empty()) {
    EntityBase* const last = all.back();
    all.pop_back();
    last->ending = false;
    if (last->count == 0) delete last;
  }
  ends = nullptr;
}

void load_expired(EntityBase& entity) {
  if (entity.session) entity.session->refresh_entity(entity);
}

std::size_t require_column(const Row& row, std::string_view name) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row.name(i) == name) return i;
  }
  Failure failure;
  failure.message = "the result has no column " + text::repr(name);
  failure.column = std::string(name);
  throw ProgrammingError(std::move(failure));
}

// ---- SessionState --------------------------------------------------------------------------

std::size_t IdentityHash::operator()(const Identity& key) const {
  const std::size_t number = static_cast<std::size_t>(key.number) * 0x9E3779B97F4A7C15ULL;
  const std::size_t text = key.text.empty() ? 0 : std::hash<std::string>()(key.text);
  return std::hash<const void*>()(key.mapping) ^ number ^ text;
}

Identity identity_of(const Mapping& mapping, const Parameters& key) {
  Identity identity{&mapping};
  if (key.size() == 1 && key[0].kind == Datum::Kind::integer) {
    identity.number = key[0].integer;
    return identity;
  }
  for (const Datum& datum : key) {
    const std::string part = datum.kind == Datum::Kind::real ? std::to_string(datum.real)
                             : datum.kind == Datum::Kind::integer || datum.kind == Datum::Kind::boolean ||
                                     datum.kind == Datum::Kind::interval
                                 ? std::to_string(datum.integer)
                                 : datum.text;
    identity.text += std::to_string(part.size()) + ":" + part;
  }
  return identity;
}

Identity identity_of(EntityBase& entity) {
  const std::vector<std::size_t>& key = entity.mapping->key();
  if (key.size() == 1) {
    if (const Datum value = value_of(entity, key[0]); value.kind == Datum::Kind::integer)
      return {entity.mapping, value.integer, {}};
  }
  return identity_of(*entity.mapping, key_of(entity));
}

Parameters key_of(EntityBase& entity) {
  Parameters key;
  for (const std::size_t column : entity.mapping->key()) key.push_back(value_of(entity, column));
  return key;
}

Datum value_of(EntityBase& entity, std::size_t column) {
  return entity.mapping->get(entity.object(), column);
}

std::vector<std::size_t> changed_columns(EntityBase& entity) {
  std::vector<std::size_t> changed;
  const void* const known = entity.snapshot();
  if (!known) return changed;
  const std::vector<MappedColumn>& columns = entity.mapping->columns();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const void* object = entity.object();
    if (!columns[i].type->equal(columns[i].of(object), columns[i].of(known))) changed.push_back(i);
  }
  return changed;
}

Lease& SessionState::writer(const std::string& bind) {
  require_usable();
  for (OpenTransaction& open : transactions) {
    if (open.bind == bind) return open.lease;
  }
  OpenTransaction open{bind, engine_of(bind).connect()};
  if (std::find(written.begin(), written.end(), bind) == written.end()) written.push_back(bind);
  open.lease->begin();
  for (std::size_t level = 1; level < levels.size(); ++level) open.lease->savepoint(savepoint_name(level));
  transactions.push_back(std::move(open));
  return transactions.back().lease;
}

// For warn_n_plus_one: loads of relationships are counted by Loader.
void SessionState::count_statement(const std::string& sql) {
  if (!options.warn_n_plus_one || counter.loading) return;
  if (const int times = ++counter.counts[sql]; times == std::max(options.n_plus_one, 1) + 1)
    options.warn_n_plus_one("N+1 queries: the same statement was run " + std::to_string(times) +
                            " times in one session: " + sql +
                            "; read the rows with one query, or by get_each()");
}

ExecuteResult SessionState::read(const std::string& bind, const std::string& sql,
                                 const Parameters& parameters, const RowSink& sink) {
  require_usable();
  count_statement(sql);
  if (reads_in_transaction(bind)) return writer(bind)->execute(sql, parameters, sink);
  for (OpenTransaction& open : transactions) {
    if (open.bind == bind) return open.lease->execute(sql, parameters, sink);
  }
  return reader(bind).execute(sql, parameters, sink);
}

Engine& SessionState::reader(const std::string& bind) {
  if (role.empty() || std::find(written.begin(), written.end(), bind) != written.end())
    return engine_of(bind);
  if (!replica_of) throw ArgumentError("there is no replica of the role " + text::repr(role));
  Engine* const replica = replica_of(bind, role);
  return replica ? *replica : engine_of(bind);
}

void SessionState::record_changes() {
  if (!on_commit) return;
  for (EntityBase* entity : pending) changes.push_back({ModelChange(*entity, Operation::insert), false});
  for (auto& [key, entity] : identities) {
    if (entity->removing || entity->expired) continue;
    if (!changed_columns(*entity).empty() || Slots::is_changed(*entity))
      changes.push_back({ModelChange(*entity, Operation::update), true});
  }
  for (EntityBase* entity : removed) changes.push_back({ModelChange(*entity, Operation::delete_), true});
}

// An object stands where it was first recorded, with what was recorded last; one that was new and
// then changed stands there as both.
void SessionState::tell_changes(bool committed) {
  if (!on_commit || changes.empty()) return;
  std::vector<ModelChange> told;
  std::unordered_map<const EntityBase*, std::size_t> places[2];
  for (const RecordedChange& recorded : changes) {
    const auto [place, is_first] = places[recorded.persistent].emplace(recorded.change.base(), told.size());
    if (is_first) {
      told.push_back(recorded.change);
    } else {
      told[place->second] = recorded.change;
    }
  }
  if (committed) changes.clear();
  on_commit(told, committed);
}

void SessionState::read_batch(const std::string& bind, std::vector<BatchItem>& items) {
  if (items.empty()) return;
  require_usable();
  count_statement(items[0].sql);
  if (reads_in_transaction(bind)) return writer(bind)->execute_batch(items);
  for (OpenTransaction& open : transactions) {
    if (open.bind == bind) return open.lease->execute_batch(items);
  }
  Engine& engine = reader(bind);
  if (engine.dialect().name() != "sqlite") return engine.execute_batch(items);
  // A batch is a transaction, which SQLite's writers would wait for.
  for (BatchItem& item : items) item.result = engine.execute(item.sql, item.parameters, item.sink);
}

void SessionState::require_mine() const {
  if (uses > 0 && user != this_task())
    throw InvalidRequestError(
        "the session is in use: another fiber waits for the database in its flush(), commit() or rollback(); "
        "functions that run at once need a Session each");
}

void SessionState::require_usable() const {
  require_mine();
  if (failed)
    throw PendingRollbackError(
        "a flush of this session has failed, and its work was taken back: call rollback() before anything "
        "else");
}

bool SessionState::reads_in_transaction(const std::string& bind) {
  const Engine& engine = engine_of(bind);
  const std::string& level = engine.options().isolation_level;
  // SQLite's transactions are for writers; begin() says so.
  return (level == "REPEATABLE READ" || level == "SERIALIZABLE") && engine.dialect().name() != "sqlite";
}

InUse::InUse(SessionState& s) : state(s) {
  state.require_mine();
  state.user = this_task();
  ++state.uses;
}
InUse::~InUse() { --state.uses; }

void give_up_changes(EntityBase& entity) noexcept {
  try {
    if (!changed_columns(entity).empty()) entity.take_snapshot();
  } catch (...) {  // no memory, or a Value too deep to compare: the next use says so
  }
}

void require_unchanged(EntityBase& entity) {
  if (changed_columns(entity).empty()) return;
  throw InvalidRequestError("table " + text::repr(entity.mapping->name()) +
                            ": an object was changed through a reference that is older than commit() or "
                            "expire(), and would be read anew: take the reference from its Handle again");
}

std::string SessionState::savepoint_name(std::size_t level) { return "retort_" + std::to_string(level); }

void SessionState::remember(EntityBase& entity) {
  const auto [at, added] = identities.emplace(identity_of(entity), &entity);
  if (added) {
    retain(&entity);
  } else if (at->second != &entity) {
    throw Error("table " + text::repr(entity.mapping->name()) +
                ": two objects of this session have the same key");
  }
}

// The database has taken its row, so that of an object of the same key was deleted by others.
void SessionState::replace(EntityBase& entity) {
  const auto [at, added] = identities.emplace(identity_of(entity), &entity);
  if (added) return retain(&entity);
  if (at->second == &entity) return;
  detach(*at->second);
  remember(entity);
}

void SessionState::detach(EntityBase& entity) noexcept {
  const Hold hold(&entity);
  entity.state = State::detached;
  entity.session = nullptr;
  entity.expired = false;
  Slots::reset(entity);
  forget(entity);
}

void SessionState::forget(EntityBase& entity) noexcept {
  auto found = identities.end();
  try {
    found = identities.find(identity_of(entity));
  } catch (...) {  // its key has a value that no column takes
  }
  if (found == identities.end() || found->second != &entity)  // its key was changed by hand
    found = std::find_if(identities.begin(), identities.end(),
                         [&](const auto& item) { return item.second == &entity; });
  if (found == identities.end()) return;
  identities.erase(found);
  release(&entity);
}

// First what is new leaves, then what was deleted has its place again.
void SessionState::undo_written(Level& undone) noexcept {
  for (const Written& written : undone.inserted) {
    EntityBase& entity = *written.entity;
    forget(entity);
    entity.state = State::transient;
    entity.expired = false;
    entity.session = nullptr;
    Slots::set_dirty(entity);
    try {
      if (written.numbered)
        entity.mapping->set(entity.object(), entity.mapping->autoincrement_column(),
                            {Cell::Kind::integer, 0, 0, {}});
    } catch (...) {  // a type that has no 0 keeps its number
    }
  }
  for (EntityBase* entity : undone.deleted) {
    if (entity->state == State::deleted) {  // else it was new in this transaction too
      entity->state = State::persistent;
      entity->session = session;
      try {
        remember(*entity);
      } catch (...) {  // its key was changed by hand, to another object's
        entity->state = State::detached;
        entity->session = nullptr;
      }
    }
    release(entity);
  }
  for (const Written& written : undone.inserted) release(written.entity);
}

// The objects of `level` and above are as they were before it.
void SessionState::undo(std::size_t level) noexcept {
  while (levels.size() > level) {
    Level undone = std::move(levels.back());
    levels.pop_back();
    changes.erase(changes.begin() + static_cast<std::ptrdiff_t>(undone.changes), changes.end());
    undo_written(undone);
  }
  for (EntityBase* entity : pending) {
    entity->state = State::transient;
    entity->session = nullptr;
    release(entity);
  }
  pending.clear();
  for (EntityBase* entity : removed) {
    if (entity->state != State::detached) entity->state = State::persistent;
    entity->removing = false;
    release(entity);
  }
  removed.clear();
  marked_by.clear();
  expire_all(false);
  if (levels.empty()) levels.emplace_back();
}

// What is loaded of relationships goes too. The objects are held by the identity map meanwhile.
void SessionState::expire_all(bool clean) noexcept {
  for (auto& [key, entity] : identities) {
    if (!clean) give_up_changes(*entity);
    entity->expired = true;
    Slots::reset(*entity);
  }
}

void SessionState::forget_unheld() noexcept {
  for (auto at = identities.begin(); at != identities.end();) {
    EntityBase* const entity = at->second;
    if (entity->count > 1) {
      ++at;
      continue;
    }
    at = identities.erase(at);
    release(entity);
  }
}

void SessionState::delete_orphan(EntityBase& entity) { Slots::delete_entity(*session, entity); }

void SessionState::keep(std::size_t level) {
  while (levels.size() > level + 1) {
    Level done = std::move(levels.back());
    levels.pop_back();
    Level& outer = levels.back();
    outer.inserted.insert(outer.inserted.end(), done.inserted.begin(), done.inserted.end());
    outer.deleted.insert(outer.deleted.end(), done.deleted.begin(), done.deleted.end());
  }
}

void SessionState::forget_written() {
  for (Level& level : levels) {
    for (const Written& written : level.inserted) release(written.entity);
    for (EntityBase* entity : level.deleted) {
      entity->session = nullptr;
      Slots::reset(*entity);
      release(entity);
    }
  }
  levels.clear();
  levels.emplace_back();
}

}  // namespace detail

// ---- Session ---------------------------------------------------------------------------------

Session::Session(Engine& engine, SessionOptions options)
    : Session(Function<Engine&(std::string_view)>([&engine](std::string_view) -> Engine& { return engine; }),
              options) {}

Session::Session(Function<Engine&(std::string_view)> engine_of, SessionOptions options)
    : state_(new SessionState(std::move(engine_of), options)) {
  state_->session = this;
}

Session::~Session() {
  try {
    close();
  } catch (...) {  // the connection is given back and rolled back there
  }
  detach_all();
  delete state_;
}

Engine& Session::engine(std::string_view bind_key) { return state_->engine_of(bind_key); }
void Session::set_not_found(void (*f)(std::string_view description)) { state_->not_found = f; }
void Session::set_page_argument(std::optional<std::int64_t> (*f)(std::string_view name)) {
  state_->page_argument = f;
}
void Session::set_replicas(Function<Engine*(std::string_view bind_key, std::string_view role)> f) {
  state_->replica_of = std::move(f);
}
void Session::read_from(std::string role) { state_->role = std::move(role); }
void Session::track_modifications(Function<void(const std::vector<ModelChange>& changes, bool committed)> f) {
  state_->on_commit = std::move(f);
}
bool Session::in_transaction() const { return !state_->transactions.empty(); }

void Session::not_found(std::string_view description) {
  if (state_->not_found) state_->not_found(description);
  throw NoResultFound(description.empty() ? "no row was found where one was required"
                                          : std::string(description));
}

void Session::refuse_empty(const Mapping& mapping) {
  throw ArgumentError("table " + text::repr(mapping.name()) +
                      ": an empty handle, which stands for no object");
}

bool Session::is_modified() const { return is_modified(true); }

bool Session::is_modified(bool all) const {
  if (!state_->pending.empty() || !state_->removed.empty()) return true;
  bool found = false;
  for (const auto& [identity, entity] : state_->identities) {
    const bool looks = all || detail::may_have_changed(*entity);
    if ((looks && !detail::changed_columns(*entity).empty()) || detail::Slots::is_changed(*entity)) {
      found = true;
      break;
    }
    entity->handed = false;
  }
  return found;
}

void Session::expire_all() { state_->expire_all(false); }

void Session::expire_entity(EntityBase& first) {
  detail::Worklist todo(first);
  while (EntityBase* const entity = todo.take()) {
    if (entity->state != State::persistent || entity->session != this) continue;
    const bool was_expired = std::exchange(entity->expired, true);
    detail::give_up_changes(*entity);
    if (was_expired) continue;
    for (const Relationship& relationship : entity->mapping->relationships()) {
      if (relationship.cascade.refresh_expire) todo.add(detail::Slots::reached(*entity, relationship));
    }
    detail::Slots::reset(*entity);
  }
}

EntityBase* Session::entity_of(const Mapping& mapping, const Row& row, std::size_t first) {
  const auto fill = [&](EntityBase& entity) {
    if (entity.expired) detail::require_unchanged(entity);
    for (std::size_t i = 0; i < mapping.columns().size(); ++i)
      mapping.set(entity.object(), i, row.cell(first + i));
    entity.take_snapshot();
    entity.expired = false;
    entity.state = State::persistent;
    entity.session = this;
  };
  const auto refills = [&](EntityBase& known) {
    return known.expired || (state_->refills && detail::changed_columns(known).empty());
  };
  const std::vector<std::size_t>& key = mapping.key();
  const Cell cell = row.cell(first + key[0]);
  if (key.size() == 1 && cell.kind == Cell::Kind::integer) {
    const auto known = state_->identities.find(detail::Identity{&mapping, cell.integer, {}});
    if (known != state_->identities.end()) {
      if (refills(*known->second)) fill(*known->second);
      return known->second;
    }
  }
  struct Guard {
    EntityBase* entity;
    ~Guard() { detail::release(entity); }
  } made{mapping.make_entity()};
  detail::retain(made.entity);
  fill(*made.entity);
  const auto known = state_->identities.find(detail::identity_of(*made.entity));
  if (known != state_->identities.end()) {
    if (refills(*known->second)) fill(*known->second);
    return known->second;
  }
  state_->remember(*made.entity);
  return made.entity;
}

EntityBase* Session::get_entity(const Mapping& mapping, Parameters key) {
  if (key.size() != mapping.key().size())
    throw ArgumentError("get: the key of " + text::repr(mapping.name()) + " has " +
                        std::to_string(mapping.key().size()) + " columns, not " + std::to_string(key.size()));
  const auto known = state_->identities.find(detail::identity_of(mapping, key));
  if (known != state_->identities.end()) {
    EntityBase* const entity = known->second;
    if (!entity->expired) return entity->state == State::deleted ? nullptr : entity;
  }
  EntityBase* found = nullptr;
  state_->read(mapping.bind_key(), mapping.select_by_key(engine(mapping.bind_key()).dialect()), key,
               [&](const Row& row) {
                 found = entity_of(mapping, row, 0);
                 return true;
               });
  return found;
}

std::vector<EntityBase*> Session::get_entities(const Mapping& mapping, std::vector<Parameters> keys) {
  if (mapping.key().size() != 1)
    throw ArgumentError("get_each: the key of " + text::repr(mapping.name()) + " has " +
                        std::to_string(mapping.key().size()) + " columns, not 1");
  std::vector<EntityBase*> out(keys.size());
  std::vector<BatchItem> items;
  std::unordered_map<detail::Identity, EntityBase*, detail::IdentityHash> asked;
  std::vector<detail::Identity> identities;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    identities.push_back(detail::identity_of(mapping, keys[i]));
    const auto known = state_->identities.find(identities[i]);
    const bool is_known = known != state_->identities.end() && !known->second->expired;
    if (is_known) out[i] = known->second->state == State::deleted ? nullptr : known->second;
    if (is_known || !asked.emplace(identities[i], nullptr).second) continue;
    EntityBase*& found = asked[identities[i]];
    items.push_back({mapping.select_by_key(engine(mapping.bind_key()).dialect()), std::move(keys[i]),
                     [this, &mapping, &found](const Row& row) {
                       found = entity_of(mapping, row, 0);
                       return true;
                     }});
  }
  state_->read_batch(mapping.bind_key(), items);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto found = asked.find(identities[i]);
    if (found != asked.end()) out[i] = found->second;
  }
  return out;
}

void Session::refresh_entity(EntityBase& entity) {
  const Mapping& mapping = *entity.mapping;
  bool found = false;
  detail::require_unchanged(entity);
  const Parameters key = detail::key_of(entity);
  state_->read(mapping.bind_key(), mapping.select_by_key(engine(mapping.bind_key()).dialect()), key,
               [&](const Row& row) {
                 for (std::size_t i = 0; i < mapping.columns().size(); ++i)
                   mapping.set(entity.object(), i, row.cell(i));
                 found = true;
                 return true;
               });
  if (!found)
    throw StaleDataError("table " + text::repr(mapping.name()) + ": the row of an object is no longer there");
  entity.take_snapshot();
  entity.expired = false;
}

void Session::run(const SelectBase& select, const RowSink& sink) {
  autoflush();
  const std::string& bind = detail::bind_of(select.data());
  const Compiled compiled = select.compile(engine(bind).dialect());
  struct Refills {
    bool& flag;
    bool before;
    ~Refills() { flag = before; }
  } const refills{state_->refills, state_->refills};
  state_->refills = select.data().for_update.has_value();
  if (state_->refills) state_->writer(bind);
  state_->read(bind, compiled.sql, compiled.parameters, sink);
}

namespace {

/// The role of one query.
class RoleScope {
 public:
  RoleScope(SessionState& state, const std::optional<std::string>& role)
      : state_(state), before_(state.role) {
    if (role) state_.role = *role;
  }
  RoleScope(const RoleScope&) = delete;
  RoleScope& operator=(const RoleScope&) = delete;
  ~RoleScope() { state_.role = std::move(before_); }

 private:
  SessionState& state_;
  std::string before_;
};

}  // namespace

void Session::run_query(const SelectBase& select, const Mapping& mapping,
                        const std::vector<LoadOption>& loads, std::source_location where,
                        const Function<bool(EntityBase*)>& each, const std::optional<std::string>& role) {
  const RoleScope scope(*state_, role);
  if (loads.empty() && mapping.relationships().empty()) {
    // A row's object must not go away while the rest of the result is read.
    run(select, [&](const Row& row) { return each(entity_of(mapping, row, 0)); });
  } else {
    detail::Loader::query(*this, select, mapping, loads, where, each);
  }
}

void Session::run_stream(const SelectBase& select, const Mapping& mapping, std::size_t batch,
                         const RowSink& sink, const std::optional<std::string>& role) {
  autoflush();
  const RoleScope scope(*state_, role);
  const Compiled compiled = select.compile(engine(mapping.bind_key()).dialect());
  state_->require_usable();
  if (state_->reads_in_transaction(mapping.bind_key())) state_->writer(mapping.bind_key());
  for (detail::OpenTransaction& open : state_->transactions) {
    if (open.bind == mapping.bind_key())
      return open.lease->stream(compiled.sql, compiled.parameters, sink, batch);
  }
  state_->reader(mapping.bind_key()).connect()->stream(compiled.sql, compiled.parameters, sink, batch);
}

std::int64_t Session::count_rows(const SelectBase& select, const std::optional<std::string>& role) {
  autoflush();
  const RoleScope scope(*state_, role);
  const Mapping& mapping = *select.data().sources.at(0).mapping;
  SelectBase counted = select;
  counted.data().order_by.clear();
  const Compiled inner = counted.compile(engine(mapping.bind_key()).dialect());
  std::int64_t count = 0;
  state_->read(mapping.bind_key(), "SELECT count(*) FROM (" + inner.sql + ") AS counted", inner.parameters,
               [&](const Row& row) {
                 count = row.cell(0).integer;
                 return true;
               });
  return count;
}

std::int64_t Session::write(const WriteBase& statement, const RowSink& sink) {
  autoflush();
  const std::string& bind = statement.mapping().bind_key();
  const Compiled compiled = statement.compile(engine(bind).dialect());
  return state_->writer(bind)->execute(compiled.sql, compiled.parameters, sink).rows;
}

std::int64_t Session::execute(const WriteBase& statement) { return write(statement, {}); }

std::int64_t Session::run_text(const std::string& sql, const Parameters& parameters,
                               std::string_view bind_key, const RowSink& sink) {
  autoflush();
  const std::string bind(bind_key);
  if (detail::only_reads(sql)) return state_->read(bind, sql, parameters, sink).rows;
  return state_->writer(bind)->execute(sql, parameters, sink).rows;
}

}  // namespace retort::db
