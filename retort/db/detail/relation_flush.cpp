// SPDX-License-Identifier: BSD-3-Clause
// What a flush makes of relationships: foreign keys in children, rows of association tables,
// orphans.
#include <algorithm>

#include "retort/base/text.h"
#include "retort/db/detail/relation.h"
#include "retort/db/detail/session_state.h"
#include "retort/db/dialect.h"
#include "retort/db/error.h"

namespace retort::db::detail {
namespace {

using State = EntityBase::State;
using Direction = Link::Direction;

const std::vector<std::size_t>& child_columns(const Link& link) {
  return link.direction == Direction::many_to_one ? link.local : link.remote;
}
const std::vector<std::size_t>& parent_columns(const Link& link) {
  return link.direction == Direction::many_to_one ? link.remote : link.local;
}

bool has_row(const EntityBase& entity) { return entity.state == State::persistent; }

}  // namespace

void RelationFlush::collect() {
  std::vector<EntityBase*> all = state_.pending;
  was_new_.insert(all.begin(), all.end());
  for (const auto& [identity, entity] : state_.identities) all.push_back(entity);
  for (EntityBase* entity : all) {
    if (!entity->mapping->relationships().empty() && Slots::is_changed(*entity)) {
      retain(entity);
      changed_.push_back(entity);
    }
  }
  for (EntityBase* entity : changed_) {
    for (const Relationship& relationship : entity->mapping->relationships()) {
      if (relationship.member == Relationship::Member::related) {
        collect_related(*entity, relationship);
      } else {
        collect_list(*entity, relationship);
      }
    }
  }
  for (const auto& [child, link] : orphans_) {
    const auto at = syncs_.find(child);
    const bool adopted = at != syncs_.end() &&
                         std::any_of(at->second.begin(), at->second.end(), [&, l = link](const Sync& sync) {
                           return sync.parent && child_columns(*sync.link) == child_columns(*l);
                         });
    if (adopted || child->session != state_.session || child->state == State::deleted) continue;
    state_.delete_orphan(*child);
  }
}

void RelationFlush::collect_related(EntityBase& entity, const Relationship& relationship) {
  const RelatedSlot& slot = Slots::related(entity, relationship);
  if (!Slots::is_touched(slot)) return;
  const Link& link = link_of(relationship);
  EntityBase* const target = Slots::target(slot);
  EntityBase* const before = Slots::replaced(slot);
  if (link.direction == Direction::many_to_one) {
    set_parent(entity, link, target);
    if (before && relationship.cascade.delete_orphan) orphans_.push_back({before, &link});
    return;
  }
  if (before && before != target) part(*before, link, entity);
  if (target) set_parent(*target, link, &entity);
}

void RelationFlush::collect_list(EntityBase& entity, const Relationship& relationship) {
  const CollectionSlot& slot = Slots::collection(entity, relationship);
  if (Slots::items(slot).empty() && Slots::removed(slot).empty()) return;
  const Link& link = link_of(relationship);
  for (const Slots::Item& each : Slots::removed(slot)) {
    if (link.direction == Direction::one_to_many) {
      part(*each.entity, link, entity);
    } else {
      if (!each.mirror) removed_.push_back({&entity, each.entity, &link});
      if (relationship.cascade.delete_orphan) orphans_.push_back({each.entity, &link});
    }
  }
  for (const Slots::Item& each : Slots::items(slot)) {
    if (!each.added || each.mirror) continue;
    if (link.direction == Direction::one_to_many) {
      set_parent(*each.entity, link, &entity);
    } else {
      added_.push_back({&entity, each.entity, &link});
    }
  }
}

// What is assigned wins over what was removed elsewhere.
void RelationFlush::set_parent(EntityBase& child, const Link& link, EntityBase* parent) {
  std::vector<Sync>& syncs = syncs_[&child];
  for (Sync& known : syncs) {
    if (child_columns(*known.link) != child_columns(link)) continue;
    if (parent) known = {parent, &link};
    return;
  }
  syncs.push_back({parent, &link});
}

void RelationFlush::part(EntityBase& child, const Link& link, EntityBase& parent) {
  if (link.relationship->cascade.delete_orphan) orphans_.push_back({&child, &link});
  // A child that somebody gave another key by hand keeps it.
  if (has_row(child) && values_of(child, link.remote) != values_of(parent, link.local)) return;
  set_parent(child, link, nullptr);
}

void RelationFlush::collect_deleted() {
  // Deleting may find more to delete, which then stands behind.
  for (std::size_t i = 0; i < state_.removed.size(); ++i) {
    EntityBase& entity = *state_.removed[i];
    for (const Relationship& relationship : entity.mapping->relationships()) {
      const Link& link = link_of(relationship);
      if (link.direction == Direction::many_to_many) {
        if (!relationship.passive_deletes) cleared_.push_back({&entity, &link});
        continue;
      }
      if (link.direction == Direction::many_to_one) continue;
      const bool in_memory = relationship.passive_deletes || Slots::is_loaded(entity, relationship);
      const std::vector<EntityBase*> children = in_memory
                                                    ? Slots::reached(entity, relationship)
                                                    : Loader::many(*state_.session, entity, link, false);
      for (EntityBase* child : children) {
        if (child->removing || child->state != State::persistent) continue;
        if (values_of(*child, link.remote) == values_of(entity, link.local))
          set_parent(*child, link, nullptr);
      }
    }
  }
  std::erase_if(added_, [](const Pair& pair) { return pair.owner->removing || pair.target->removing; });
}

std::vector<EntityBase*> RelationFlush::waiting(const std::vector<EntityBase*>& rows) const {
  const std::unordered_set<EntityBase*> all(rows.begin(), rows.end());
  std::vector<EntityBase*> out;
  for (EntityBase* row : rows) {
    const auto at = syncs_.find(row);
    if (at == syncs_.end()) continue;
    if (std::any_of(at->second.begin(), at->second.end(), [&, r = row](const Sync& sync) {
          return sync.parent && sync.parent != r && all.count(sync.parent);
        }))
      out.push_back(row);
  }
  return out;
}

void RelationFlush::apply(EntityBase& row) {
  const auto at = syncs_.find(&row);
  if (at == syncs_.end()) return;
  std::erase_if(at->second, [&](const Sync& sync) {
    if (!sync.parent) {
      blank(row, *sync.link);
      return true;
    }
    if (has_row(*sync.parent)) {
      assign_values(row, child_columns(*sync.link), values_of(*sync.parent, parent_columns(*sync.link)));
      return true;
    }
    // Rows that need each other: NULL first, the key by an UPDATE behind.
    if (row.state == State::pending) {
      for (const std::size_t column : child_columns(*sync.link)) {
        if (row.mapping->columns()[column].type->nullable) continue;
        throw ArgumentError("table " + text::repr(row.mapping->name()) +
                            ": rows that refer to each other, and " +
                            text::repr(row.mapping->column(column).name) + " may not be NULL meanwhile");
      }
      assign_values(row, child_columns(*sync.link), Parameters(child_columns(*sync.link).size()));
    }
    return false;
  });
  if (at->second.empty()) syncs_.erase(at);
}

bool RelationFlush::parts_from_itself(EntityBase& row) const {
  const auto at = syncs_.find(&row);
  return at != syncs_.end() && std::any_of(at->second.begin(), at->second.end(), [&](const Sync& sync) {
           const std::vector<std::size_t>& columns = child_columns(*sync.link);
           return !sync.parent && sync.link->owner == sync.link->target &&
                  std::all_of(columns.begin(), columns.end(), [&](std::size_t column) {
                    return row.mapping->columns()[column].type->nullable;
                  });
         });
}

void RelationFlush::apply_all() {
  std::vector<EntityBase*> rows;
  for (const auto& [row, syncs] : syncs_) rows.push_back(row);
  for (EntityBase* row : rows) {
    // Of what is deleted, or belongs to nobody, nothing is written; but a row of a table that
    // refers to itself first lets go of what may be deleted before it.
    const bool gone = row->removing && !parts_from_itself(*row);
    if (row->state == State::persistent && row->session == state_.session && !gone) {
      if (row->expired) load_expired(*row);
      if (row->removing) parted_.insert(row);
      apply(*row);
    }
  }
}

void RelationFlush::blank(EntityBase& child, const Link& link) {
  const std::vector<std::size_t>& columns = child_columns(link);
  for (const std::size_t column : columns) {
    if (child.mapping->columns()[column].type->nullable) continue;
    Failure failure;
    failure.table = child.mapping->name();
    failure.column = child.mapping->column(column).name;
    failure.message = "an object of " + text::repr(failure.table) + " has lost what " +
                      text::repr(failure.column) +
                      " refers to, which may not be NULL: make it std::optional, delete the object too "
                      "(db::cascade(\"all, delete-orphan\")), or leave it to ON DELETE (db::passive_deletes)";
    throw IntegrityError(std::move(failure));
  }
  assign_values(child, columns, Parameters(columns.size()));
}

namespace {

// Of a collection that is loaded it is known.
bool is_there(SessionState& state, const Link& link, EntityBase& owner, EntityBase& target) {
  if (Slots::is_loaded(owner, *link.relationship)) return false;
  const Mapping& mapping = *link.secondary;
  const Dialect& dialect = state.writer(mapping.bind_key())->dialect();
  Parameters values = values_of(owner, link.local);
  const Parameters others = values_of(target, link.remote);
  values.insert(values.end(), others.begin(), others.end());
  std::vector<std::size_t> columns = link.secondary_local;
  columns.insert(columns.end(), link.secondary_remote.begin(), link.secondary_remote.end());
  std::string sql = "SELECT 1 FROM " + dialect.quote(mapping.name()) + " WHERE ";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) sql += " AND ";
    dialect.append_quoted(sql, mapping.column(columns[i]).name);
    sql += " = ";
    dialect.append_placeholder(sql, i + 1);
  }
  bool found = false;
  state.writer(mapping.bind_key())->execute(sql, values, [&](const Row&) {
    found = true;
    return false;
  });
  return found;
}

}  // namespace

