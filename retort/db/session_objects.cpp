// SPDX-License-Identifier: BSD-3-Clause
// How objects come into a session and leave it, with what their cascades reach.
#include <algorithm>

#include "retort/base/text.h"
#include "retort/db/detail/relation.h"
#include "retort/db/detail/session_state.h"
#include "retort/db/session.h"

namespace retort::db {

using detail::EntityBase;
using State = detail::EntityBase::State;

void Session::add_entity(EntityBase& first) {
  if (first.removing && first.session == this) return keep_entity(first);
  if (!attach_entity(first)) return;
  detail::Worklist todo(first);
  while (EntityBase* const entity = todo.take()) {
    if (entity != &first && (entity->session == this || entity->state == State::deleted)) continue;
    if (entity != &first && !attach_entity(*entity)) continue;
    std::vector<EntityBase*> all;
    for (const Relationship& relationship : entity->mapping->relationships()) {
      if (!relationship.cascade.save_update) continue;
      const std::vector<EntityBase*> more = detail::Slots::reached(*entity, relationship);
      all.insert(all.end(), more.begin(), more.end());
    }
    std::erase_if(all, [&](EntityBase* each) { return each->session == this; });
    todo.add(all);
  }
}

// Whether it is new here.
bool Session::attach_entity(EntityBase& entity) {
  if (entity.session && entity.session != this)
    throw ArgumentError("table " + text::repr(entity.mapping->name()) +
                        ": the object belongs to another session");
  switch (entity.state) {
    case State::transient:
      entity.state = State::pending;
      entity.session = this;
      detail::retain(&entity);
      state_->pending.push_back(&entity);
      return true;
    case State::detached:
      state_->remember(entity);
      entity.state = State::persistent;
      entity.session = this;
      return true;
    case State::deleted:
      throw ArgumentError("table " + text::repr(entity.mapping->name()) + ": the object was deleted");
    case State::pending:
    case State::persistent:
      break;
  }
  return false;
}

// It was to be deleted, and what was marked because of it.
void Session::keep_entity(EntityBase& first) {
  detail::Worklist todo(first);
  while (EntityBase* const entity = todo.take()) {
    if (!entity->removing || entity->session != this) continue;
    std::vector<EntityBase*> all;
    for (const auto& [marked, by] : state_->marked_by) {
      if (by == entity) all.push_back(marked);
    }
    todo.add(all);
    entity->removing = false;
    state_->marked_by.erase(entity);
    std::erase(state_->removed, entity);
    detail::release(entity);
  }
}

void Session::delete_entity(EntityBase& first) {
  if (first.session != this)
    throw ArgumentError("table " + text::repr(first.mapping->name()) +
                        ": delete of an object that is not of this session");
  detail::Worklist todo(first);
  while (EntityBase* const entity = todo.take()) {
    if (entity->session != this || entity->state == State::deleted || entity->removing) continue;
    if (entity->state == State::pending) {
      expunge_entity(*entity);
      continue;
    }
    entity->removing = true;
    detail::retain(entity);
    state_->removed.push_back(entity);
    const std::vector<EntityBase*> reached = detail::Slots::deleted_with(*entity);
    for (EntityBase* each : reached) {
      if (!each->removing) state_->marked_by.emplace(each, entity);
    }
    todo.add(reached);
  }
}

void Session::expunge_entity(EntityBase& first) {
  detail::Worklist todo(first);
  while (EntityBase* const entity = todo.take()) {
    if (entity->session != this) continue;
    entity->session = nullptr;
    for (const Relationship& relationship : entity->mapping->relationships()) {
      if (relationship.cascade.expunge) todo.add(detail::Slots::reached(*entity, relationship));
    }
    const auto pending = std::find(state_->pending.begin(), state_->pending.end(), entity);
    if (pending != state_->pending.end()) {
      entity->state = State::transient;
      state_->pending.erase(pending);
      detail::release(entity);
      continue;
    }
    if (std::exchange(entity->removing, false)) {
      std::erase(state_->removed, entity);
      state_->marked_by.erase(entity);
      detail::release(entity);
    }
    state_->detach(*entity);
  }
}

EntityBase* Session::merge_object(const Mapping& mapping, const void* object) {
  for (const Relationship& relationship : mapping.relationships()) {
    if (detail::Slots::is_given(object, relationship))
      throw ArgumentError(detail::label(relationship) +
                          ": merge() takes columns alone, and the relationship is set: assign it to what "
                          "merge() gives");
  }
  Parameters key;
  for (const std::size_t column : mapping.key()) key.push_back(mapping.get(object, column));
  const bool numbered = mapping.autoincrement_column() != Mapping::kNone && key[0].integer == 0;
  EntityBase* entity = numbered ? nullptr : get_entity(mapping, key);
  const bool is_new = !entity;
  if (is_new) entity = mapping.make_entity();
  const detail::Hold hold(entity);
  const std::size_t version = is_new ? Mapping::kNone : mapping.version_column();
  if (version != Mapping::kNone) {
    const std::int64_t given = mapping.get(object, version).integer;
    if (given != 0 && given != detail::value_of(*entity, version).integer)
      throw StaleDataError("table " + text::repr(mapping.name()) +
                           ": merge() of an object whose row was changed meanwhile");
  }
  for (std::size_t i = 0; i < mapping.columns().size(); ++i) {
    const MappedColumn& column = mapping.columns()[i];
    if (i != version) column.type->assign(column.of(entity->object()), column.of(object));
  }
  if (is_new) add_entity(*entity);
  return entity;
}

}  // namespace retort::db
