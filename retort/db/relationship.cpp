// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/relationship.h"

#include <algorithm>
#include <unordered_set>

#include "retort/db/detail/relation.h"
#include "retort/db/detail/session_state.h"
#include "retort/db/error.h"

namespace retort::db {

RelationshipOption cascade(std::string words) {
  return {RelationshipOption::Kind::cascade, {}, {}, std::move(words)};
}

namespace detail {
namespace {

using State = EntityBase::State;
using Direction = Link::Direction;

bool is_list(const Relationship& relationship) {
  return relationship.member != Relationship::Member::related;
}

template <class Slot>
Slot& slot_at(EntityBase& owner, const Relationship& relationship) {
  return *reinterpret_cast<Slot*>(static_cast<char*>(owner.object()) + relationship.offset);
}

template <class Items>
auto find_item(Items& items, const EntityBase* entity) {
  return std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.entity == entity; });
}

/// What is half done is not to be written.
struct NoAutoflush {
  explicit NoAutoflush(Session* session)
      : flag(session ? &Loader::state(*session).options.autoflush : nullptr), value(flag && *flag) {
    if (flag) *flag = false;
  }
  NoAutoflush(const NoAutoflush&) = delete;
  NoAutoflush& operator=(const NoAutoflush&) = delete;
  ~NoAutoflush() {
    if (flag) *flag = value;
  }
  bool* flag;
  bool value;
};

void require_same_session(const EntityBase& owner, const Relationship& relationship,
                          const EntityBase* target) {
  if (target && owner.session && target->session && owner.session != target->session)
    throw ArgumentError(label(relationship) + ": the object belongs to another session");
}

}  // namespace

void attach_relationships(EntityBase& entity, void* object) {
  ++entity.count;  // it has no handle yet, and is not to go
  Slots::attach(entity, object);
  --entity.count;
}

void copy_columns(const Mapping& mapping, void* to, const void* from) {
  for (const MappedColumn& column : mapping.columns()) column.type->assign(column.of(to), column.of(from));
}

// ---- the members' own ------------------------------------------------------------------------

RelatedSlot::RelatedSlot(EntityBase* target) { set(target); }

// What is in use has its place; what is not yet carries its object along.
RelatedSlot::RelatedSlot(const RelatedSlot& o) : RelationSlot() {
  if (!o.owner_ && o.target_) set(o.target_);
}
RelatedSlot::RelatedSlot(RelatedSlot&& o) noexcept : RelatedSlot(static_cast<const RelatedSlot&>(o)) {}

RelatedSlot& RelatedSlot::operator=(const RelatedSlot& o) {
  if (this == &o) return *this;
  if (owner_ && o.owner_) {
    set(o.target());
  } else if (o.touched_ || o.loaded_) {
    set(o.target_);
  }
  return *this;
}
RelatedSlot::~RelatedSlot() { Slots::destroy(*this); }
EntityBase* RelatedSlot::target() const { return Slots::get(*this); }
void RelatedSlot::set(EntityBase* target) const { Slots::set(*this, target); }

CollectionSlot::CollectionSlot(const CollectionSlot& o) : RelationSlot() {
  if (o.owner_) return;
  for (const Item& each : o.items_) append_item(each.entity);
}
CollectionSlot::CollectionSlot(CollectionSlot&& o) noexcept : RelationSlot() {
  if (!o.owner_) items_ = std::exchange(o.items_, {});
}

