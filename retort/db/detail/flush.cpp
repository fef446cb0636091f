// SPDX-License-Identifier: BSD-3-Clause
// What is new, changed and deleted, as statements in the order that foreign keys demand.
#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "retort/base/text.h"
#include "retort/db/detail/session_state.h"
#include "retort/db/dialect.h"

namespace retort::db::detail {
namespace {

using State = EntityBase::State;

/// Rows that travel together: as many as keep the statements' values small.
constexpr std::size_t kBatch = 500;

bool refers_to(const Mapping& child, const Mapping& parent) {
  const auto& keys = child.table().foreign_keys;
  return std::any_of(keys.begin(), keys.end(),
                     [&](const ForeignKey& key) { return key.table == parent.name(); });
}

// Each behind those that its foreign keys name. A circle of tables stands as it came.
std::vector<const Mapping*> in_order(std::vector<const Mapping*> left) {
  std::vector<const Mapping*> out;
  while (!left.empty()) {
    auto next = std::find_if(left.begin(), left.end(), [&](const Mapping* mapping) {
      return std::none_of(left.begin(), left.end(), [&](const Mapping* other) {
        return other != mapping && refers_to(*mapping, *other);
      });
    });
    if (next == left.end()) next = left.begin();
    out.push_back(*next);
    left.erase(next);
  }
  return out;
}

std::vector<const Mapping*> mappings_of(const std::vector<EntityBase*>& entities) {
  std::vector<const Mapping*> out;
  for (const EntityBase* entity : entities) {
    if (std::find(out.begin(), out.end(), entity->mapping) == out.end()) out.push_back(entity->mapping);
  }
  return out;
}

std::size_t column_named(const Mapping& mapping, const std::string& name) {
  for (std::size_t i = 0; i < mapping.columns().size(); ++i) {
    if (mapping.column(i).name == name) return i;
  }
  return Mapping::kNone;
}

// Which of the rows each names by the table's keys to itself.
std::vector<std::vector<std::size_t>> parents_of(const std::vector<EntityBase*>& rows) {
  const Mapping& mapping = *rows.front()->mapping;
  std::vector<std::vector<std::size_t>> out(rows.size());
  for (const ForeignKey& key : mapping.table().foreign_keys) {
    if (key.table != mapping.name()) continue;
    std::vector<std::size_t> own, referred;
    for (const std::string& name : key.columns) own.push_back(column_named(mapping, name));
    for (const std::string& name : key.referred) referred.push_back(column_named(mapping, name));
    std::unordered_map<Identity, std::size_t, IdentityHash> places;
    for (std::size_t i = 0; i < rows.size(); ++i)
      places.emplace(identity_of(mapping, values_of(*rows[i], referred)), i);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Parameters values = values_of(*rows[i], own);
      if (has_null(values)) continue;
      const auto parent = places.find(identity_of(mapping, values));
      if (parent != places.end() && parent->second != i) out[i].push_back(parent->second);
    }
  }
  return out;
}

// Rows of a table that refers to itself: a row behind those that it names. A circle ends where it
// began.
void order_within(std::vector<EntityBase*>& rows) {
  if (rows.size() < 2 || !refers_to(*rows.front()->mapping, *rows.front()->mapping)) return;
  const std::vector<std::vector<std::size_t>> parents = parents_of(rows);
  std::vector<EntityBase*> out;
  std::vector<bool> seen(rows.size());
  struct Visit {
    std::size_t row;
    std::size_t next = 0;  ///< of its parents
  };
  for (std::size_t start = 0; start < rows.size(); ++start) {
    if (seen[start]) continue;
    seen[start] = true;
    std::vector<Visit> path = {{start}};
    while (!path.empty()) {
      Visit& visit = path.back();
      if (visit.next == parents[visit.row].size()) {
        out.push_back(rows[visit.row]);
        path.pop_back();
        continue;
      }
      const std::size_t parent = parents[visit.row][visit.next++];
      if (seen[parent]) continue;
      seen[parent] = true;
      path.push_back({parent});
    }
  }
  rows = std::move(out);
}

// By their whole keys, so that all sessions lock rows in the same order.
bool key_less(const Parameters& a, const Parameters& b) {
  return std::lexicographical_compare(
      a.begin(), a.end(), b.begin(), b.end(), [](const Datum& x, const Datum& y) {
        return std::tie(x.kind, x.integer, x.real, x.text) < std::tie(y.kind, y.integer, y.real, y.text);
      });
}

bool leaves_out(EntityBase& entity, std::size_t column) {
  const Mapping& mapping = *entity.mapping;
  if (column == mapping.autoincrement_column()) return value_of(entity, column).integer == 0;
  return !mapping.column(column).server_default.empty() && value_of(entity, column).is_null();
}

struct InsertText {
  std::vector<std::size_t> columns;
  std::string sql;
};

InsertText insert_text(EntityBase& entity, const Dialect& dialect) {
  const Mapping& mapping = *entity.mapping;
  InsertText text;
  std::string names, places;
  for (std::size_t i = 0; i < mapping.columns().size(); ++i) {
    if (leaves_out(entity, i)) continue;
    text.columns.push_back(i);
    if (!names.empty()) names += ", ", places += ", ";
    dialect.append_quoted(names, mapping.column(i).name);
    dialect.append_placeholder(places, text.columns.size());
  }
  text.sql = "INSERT INTO " + dialect.quote(mapping.name());
  text.sql += names.empty() ? " DEFAULT VALUES" : " (" + names + ") VALUES (" + places + ")";
  const std::size_t number = mapping.autoincrement_column();
  const bool numbered = number != Mapping::kNone &&
                        std::find(text.columns.begin(), text.columns.end(), number) == text.columns.end();
  if (numbered && dialect.name() != "sqlite")
    text.sql += " RETURNING " + dialect.quote(mapping.column(number).name);
  return text;
}

// Its values are those of the columns, of the key, and the version before.
std::string update_sql(const Mapping& mapping, const std::vector<std::size_t>& columns,
                       const Dialect& dialect) {
  std::string sql = "UPDATE " + dialect.quote(mapping.name()) + " SET ";
  std::size_t values = 0;
  const auto bind = [&](const char* separator, std::size_t column) {
    sql += separator;
    dialect.append_quoted(sql, mapping.column(column).name);
    sql += " = ";
    dialect.append_placeholder(sql, ++values);
  };
  for (const std::size_t column : columns) bind(values == 0 ? "" : ", ", column);
  for (const std::size_t key : mapping.key()) bind(values == columns.size() ? " WHERE " : " AND ", key);
  if (mapping.version_column() != Mapping::kNone) bind(" AND ", mapping.version_column());
  return sql;
}

void require_one_row(const char* verb, const EntityBase& entity, const BatchItem& item) {
  if (item.result.rows == 1) return;
  throw StaleDataError(verb + entity.mapping->name() + ": the row was changed or deleted meanwhile");
}

// Together, then `done(i)` of each.
template <class Done>
void run_each(SessionState& state, const std::string& bind, std::vector<BatchItem>& items, Done done) {
  state.writer(bind)->execute_batch(items);
  for (std::size_t i = 0; i < items.size(); ++i) done(i);
}

}  // namespace

