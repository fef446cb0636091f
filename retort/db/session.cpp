// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/session.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "retort/base/text.h"
#include "retort/db/detail/node.h"
#include "retort/db/detail/relation.h"
#include "retort/db/detail/session_state.h"
#include "retort/db/dialect.h"

namespace retort::db {

using detail::EntityBase;
using detail::SessionState;
using State = detail::EntityBase::State;

namespace detail {

void retain(EntityBase* entity) {
  if (entity) ++entity->count;
}

void release(EntityBase* entity) {
  if (entity && --entity->count == 0) delete entity;
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
  count_statement(sql);
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
  count_statement(items[0].sql);
  for (OpenTransaction& open : transactions) {
    if (open.bind == bind) return open.lease->execute_batch(items);
  }
  Engine& engine = reader(bind);
  if (engine.dialect().name() != "sqlite") return engine.execute_batch(items);
  // A batch is a transaction, which SQLite's writers would wait for.
  for (BatchItem& item : items) item.result = engine.execute(item.sql, item.parameters, item.sink);
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

void SessionState::forget(EntityBase& entity) {
  const auto found = identities.find(identity_of(entity));
  if (found != identities.end() && found->second == &entity) {
    identities.erase(found);
    release(&entity);
    return;
  }
  // Its key was changed by hand.
  for (auto at = identities.begin(); at != identities.end(); ++at) {
    if (at->second != &entity) continue;
    identities.erase(at);
    release(&entity);
    return;
  }
}

// The objects of `level` and above are as they were before it.
void SessionState::undo(std::size_t level) {
  while (levels.size() > level) {
    Level undone = std::move(levels.back());
    levels.pop_back();
    changes.erase(changes.begin() + static_cast<std::ptrdiff_t>(undone.changes), changes.end());
    for (const Written& written : undone.inserted) {
      forget(*written.entity);
      written.entity->state = State::transient;
      written.entity->expired = false;
      written.entity->session = nullptr;
      Slots::set_dirty(*written.entity);
      const std::size_t number = written.entity->mapping->autoincrement_column();
      if (written.numbered)
        written.entity->mapping->set(written.entity->object(), number, {Cell::Kind::integer, 0, 0, {}});
      release(written.entity);
    }
    for (EntityBase* entity : undone.deleted) {
      entity->state = State::persistent;
      entity->session = session;
      remember(*entity);
      release(entity);
    }
  }
  for (EntityBase* entity : pending) {
    entity->state = State::transient;
    entity->session = nullptr;
    release(entity);
  }
  pending.clear();
  for (EntityBase* entity : removed) {
    entity->state = State::persistent;
    entity->removing = false;
    release(entity);
  }
  removed.clear();
  expire_all();
  if (levels.empty()) levels.emplace_back();
}

// What is loaded of relationships goes too. The objects are held by the identity map meanwhile.
void SessionState::expire_all() {
  for (auto& [key, entity] : identities) {
    entity->expired = true;
    Slots::reset(*entity);
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

bool Session::is_modified() const {
  if (!state_->pending.empty() || !state_->removed.empty()) return true;
  return std::any_of(state_->identities.begin(), state_->identities.end(), [](const auto& item) {
    EntityBase& entity = *item.second;
    return (!entity.expired && !detail::changed_columns(entity).empty()) || detail::Slots::is_changed(entity);
  });
}

void Session::expire_all() { state_->expire_all(); }

void Session::expire_entity(EntityBase& entity) {
  if (entity.state != State::persistent || entity.session != this || entity.expired) return;
  entity.expired = true;
  detail::retain(&entity);
  for (const Relationship& relationship : entity.mapping->relationships()) {
    if (!relationship.cascade.refresh_expire) continue;
    for (EntityBase* each : detail::Slots::reached(entity, relationship)) expire_entity(*each);
  }
  detail::Slots::reset(entity);
  detail::release(&entity);
}

EntityBase* Session::entity_of(const Mapping& mapping, const Row& row, std::size_t first) {
  const auto fill = [&](EntityBase& entity) {
    for (std::size_t i = 0; i < mapping.columns().size(); ++i)
      mapping.set(entity.object(), i, row.cell(first + i));
    entity.take_snapshot();
    entity.expired = false;
    entity.state = State::persistent;
    entity.session = this;
  };
  const std::vector<std::size_t>& key = mapping.key();
  const Cell cell = row.cell(first + key[0]);
  if (key.size() == 1 && cell.kind == Cell::Kind::integer) {
    const auto known = state_->identities.find(detail::Identity{&mapping, cell.integer, {}});
    if (known != state_->identities.end()) {
      if (known->second->expired) fill(*known->second);
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
    if (known->second->expired) fill(*known->second);
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

void Session::add_entity(EntityBase& entity) {
  if (entity.removing && entity.session == this) {
    entity.removing = false;
    std::erase(state_->removed, &entity);
    detail::release(&entity);
    return;
  }
  if (entity.session && entity.session != this)
    throw ArgumentError("table " + text::repr(entity.mapping->name()) +
                        ": the object belongs to another session");
  switch (entity.state) {
    case State::transient:
      entity.state = State::pending;
      entity.session = this;
      detail::retain(&entity);
      state_->pending.push_back(&entity);
      detail::Slots::add_reached(entity);
      return;
    case State::detached:
      entity.state = State::persistent;
      entity.session = this;
      state_->remember(entity);
      detail::Slots::add_reached(entity);
      return;
    case State::deleted:
      throw ArgumentError("table " + text::repr(entity.mapping->name()) + ": the object was deleted");
    case State::pending:
    case State::persistent:
      return;
  }
}

void Session::delete_entity(EntityBase& entity) {
  if (entity.session != this)
    throw ArgumentError("table " + text::repr(entity.mapping->name()) +
                        ": delete of an object that is not of this session");
  if (entity.state == State::pending) return expunge_entity(entity);
  if (entity.removing) return;
  entity.removing = true;
  detail::retain(&entity);
  state_->removed.push_back(&entity);
  detail::Slots::delete_reached(entity);
}

void Session::expunge_entity(EntityBase& entity) {
  if (entity.session != this) return;
  detail::Hold hold(&entity);
  for (const Relationship& relationship : entity.mapping->relationships()) {
    if (!relationship.cascade.expunge) continue;
    entity.session = nullptr;  // a circle ends here
    for (EntityBase* each : detail::Slots::reached(entity, relationship)) expunge_entity(*each);
  }
  entity.session = nullptr;
  const auto pending = std::find(state_->pending.begin(), state_->pending.end(), &entity);
  if (pending != state_->pending.end()) {
    entity.state = State::transient;
    state_->pending.erase(pending);
    detail::release(&entity);
    return;
  }
  entity.state = State::detached;
  detail::Slots::reset(entity);
  state_->forget(entity);
}

EntityBase* Session::merge_object(const Mapping& mapping, const void* object) {
  Parameters key;
  for (const std::size_t column : mapping.key()) key.push_back(mapping.get(object, column));
  const bool numbered = mapping.autoincrement_column() != Mapping::kNone && key[0].integer == 0;
  EntityBase* entity = numbered ? nullptr : get_entity(mapping, key);
  const bool is_new = !entity;
  if (is_new) entity = mapping.make_entity();
  for (const MappedColumn& column : mapping.columns())
    column.type->assign(column.of(entity->object()), column.of(object));
  if (is_new) add_entity(*entity);
  return entity;
}

void Session::run(const SelectBase& select, const RowSink& sink) {
  if (state_->options.autoflush) flush();
  std::string bind;
  for (const Clause& clause : select.data().columns) {
    if (clause.node()->mapping) bind = clause.node()->mapping->bind_key();
  }
  if (!select.data().sources.empty() && select.data().sources[0].mapping)
    bind = select.data().sources[0].mapping->bind_key();
  const Compiled compiled = select.compile(engine(bind).dialect());
  if (select.data().for_update) state_->writer(bind);
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
  if (state_->options.autoflush) flush();
  const RoleScope scope(*state_, role);
  const Compiled compiled = select.compile(engine(mapping.bind_key()).dialect());
  for (detail::OpenTransaction& open : state_->transactions) {
    if (open.bind == mapping.bind_key())
      return open.lease->stream(compiled.sql, compiled.parameters, sink, batch);
  }
  state_->reader(mapping.bind_key()).connect()->stream(compiled.sql, compiled.parameters, sink, batch);
}

std::int64_t Session::count_rows(const SelectBase& select, const std::optional<std::string>& role) {
  if (state_->options.autoflush) flush();
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
  if (state_->options.autoflush) flush();
  const std::string& bind = statement.mapping().bind_key();
  const Compiled compiled = statement.compile(engine(bind).dialect());
  return state_->writer(bind)->execute(compiled.sql, compiled.parameters, sink).rows;
}

std::int64_t Session::execute(const WriteBase& statement) { return write(statement, {}); }

void Session::run_text(const std::string& sql, const Parameters& parameters, const RowSink& sink) {
  if (state_->options.autoflush) flush();
  state_->writer({})->execute(sql, parameters, sink);
}

std::int64_t Session::text(const std::string& sql, const Parameters& parameters) {
  if (state_->options.autoflush) flush();
  return state_->writer({})->execute(sql, parameters, {}).rows;
}

void Session::flush() {
  if (state_->flushing || !is_modified()) return;
  struct Flushing {
    bool& flag;
    ~Flushing() { flag = false; }
  } flushing{state_->flushing};
  state_->record_changes();
  try {
    state_->flushing = true;
    detail::Flush(*state_).run();
    state_->flushing = false;
  } catch (...) {
    if (state_->levels.size() > 1) {
      const std::size_t level = state_->levels.size() - 1;
      for (detail::OpenTransaction& open : state_->transactions)
        if (open.lease->usable()) open.lease->rollback_to_savepoint(SessionState::savepoint_name(level));
      state_->undo(level);
      state_->levels.emplace_back().changes = state_->changes.size();
    } else {
      rollback();
    }
    throw;
  }
}

void Session::commit() {
  state_->record_changes();
  state_->tell_changes(false);
  flush();
  try {
    for (detail::OpenTransaction& open : state_->transactions) open.lease->commit();
  } catch (...) {
    rollback();
    throw;
  }
  state_->transactions.clear();
  state_->forget_written();
  struct Expire {
    Session& session;
    ~Expire() {
      if (session.state_->options.expire_on_commit) session.expire_all();
    }
  } expire{*this};
  state_->tell_changes(true);  // objects are still as they were written
}

void Session::rollback() {
  for (detail::OpenTransaction& open : state_->transactions) {
    try {
      if (open.lease->usable() && open.lease->in_transaction()) open.lease->rollback();
    } catch (const DatabaseError&) {  // the server has rolled back by losing the connection
    }
  }
  state_->transactions.clear();
  state_->undo(0);
}

void Session::close() {
  rollback();
  // Objects that know each other let go, or none of them would.
  for (auto& [key, entity] : state_->identities) detail::Slots::reset(*entity);
  for (auto& [key, entity] : state_->identities) {
    entity->session = nullptr;
    entity->state = State::detached;
    entity->expired = false;
    detail::release(entity);
  }
  state_->identities.clear();
  state_->forget_written();
  state_->written.clear();
}

Savepoint Session::begin_nested() {
  flush();
  state_->writer({});
  const std::size_t level = state_->levels.size();
  for (detail::OpenTransaction& open : state_->transactions)
    open.lease->savepoint(SessionState::savepoint_name(level));
  state_->levels.emplace_back().changes = state_->changes.size();
  return {this, level};
}

void Savepoint::commit() {
  if (!session_) return;
  session_->flush();
  for (detail::OpenTransaction& open : session_->state_->transactions)
    open.lease->release_savepoint(SessionState::savepoint_name(depth_));
  session_->state_->keep(depth_ - 1);
  session_ = nullptr;
}

void Savepoint::rollback() {
  if (!session_) return;
  Session* const session = std::exchange(session_, nullptr);
  if (session->state_->levels.size() <= depth_) return;  // the whole transaction has gone
  for (detail::OpenTransaction& open : session->state_->transactions) {
    open.lease->rollback_to_savepoint(SessionState::savepoint_name(depth_));
    open.lease->release_savepoint(SessionState::savepoint_name(depth_));
  }
  session->state_->undo(depth_);
}

Savepoint::~Savepoint() {
  try {
    rollback();
  } catch (...) {  // a lost connection: the session's next statement says so
  }
}

}  // namespace retort::db