CollectionSlot& CollectionSlot::operator=(const CollectionSlot& o) {
  if (this == &o || (!o.owner_ && o.items_.empty())) return *this;
  if (o.owner_ && owner_) o.load();
  const std::vector<Item> items = o.items_;
  clear_items();
  for (const Item& each : items) append_item(each.entity);
  return *this;
}
CollectionSlot::~CollectionSlot() { Slots::destroy(*this); }
void CollectionSlot::load() const { Slots::load(*this); }
std::size_t CollectionSlot::count() const { return items_.size(); }
void CollectionSlot::append_item(EntityBase* entity) const { Slots::append(*this, entity); }
void CollectionSlot::remove_item(EntityBase* entity) const { Slots::remove(*this, entity); }
bool CollectionSlot::contains_item(EntityBase* entity) const { return Slots::contains(*this, entity); }
Session& CollectionSlot::session() const { return Slots::session(*this); }
void CollectionSlot::restrict(SelectBase& select) const {
  Loader::restrict(select, *owner_, link_of(*relationship_));
}

void CollectionSlot::clear_items() const {
  load();
  const std::vector<Item> items = items_;
  for (const Item& each : items) remove_item(each.entity);
}

// ---- Slots -----------------------------------------------------------------------------------

RelatedSlot& Slots::related(EntityBase& owner, const Relationship& relationship) {
  return slot_at<RelatedSlot>(owner, relationship);
}
CollectionSlot& Slots::collection(EntityBase& owner, const Relationship& relationship) {
  return slot_at<CollectionSlot>(owner, relationship);
}

void Slots::attach(EntityBase& owner, void* object) {
  for (const Relationship& relationship : owner.mapping->relationships()) {
    char* const place = static_cast<char*>(object) + relationship.offset;
    if (!is_list(relationship)) {
      RelatedSlot& slot = *reinterpret_cast<RelatedSlot*>(place);
      const Hold given(slot.target_);
      replace(slot, nullptr, false);
      slot.loaded_ = slot.touched_ = false;
      slot.owner_ = &owner;
      slot.relationship_ = &relationship;
      if (given.entity) set(slot, given.entity);
      continue;
    }
    CollectionSlot& slot = *reinterpret_cast<CollectionSlot*>(place);
    struct Given {
      std::vector<Item> items;
      ~Given() {
        for (const Item& each : items) release(each.entity);
      }
    } const given{std::exchange(slot.items_, {})};
    slot.owner_ = &owner;
    slot.relationship_ = &relationship;
    for (const Item& each : given.items) append(slot, each.entity);
  }
}

Session& Slots::session(const RelationSlot& slot) {
  if (!slot.owner_)
    throw DetachedInstanceError("a relationship of a struct that no session knows cannot be loaded");
  if (slot.owner_->session && slot.owner_->state != State::transient) return *slot.owner_->session;
  throw DetachedInstanceError(
      label(*slot.relationship_) +
      " cannot be loaded: its object is not bound to a session (the session was closed, or the object "
      "expunged); load it with the query, by .options(db::selectinload<&" +
      std::string(slot.relationship_->model) + "::" + std::string(slot.relationship_->name) + ">())");
}

// Whether the database is to be asked for it.
bool Slots::ready(const RelationSlot& slot) {
  if (!slot.owner_) return true;
  if (slot.owner_->expired) load_expired(*slot.owner_);
  if (slot.loaded_ || slot.owner_->state == State::transient) return true;
  session(slot);
  if (slot.owner_->state == State::pending) return true;
  if (slot.raises_ || slot.relationship_->lazy == Relationship::Lazy::raise)
    throw InvalidRequestError(label(*slot.relationship_) +
                              " is not loaded, and may not be loaded one object at a time (lazy='raise')");
  return false;
}

void Slots::replace(const RelatedSlot& slot, EntityBase* target, bool held) {
  if (held) retain(target);
  EntityBase* const before = slot.held_ ? slot.target_ : nullptr;
  slot.target_ = target;
  slot.held_ = held && target;
  release(before);
}

EntityBase* Slots::get(const RelatedSlot& slot) {
  if (!ready(slot)) {
    const Link& link = link_of(*slot.relationship_);
    fill(slot, Loader::one(*slot.owner_->session, *slot.owner_, link, true));
  } else if (slot.owner_ && !slot.loaded_ && slot.owner_->state == State::pending) {
    // Not kept: the columns may still change.
    const Link& link = link_of(*slot.relationship_);
    if (link.direction == Direction::many_to_one)
      return Loader::one(*slot.owner_->session, *slot.owner_, link, false);
  }
  return slot.target_;
}