void Flush::run() {
  relations_.collect();
  relations_.collect_deleted();
  std::vector<EntityBase*> fresh = std::move(state_.pending);
  state_.pending.clear();
  std::vector<EntityBase*> gone = std::move(state_.removed);
  state_.removed.clear();
  state_.marked_by.clear();
  // What is not written when something fails is pending again, for undo().
  struct Rest {
    SessionState& state;
    std::vector<EntityBase*>&fresh, &gone;
    ~Rest() {
      for (EntityBase* entity : fresh) {
        if (entity->state == State::pending) state.pending.push_back(entity);
      }
      for (EntityBase* entity : gone) {
        if (entity->state == State::detached) {
          release(entity);  // another object has its place
        } else if (entity->state != State::deleted) {
          state.removed.push_back(entity);
        }
      }
    }
  } rest{state_, fresh, gone};

  if (fresh.size() > state_.identities.size())
    state_.identities.reserve(state_.identities.size() + fresh.size());
  for (const Mapping* mapping : in_order(mappings_of(fresh))) {
    std::vector<EntityBase*> rows;
    for (EntityBase* entity : fresh) {
      if (entity->mapping == mapping) rows.push_back(entity);
    }
    insert_rows(std::move(rows));
  }
  relations_.apply_all();
  write_changes();
  relations_.delete_associations();
  const std::vector<EntityBase*> links = relations_.new_associations();
  fresh.insert(fresh.end(), links.begin(), links.end());
  for (const Mapping* mapping : mappings_of(links)) {
    std::vector<EntityBase*> rows;
    for (EntityBase* entity : links) {
      if (entity->mapping == mapping) rows.push_back(entity);
    }
    insert_all(std::move(rows));
  }
  remove_all(gone);
  relations_.done();
}

