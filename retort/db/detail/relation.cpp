// SPDX-License-Identifier: BSD-3-Clause
// Which columns a relationship joins.
#include "retort/db/detail/relation.h"

#include <algorithm>

#include "retort/base/text.h"
#include "retort/db/error.h"

namespace retort::db::detail {
namespace {

using Direction = Link::Direction;
using Member = Relationship::Member;

std::string place(const Relationship& relationship) {
  return "relationship " + std::string(relationship.model) + "::" + std::string(relationship.name);
}

std::size_t column_named(const Mapping& mapping, const std::string& name) {
  for (std::size_t i = 0; i < mapping.columns().size(); ++i) {
    if (mapping.column(i).name == name) return i;
  }
  return Mapping::kNone;
}

std::vector<std::size_t> columns_of(const Mapping& mapping, const std::vector<std::string>& names) {
  std::vector<std::size_t> out;
  for (const std::string& name : names) out.push_back(column_named(mapping, name));
  return out;
}

std::vector<std::size_t> columns_of(const std::vector<MemberRef>& members) {
  std::vector<std::size_t> out;
  for (const MemberRef& member : members) out.push_back(member.mapping().column_at(member.offset));
  return out;
}

// What the columns refer to in `parent`, in their order; empty when no foreign key says it.
std::vector<std::size_t> referred(const Mapping& child, const std::vector<std::size_t>& columns,
                                  const Mapping& parent) {
  for (const ForeignKey& key : child.table().foreign_keys) {
    if (key.table != parent.name() || key.columns.size() != columns.size()) continue;
    std::vector<std::size_t> out;
    for (const std::size_t column : columns) {
      const auto at = std::find(key.columns.begin(), key.columns.end(), child.column(column).name);
      if (at == key.columns.end()) break;
      out.push_back(column_named(parent, key.referred[static_cast<std::size_t>(at - key.columns.begin())]));
    }
    if (out.size() == columns.size()) return out;
  }
  return {};
}

std::vector<std::size_t> require_referred(const Relationship& relationship, const Mapping& child,
                                          const std::vector<std::size_t>& columns, const Mapping& parent) {
  std::vector<std::size_t> out;
  if (std::find(columns.begin(), columns.end(), Mapping::kNone) == columns.end())
    out = referred(child, columns, parent);
  if (!out.empty()) return out;
  std::string names;
  for (const std::size_t column : columns) {
    if (column != Mapping::kNone) names += (names.empty() ? "" : ", ") + child.column(column).name;
  }
  throw ArgumentError(place(relationship) + ": no foreign key leads from " + text::repr(child.name()) + " (" +
                      names + ") to " + text::repr(parent.name()) + ": say db::references<>() of the column");
}

std::vector<const ForeignKey*> keys_between(const Mapping& child, const Mapping& parent) {
  std::vector<const ForeignKey*> out;
  for (const ForeignKey& key : child.table().foreign_keys) {
    if (key.table == parent.name()) out.push_back(&key);
  }
  return out;
}

void set_child(Link& link, bool owner_is_child, std::vector<std::size_t> own,
               std::vector<std::size_t> referred) {
  link.direction = owner_is_child ? Direction::many_to_one : Direction::one_to_many;
  (owner_is_child ? link.local : link.remote) = std::move(own);
  (owner_is_child ? link.remote : link.local) = std::move(referred);
}

void resolve_via(Link& link) {
  const Relationship& relationship = *link.relationship;
  const Mapping& child = relationship.via[0].mapping();
  const bool related = relationship.member == Member::related;
  if (&child != link.owner && &child != link.target)
    throw ArgumentError(place(relationship) + ": via<> names a column of " + text::repr(child.name()) +
                        ", which is neither side");
  const bool owner_is_child = &child == link.owner && (related || link.owner != link.target);
  if (owner_is_child && !related)
    throw ArgumentError(place(relationship) +
                        ": the foreign key is on this side, so there is one object only: "
                        "make the member a db::Related");
  const std::vector<std::size_t> columns = columns_of(relationship.via);
  set_child(link, owner_is_child, columns,
            require_referred(relationship, child, columns, owner_is_child ? *link.target : *link.owner));
}

void resolve_alone(Link& link) {
  const Relationship& relationship = *link.relationship;
  const auto own = keys_between(*link.owner, *link.target);
  const auto other = keys_between(*link.target, *link.owner);
  const bool related = relationship.member == Member::related;
  if (related && own.size() == 1) {
    return set_child(link, true, columns_of(*link.owner, own[0]->columns),
                     columns_of(*link.target, own[0]->referred));
  }
  if ((!related || own.empty()) && other.size() == 1) {
    return set_child(link, false, columns_of(*link.target, other[0]->columns),
                     columns_of(*link.owner, other[0]->referred));
  }
  const bool none = own.empty() && other.empty();
  throw ArgumentError(place(relationship) + ": " + (none ? "no" : "more than one") + " foreign key between " +
                      text::repr(link.owner->name()) + " and " + text::repr(link.target->name()) +
                      (none ? ": say db::references<>() of a column, or db::secondary<>()"
                            : " could be meant: say which by db::via<>()"));
}

void resolve_secondary(Link& link) {
  const Relationship& relationship = *link.relationship;
  link.direction = Direction::many_to_many;
  link.secondary = &relationship.secondary_local[0].mapping();
  link.secondary_local = columns_of(relationship.secondary_local);
  link.secondary_remote = columns_of(relationship.secondary_remote);
  link.local = require_referred(relationship, *link.secondary, link.secondary_local, *link.owner);
  link.remote = require_referred(relationship, *link.secondary, link.secondary_remote, *link.target);
}

const Relationship* back_of(const Relationship& relationship) {
  const Mapping& target = relationship.target();
  if (!relationship.back.empty()) {
    const Relationship* back = target.relationship_at(relationship.back[0].offset);
    if (&relationship.back[0].mapping() != &target || !back || &back->target() != &relationship.owner())
      throw ArgumentError(place(relationship) + ": back_populates<> names no relationship that leads back");
    return back;
  }
  for (const Relationship& other : target.relationships()) {
    if (!other.back.empty() && &other.back[0].mapping() == &relationship.owner() &&
        other.back[0].offset == relationship.offset)
      return &other;
  }
  return nullptr;
}

Link resolve(const Relationship& relationship) {
  Link link;
  link.relationship = &relationship;
  link.owner = &relationship.owner();
  link.target = &relationship.target();
  if (!relationship.secondary_local.empty()) {
    resolve_secondary(link);
  } else if (!relationship.via.empty()) {
    resolve_via(link);
  } else {
    resolve_alone(link);
  }
  link.by_key = link.direction == Direction::many_to_one && link.remote == link.target->key();
  link.back = back_of(relationship);
  return link;
}

}  // namespace

const Link& link_of(const Relationship& relationship) {
  if (const Link* known = __atomic_load_n(&relationship.link, __ATOMIC_ACQUIRE)) return *known;
  const Link* made = new Link(resolve(relationship));
  const Link* expected = nullptr;
  if (__atomic_compare_exchange_n(&relationship.link, &expected, made, false, __ATOMIC_ACQ_REL,
                                  __ATOMIC_ACQUIRE))
    return *made;
  delete made;
  return *expected;
}

void delete_link(const Link* link) { delete link; }

std::string label(const Relationship& relationship) {
  return relationship.owner().name() + "." + std::string(relationship.name);
}

Parameters values_of(EntityBase& entity, const std::vector<std::size_t>& columns) {
  Parameters values;
  for (const std::size_t column : columns) values.push_back(entity.mapping->get(entity.object(), column));
  return values;
}

bool has_null(const Parameters& values) {
  return std::any_of(values.begin(), values.end(), [](const Datum& value) { return value.is_null(); });
}

void assign_values(EntityBase& entity, const std::vector<std::size_t>& columns, const Parameters& values) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Datum& value = values[i];
    Cell cell{Cell::Kind::text, value.integer, value.real, value.text};
    switch (value.kind) {
      case Datum::Kind::null:
        cell.kind = Cell::Kind::null;
        break;
      case Datum::Kind::boolean:
      case Datum::Kind::integer:
        cell.kind = Cell::Kind::integer;
        break;
      case Datum::Kind::real:
        cell.kind = Cell::Kind::real;
        break;
      case Datum::Kind::bytes:
        cell.kind = Cell::Kind::bytes;
        break;
      default:
        break;
    }
    entity.mapping->set(entity.object(), columns[i], cell);
  }
}

}  // namespace retort::db::detail