EntityBase* Slots::known(const RelatedSlot& slot) {
  if (slot.loaded_ || !slot.owner_ || !slot.owner_->session || slot.owner_->state != State::persistent)
    return slot.target_;
  const Link& link = link_of(*slot.relationship_);
  return link.by_key ? Loader::in_memory(*slot.owner_->session, *slot.owner_, link) : nullptr;
}

void Slots::fill(const RelatedSlot& slot, EntityBase* target) {
  if (slot.loaded_) return;
  replace(slot, target, true);
  slot.loaded_ = true;
}

void Slots::set(const RelatedSlot& slot, EntityBase* target) {
  const Hold hold_target(target), hold_owner(slot.owner_);
  if (!slot.owner_) {
    replace(slot, target, true);
    slot.touched_ = slot.loaded_ = true;
    return;
  }
  EntityBase& owner = *slot.owner_;
  const Link& link = link_of(*slot.relationship_);
  require_same_session(owner, *slot.relationship_, target);
  const NoAutoflush no_autoflush(owner.session);
  const bool asks = link.direction == Direction::one_to_many || slot.relationship_->cascade.delete_orphan ||
                    (link.back && link.back->cascade.delete_orphan);
  const bool can_ask = owner.state == State::persistent && owner.session;
  const Hold old(asks && can_ask ? get(slot) : known(slot));
  const bool touched = std::exchange(slot.touched_, true);
  replace(slot, target, true);
  slot.loaded_ = true;
  if (old.entity != target) {
    if (old.entity && !touched && !slot.replaced_) {
      slot.replaced_ = old.entity;
      retain(old.entity);
    }
    if (link.back && old.entity) mirror_remove(*old.entity, *link.back, owner);
    if (link.back && target) mirror_add(*target, *link.back, owner);
  }
  if (target && owner.session && !target->session && slot.relationship_->cascade.save_update)
    add_to_session(*owner.session, *target);
}

void Slots::drop(const RelatedSlot& slot) {
  EntityBase* const target = std::exchange(slot.target_, nullptr);
  EntityBase* const replaced = std::exchange(slot.replaced_, nullptr);
  const bool held = std::exchange(slot.held_, false);
  slot.loaded_ = slot.touched_ = false;
  if (target && held) {
    if (const Link& link = link_of(*slot.relationship_); link.back)
      unlink(*target, *link.back, *slot.owner_, false);
    release(target);
  }
  release(replaced);
}

void Slots::destroy(const RelatedSlot& slot) {
  EntityBase* const target = std::exchange(slot.target_, nullptr);
  if (target && slot.held_) {
    if (slot.owner_) {
      if (const Link& link = link_of(*slot.relationship_); link.back)
        unlink(*target, *link.back, *slot.owner_, true);
    }
    release(target);
  }
  release(slot.replaced_);
}

// ---- collections -----------------------------------------------------------------------------

void Slots::load(const CollectionSlot& slot) {
  if (ready(slot)) return;
  const Link& link = link_of(*slot.relationship_);
  fill(slot, Loader::many(*slot.owner_->session, *slot.owner_, link, true));
}

void Slots::fill(const CollectionSlot& slot, const std::vector<EntityBase*>& entities) {
  if (slot.loaded_) return;
  std::unordered_set<const EntityBase*> except;
  for (const Item& each : slot.items_) except.insert(each.entity);
  for (const Item& each : slot.removed_) except.insert(each.entity);
  std::vector<Item> items;
  for (EntityBase* entity : entities) {
    if (!except.empty() && except.count(entity)) continue;
    retain(entity);
    items.push_back({entity, true, false, false});
  }
  items.insert(items.end(), slot.items_.begin(), slot.items_.end());
  slot.items_ = std::move(items);
  slot.loaded_ = true;
}