// In as many steps as rows of one table wait for each other's keys.
void Flush::insert_rows(std::vector<EntityBase*> rows) {
  while (!rows.empty()) {
    std::vector<EntityBase*> waiting;
    if (relations_.any_sync()) waiting = relations_.waiting(rows);
    if (waiting.size() == rows.size()) waiting.clear();
    if (!waiting.empty()) {
      std::unordered_set<EntityBase*> later(waiting.begin(), waiting.end());
      std::erase_if(rows, [&](EntityBase* row) { return later.count(row) != 0; });
    }
    for (EntityBase* row : rows) relations_.apply(*row);
    order_within(rows);
    insert_all(std::move(rows));
    rows = std::move(waiting);
  }
}

void Flush::write_changes() {
  std::vector<Change> changes;
  for (auto& [identity, entity] : state_.identities) {
    if (!all_ && !may_have_changed(*entity)) continue;
    if (entity->removing && !relations_.is_parted(*entity)) continue;
    if (entity->expired) {
      require_unchanged(*entity);
      continue;
    }
    std::vector<std::size_t> columns = changed_columns(*entity);
    if (columns.empty()) continue;
    Datum first = value_of(*entity, entity->mapping->key()[0]);
    const bool plain = entity->mapping->key().size() == 1 && first.kind == Datum::Kind::integer;
    changes.push_back({entity, first.integer, plain ? Parameters() : key_of(*entity), std::move(columns)});
  }
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
    const Mapping &x = *a.entity->mapping, &y = *b.entity->mapping;
    if (&x == &y) return a.whole_key.empty() ? a.key < b.key : key_less(a.whole_key, b.whole_key);
    return std::tie(x.name(), x.bind_key()) < std::tie(y.name(), y.bind_key());
  });
  for (auto from = changes.begin(); from != changes.end();) {
    const std::string& bind = from->entity->mapping->bind_key();
    std::vector<BatchItem> items;
    auto to = from;
    for (; to != changes.end() && to->entity->mapping->bind_key() == bind && items.size() < kBatch; ++to)
      items.push_back(update(*to));
    run_each(state_, bind, items, [&](std::size_t i) {
      EntityBase& entity = *(from + static_cast<std::ptrdiff_t>(i))->entity;
      require_one_row("UPDATE ", entity, items[i]);
      entity.take_snapshot();
    });
    from = to;
  }
}

void Flush::remove_all(std::vector<EntityBase*>& gone) {
  std::vector<const Mapping*> order = in_order(mappings_of(gone));
  std::reverse(order.begin(), order.end());
  for (const Mapping* mapping : order) {
    std::vector<EntityBase*> rows;
    for (EntityBase* entity : gone) {
      if (entity->mapping != mapping || entity->state != State::persistent) continue;
      if (relations_.is_deleted(*entity)) {
        was_removed(*entity);
      } else {
        rows.push_back(entity);
      }
    }
    if (rows.empty()) continue;
    order_within(rows);
    std::reverse(rows.begin(), rows.end());
    std::vector<BatchItem> items;
    for (EntityBase* entity : rows) items.push_back(remove(*entity));
    run_each(state_, mapping->bind_key(), items, [&](std::size_t i) {
      require_one_row("DELETE FROM ", *rows[i], items[i]);
      was_removed(*rows[i]);
    });
  }
}

void Flush::was_removed(EntityBase& entity) {
  state_.levels.back().deleted.push_back(&entity);  // takes the removed list's hold
  entity.state = State::deleted;
  entity.removing = false;
  state_.forget(entity);
}

// Neighbours that set the same columns go together.
void Flush::insert_all(std::vector<EntityBase*> entities) {
  std::vector<EntityBase*> same;
  std::vector<bool> set_now, set_first;
  for (EntityBase* entity : entities) {
    set_now.clear();
    for (std::size_t i = 0; i < entity->mapping->columns().size(); ++i)
      set_now.push_back(leaves_out(*entity, i));
    if (!same.empty() && (set_now != set_first || same.size() == kBatch)) {
      insert_same(same);
      same.clear();
    }
    if (same.empty()) set_first = set_now;
    same.push_back(entity);
  }
  if (!same.empty()) insert_same(same);
}