std::vector<EntityBase*> RelationFlush::new_associations() {
  std::vector<EntityBase*> rows;
  for (const Pair& pair : added_) {
    if (!has_row(*pair.owner) || !has_row(*pair.target)) continue;
    if (!was_new_.count(pair.owner) && !was_new_.count(pair.target) &&
        is_there(state_, *pair.link, *pair.owner, *pair.target))
      continue;
    EntityBase* const row = pair.link->secondary->make_entity();
    retain(row);
    rows.push_back(row);
    row->session = state_.session;
    row->state = State::pending;
    assign_values(*row, pair.link->secondary_local, values_of(*pair.owner, pair.link->local));
    assign_values(*row, pair.link->secondary_remote, values_of(*pair.target, pair.link->remote));
  }
  return rows;
}

namespace {

struct Gone {
  const Mapping* mapping;
  std::vector<std::size_t> columns;
  Parameters values;
};

void delete_rows(SessionState& state, const Gone& gone) {
  Lease& connection = state.writer(gone.mapping->bind_key());
  const Dialect& dialect = connection->dialect();
  std::string sql = "DELETE FROM " + dialect.quote(gone.mapping->name()) + " WHERE ";
  for (std::size_t i = 0; i < gone.columns.size(); ++i) {
    if (i > 0) sql += " AND ";
    dialect.append_quoted(sql, gone.mapping->column(gone.columns[i]).name);
    sql += " = ";
    dialect.append_placeholder(sql, i + 1);
  }
  connection->execute(sql, gone.values, {});
}

}  // namespace