bool Slots::contains(const CollectionSlot& slot, EntityBase* entity) {
  if (!entity) return false;
  if (slot.owner_ && !slot.loaded_) {
    const Link& link = link_of(*slot.relationship_);
    if (link.back && !is_list(*link.back) && known(related(*entity, *link.back)) == slot.owner_) return true;
  }
  load(slot);
  return find_item(slot.items_, entity) != slot.items_.end();
}

void Slots::append(const CollectionSlot& slot, EntityBase* entity) {
  if (!entity) throw ArgumentError("an empty handle was appended to a relationship");
  if (!slot.owner_) {
    retain(entity);
    slot.items_.push_back({entity, true, true, false});
    return;
  }
  EntityBase& owner = *slot.owner_;
  const Hold hold_owner(&owner);
  const Link& link = link_of(*slot.relationship_);
  require_same_session(owner, *slot.relationship_, entity);
  const NoAutoflush no_autoflush(owner.session);
  const bool single = link.back && !is_list(*link.back);
  if (const auto gone = find_item(slot.removed_, entity); gone != slot.removed_.end()) {
    if (slot.loaded_) {
      slot.items_.push_back({entity, true, false, false});
    } else {
      release(entity);
    }
    slot.removed_.erase(gone);
  } else {
    if (single) {
      if (entity->expired) load_expired(*entity);
      const bool there = known(related(*entity, *link.back)) == &owner;
      if (there && (!slot.loaded_ || find_item(slot.items_, entity) != slot.items_.end())) return;
    } else if (find_item(slot.items_, entity) != slot.items_.end()) {
      return;
    }
    retain(entity);
    slot.items_.push_back({entity, true, true, false});
    slot.dirty_ = true;
  }
  if (link.back) mirror_add(*entity, *link.back, owner);
  if (owner.session && !entity->session && slot.relationship_->cascade.save_update)
    add_to_session(*owner.session, *entity);
}

void Slots::remove(const CollectionSlot& slot, EntityBase* entity) {
  if (!entity) return;
  const bool write_only =
      slot.relationship_ && slot.relationship_->member == Relationship::Member::write_only;
  if (!write_only) load(slot);
  const auto at = find_item(slot.items_, entity);
  const Hold hold(entity), hold_owner(slot.owner_);
  if (at == slot.items_.end() && !write_only) return;
  const Item item = at == slot.items_.end() ? Item{entity, false, false, false} : *at;
  if (at != slot.items_.end()) slot.items_.erase(at);
  if (slot.owner_ && !item.added) {
    retain(entity);
    slot.removed_.push_back({entity, true, false, false});
    slot.dirty_ = true;
  }
  if (item.held) release(entity);
  if (!slot.owner_) return;
  const Link& link = link_of(*slot.relationship_);
  if (link.back) mirror_remove(*entity, *link.back, *slot.owner_);
}

void Slots::drop(const CollectionSlot& slot) {
  const std::vector<Item> items = std::exchange(slot.items_, {});
  const std::vector<Item> removed = std::exchange(slot.removed_, {});
  slot.loaded_ = slot.dirty_ = false;
  const Relationship* back = items.empty() ? nullptr : link_of(*slot.relationship_).back;
  for (const Item& each : items) {
    if (!each.held) continue;
    if (back) unlink(*each.entity, *back, *slot.owner_, false);
    release(each.entity);
  }
  for (const Item& each : removed) release(each.entity);
}

void Slots::destroy(const CollectionSlot& slot) {
  const std::vector<Item> items = std::exchange(slot.items_, {});
  const Relationship* back = items.empty() || !slot.owner_ ? nullptr : link_of(*slot.relationship_).back;
  for (const Item& each : items) {
    if (!each.held) continue;
    if (back) unlink(*each.entity, *back, *slot.owner_, true);
    release(each.entity);
  }
  for (const Item& each : slot.removed_) release(each.entity);
}