void Flush::insert_same(const std::vector<EntityBase*>& entities) {
  const Mapping& mapping = *entities.front()->mapping;
  Lease& connection = state_.writer(mapping.bind_key());
  if (mapping.version_column() != Mapping::kNone) {
    for (EntityBase* entity : entities) {
      if (value_of(*entity, mapping.version_column()).integer == 0)
        mapping.set(entity->object(), mapping.version_column(), {Cell::Kind::integer, 1, 0, {}});
    }
  }
  const InsertText text = insert_text(*entities.front(), connection->dialect());
  const std::size_t number = mapping.autoincrement_column();
  const bool numbered = number != Mapping::kNone &&
                        std::find(text.columns.begin(), text.columns.end(), number) == text.columns.end();
  const bool returns = numbered && connection->dialect().name() != "sqlite";
  std::vector<BatchItem>& items = inserts_;
  items.resize(entities.size());
  std::vector<std::int64_t> numbers(entities.size());
  for (std::size_t i = 0; i < entities.size(); ++i) {
    BatchItem& item = items[i];
    if (item.sql != text.sql) item.sql = text.sql;
    item.parameters.resize(text.columns.size());
    for (std::size_t c = 0; c < text.columns.size(); ++c)
      item.parameters[c] = value_of(*entities[i], text.columns[c]);
    item.sink = nullptr;
    if (returns) {
      item.sink = [&numbers, i](const Row& row) {
        numbers[i] = row.cell(0).integer;
        return true;
      };
    }
  }
  connection->execute_batch(items);
  const bool has_defaults = text.columns.size() + (numbered ? 1 : 0) < mapping.columns().size();
  for (std::size_t i = 0; i < entities.size(); ++i) {
    EntityBase& entity = *entities[i];
    if (numbered) {
      const std::int64_t made = returns ? numbers[i] : items[i].result.last_insert_id;
      mapping.set(entity.object(), number, {Cell::Kind::integer, made, 0, {}});
    }
    entity.take_snapshot();
    entity.state = State::persistent;
    entity.expired = has_defaults;  // the server's defaults are read at the next use
    state_.levels.back().inserted.push_back({&entity, numbered});  // takes the pending list's hold
    state_.replace(entity);
  }
}

BatchItem Flush::update(Change& change) {
  EntityBase& entity = *change.entity;
  const Mapping& mapping = *entity.mapping;
  for (const std::size_t key : mapping.key()) {
    if (std::find(change.columns.begin(), change.columns.end(), key) != change.columns.end())
      throw ArgumentError("table " + text::repr(mapping.name()) +
                          ": the primary key of an object was changed");
  }
  std::vector<std::size_t>& columns = change.columns;
  const auto set = [&](std::size_t column) {
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
  };
  for (std::size_t i = 0; i < mapping.columns().size(); ++i) {
    const MappedColumn& column = mapping.columns()[i];
    if (!column.on_update || std::find(columns.begin(), columns.end(), i) != columns.end()) continue;
    column.on_update(column.of(entity.object()));
    set(i);
  }
  const std::size_t version = mapping.version_column();
  Datum before;
  if (version != Mapping::kNone) {
    before = mapping.get(entity.snapshot(), version);
    mapping.set(entity.object(), version, {Cell::Kind::integer, before.integer + 1, 0, {}});
    set(version);
  }
  if (update_text_.mapping != &mapping || update_text_.columns != columns) {
    const Dialect& dialect = state_.writer(mapping.bind_key())->dialect();
    update_text_ = {&mapping, columns, update_sql(mapping, columns, dialect)};
  }
  BatchItem item{update_text_.sql, {}, {}};
  item.parameters.reserve(columns.size() + mapping.key().size() + 1);
  for (const std::size_t column : columns) item.parameters.push_back(value_of(entity, column));
  for (const std::size_t key : mapping.key()) item.parameters.push_back(value_of(entity, key));
  if (version != Mapping::kNone) item.parameters.push_back(std::move(before));
  return item;
}

BatchItem Flush::remove(EntityBase& entity) {
  const Mapping& mapping = *entity.mapping;
  if (entity.expired && mapping.version_column() != Mapping::kNone) load_expired(entity);
  Lease& connection = state_.writer(mapping.bind_key());
  const Dialect& dialect = connection->dialect();
  Parameters parameters;
  std::string sql = "DELETE FROM " + dialect.quote(mapping.name()) + " WHERE ";
  const auto bind = [&](std::size_t column, Datum value) {
    if (!parameters.empty()) sql += " AND ";
    dialect.append_quoted(sql, mapping.column(column).name);
    sql += " = ";
    parameters.push_back(std::move(value));
    dialect.append_placeholder(sql, parameters.size());
  };
  for (const std::size_t key : mapping.key()) bind(key, value_of(entity, key));
  if (const std::size_t version = mapping.version_column(); version != Mapping::kNone) {
    bind(version, mapping.get(entity.snapshot(), version));
  }
  return {std::move(sql), std::move(parameters), {}};
}

}  // namespace retort::db::detail