// A row that somebody else has deleted meanwhile is what was wanted.
void RelationFlush::delete_associations() {
  std::vector<Gone> all;
  for (const Pair& pair : removed_) {
    Gone gone{pair.link->secondary, pair.link->secondary_local, values_of(*pair.owner, pair.link->local)};
    const Parameters target = values_of(*pair.target, pair.link->remote);
    gone.columns.insert(gone.columns.end(), pair.link->secondary_remote.begin(),
                        pair.link->secondary_remote.end());
    gone.values.insert(gone.values.end(), target.begin(), target.end());
    all.push_back(std::move(gone));
  }
  for (const auto& [entity, link] : cleared_)
    all.push_back({link->secondary, link->secondary_local, values_of(*entity, link->local)});
  if (all.empty()) return;
  for (const Gone& gone : all) delete_rows(state_, gone);
  // Objects of these rows that the session knows.
  std::vector<EntityBase*> known;
  for (const auto& [identity, entity] : state_.identities) {
    const bool matches = std::any_of(all.begin(), all.end(), [e = entity](const Gone& gone) {
      return gone.mapping == e->mapping && values_of(*e, gone.columns) == gone.values;
    });
    if (matches) known.push_back(entity);
  }
  for (EntityBase* entity : known) {
    if (entity->removing) {
      deleted_.insert(entity);
      continue;
    }
    retain(entity);
    state_.levels.back().deleted.push_back(entity);
    entity->state = State::deleted;
    state_.forget(*entity);
  }
}

void RelationFlush::done() {
  for (EntityBase* entity : changed_) Slots::set_clean(*entity);
}

RelationFlush::~RelationFlush() {
  for (EntityBase* entity : changed_) release(entity);
}

}  // namespace retort::db::detail