// ---- the other side --------------------------------------------------------------------------

// What a mirror leads to until now. Where the key is on the other side only the database knows.
EntityBase* Slots::before(const RelatedSlot& slot, const Link& link) {
  const EntityBase& owner = *slot.owner_;
  const bool asks = link.direction == Direction::one_to_many && owner.state == State::persistent &&
                    owner.session && !slot.loaded_;
  if (!asks) return known(slot);
  const NoAutoflush no_autoflush(owner.session);
  return get(slot);
}

void Slots::mirror_add(EntityBase& of, const Relationship& relationship, EntityBase& entity) {
  const Link& link = link_of(relationship);
  if (is_list(relationship)) {
    const CollectionSlot& slot = collection(of, relationship);
    if (const auto gone = find_item(slot.removed_, &entity); gone != slot.removed_.end()) {
      if (slot.loaded_) {
        slot.items_.push_back({&entity, true, false, true});
      } else {
        release(&entity);
      }
      slot.removed_.erase(gone);
      return;
    }
    if (link.direction == Direction::many_to_many && find_item(slot.items_, &entity) != slot.items_.end())
      return;
    slot.items_.push_back({&entity, false, true, true});
    slot.dirty_ = true;
    return;
  }
  const RelatedSlot& slot = related(of, relationship);
  const Hold old(before(slot, link));
  if (slot.loaded_ && slot.target_ == &entity) return;
  const bool touched = std::exchange(slot.touched_, true);
  replace(slot, &entity, false);
  slot.loaded_ = true;
  if (!old.entity || old.entity == &entity) return;
  if (!touched && !slot.replaced_) {
    slot.replaced_ = old.entity;
    retain(old.entity);
  }
  if (link.back) mirror_remove(*old.entity, *link.back, of);
}

void Slots::mirror_remove(EntityBase& of, const Relationship& relationship, EntityBase& entity) {
  if (!is_list(relationship)) {
    const RelatedSlot& slot = related(of, relationship);
    if (before(slot, link_of(relationship)) != &entity) return;
    const Hold hold(&entity);
    if (!slot.touched_ && !slot.replaced_) {
      slot.replaced_ = &entity;
      retain(&entity);
    }
    replace(slot, nullptr, false);
    slot.loaded_ = slot.touched_ = true;
    return;
  }
  const CollectionSlot& slot = collection(of, relationship);
  const Hold hold(&entity);
  const auto at = find_item(slot.items_, &entity);
  const Item item = at == slot.items_.end() ? Item{&entity, false, slot.loaded_, true} : *at;
  if (at != slot.items_.end()) slot.items_.erase(at);
  if (!item.added) {
    retain(&entity);
    slot.removed_.push_back({&entity, true, false, true});
    slot.dirty_ = true;
  }
  if (item.held) release(&entity);
}

void Slots::unlink(EntityBase& of, const Relationship& relationship, EntityBase& entity, bool dying) {
  if (is_list(relationship)) {
    const CollectionSlot& slot = collection(of, relationship);
    const auto at = find_item(slot.items_, &entity);
    if (at == slot.items_.end() || at->held) return;
    if (dying) {
      slot.items_.erase(at);
    } else {
      at->held = true;
      retain(&entity);
    }
    return;
  }
  const RelatedSlot& slot = related(of, relationship);
  if (slot.target_ != &entity || slot.held_) return;
  if (dying) {
    slot.target_ = nullptr;
    slot.loaded_ = slot.touched_ = false;
  } else {
    slot.held_ = true;
    retain(&entity);
  }
}

// ---- whole objects ---------------------------------------------------------------------------

std::vector<EntityBase*> Slots::reached(EntityBase& entity, const Relationship& relationship) {
  std::vector<EntityBase*> out;
  if (!is_list(relationship)) {
    const RelatedSlot& slot = related(entity, relationship);
    if (slot.target_) out.push_back(slot.target_);
    return out;
  }
  for (const Item& each : collection(entity, relationship).items_) out.push_back(each.entity);
  return out;
}

bool Slots::is_loaded(EntityBase& entity, const Relationship& relationship) {
  return is_list(relationship) ? collection(entity, relationship).loaded_
                               : related(entity, relationship).loaded_;
}

void Slots::mark_raises(EntityBase& entity, const Relationship& relationship) {
  slot_at<RelationSlot>(entity, relationship).raises_ = true;
}

bool Slots::is_changed(EntityBase& entity) {
  for (const Relationship& relationship : entity.mapping->relationships()) {
    if (is_list(relationship) ? collection(entity, relationship).dirty_
                              : related(entity, relationship).touched_)
      return true;
  }
  return false;
}

void Slots::set_clean(EntityBase& entity) {
  for (const Relationship& relationship : entity.mapping->relationships()) {
    if (!is_list(relationship)) {
      const RelatedSlot& slot = related(entity, relationship);
      slot.touched_ = false;
      release(std::exchange(slot.replaced_, nullptr));
      continue;
    }
    const CollectionSlot& slot = collection(entity, relationship);
    slot.dirty_ = false;
    for (Item& each : slot.items_) each.added = false;
    for (const Item& each : std::exchange(slot.removed_, {})) release(each.entity);
  }
}

void Slots::set_dirty(EntityBase& entity) {
  for (const Relationship& relationship : entity.mapping->relationships()) {
    if (!is_list(relationship)) {
      const RelatedSlot& slot = related(entity, relationship);
      slot.touched_ = slot.target_ != nullptr;
      continue;
    }
    const CollectionSlot& slot = collection(entity, relationship);
    for (Item& each : slot.items_) each.added = true;
    slot.dirty_ = !slot.items_.empty();
  }
}

void Slots::reset(EntityBase& entity) {
  for (const Relationship& relationship : entity.mapping->relationships()) {
    if (is_list(relationship)) {
      drop(collection(entity, relationship));
    } else {
      drop(related(entity, relationship));
    }
  }
}

void Slots::add_to_session(Session& session, EntityBase& entity) {
  if (entity.state != State::deleted) session.add_entity(entity);
}

void Slots::delete_entity(Session& session, EntityBase& entity) { session.delete_entity(entity); }

std::vector<EntityBase*> Slots::deleted_with(EntityBase& entity) {
  const NoAutoflush no_autoflush(entity.session);
  std::vector<EntityBase*> all;
  std::unordered_set<EntityBase*> seen;
  const auto add = [&](EntityBase* each) {
    if (each->session == entity.session && each->state != State::deleted && seen.insert(each).second)
      all.push_back(each);
  };
  for (const Relationship& relationship : entity.mapping->relationships()) {
    if (!relationship.cascade.delete_) continue;
    if (!is_list(relationship)) {
      if (EntityBase* target = get(related(entity, relationship))) add(target);
      continue;
    }
    for (EntityBase* each : reached(entity, relationship)) add(each);
    if (relationship.passive_deletes || is_loaded(entity, relationship)) continue;
    for (EntityBase* each : Loader::many(*entity.session, entity, link_of(relationship), false)) add(each);
  }
  return all;
}

bool Slots::is_given(const void* object, const Relationship& relationship) {
  const char* const place = static_cast<const char*>(object) + relationship.offset;
  if (is_list(relationship)) {
    const CollectionSlot& slot = *reinterpret_cast<const CollectionSlot*>(place);
    return slot.owner_ ? slot.dirty_ : !slot.items_.empty();
  }
  const RelatedSlot& slot = *reinterpret_cast<const RelatedSlot*>(place);
  return slot.owner_ ? slot.touched_ : slot.target_ != nullptr;
}

}  // namespace detail
}  // namespace retort::db
