// SPDX-License-Identifier: BSD-3-Clause
// Reads what relationships lead to: one object's at its access, or many objects' at once.
#include <algorithm>
#include <unordered_set>

#include "retort/base/text.h"
#include "retort/db/detail/node.h"
#include "retort/db/detail/relation.h"
#include "retort/db/detail/session_state.h"
#include "retort/db/error.h"

namespace retort::db::detail {
namespace {

using Direction = Link::Direction;
using How = LoadOption::How;
using Lazy = Relationship::Lazy;

/// Keys in one IN (...): far below what either database binds at most.
constexpr std::size_t kChunk = 500;
/// Models whose tables say that they load each other end here.
constexpr int kMaxDepth = 8;

Clause column_of(const Mapping& mapping, std::size_t column, std::string_view alias = {}) {
  return make_column(mapping, mapping.columns()[column].offset, alias);
}

Clause both(Clause known, Clause added) {
  return known ? make_binary(Op::and_, std::move(known), std::move(added)) : added;
}

Clause equal_columns(const Mapping& a, const std::vector<std::size_t>& of_a, std::string_view alias_a,
                     const Mapping& b, const std::vector<std::size_t>& of_b, std::string_view alias_b) {
  Clause out;
  for (std::size_t i = 0; i < of_a.size(); ++i)
    out = both(std::move(out),
               make_binary(Op::equal, column_of(a, of_a[i], alias_a), column_of(b, of_b[i], alias_b)));
  return out;
}

Clause equal_values(const Mapping& mapping, const std::vector<std::size_t>& columns,
                    const Parameters& values) {
  Clause out;
  for (std::size_t i = 0; i < columns.size(); ++i)
    out = both(std::move(out), make_binary(Op::equal, column_of(mapping, columns[i]), make_bind(values[i])));
  return out;
}

Clause among(const Mapping& mapping, const std::vector<std::size_t>& columns,
             const std::vector<Parameters>& keys, std::size_t from, std::size_t to) {
  if (columns.size() == 1) {
    std::vector<Clause> values;
    for (std::size_t i = from; i < to; ++i) values.push_back(make_bind(keys[i][0]));
    return make_list(Op::in, column_of(mapping, columns[0]), std::move(values));
  }
  std::vector<Clause> each;
  for (std::size_t i = from; i < to; ++i) each.push_back(equal_values(mapping, columns, keys[i]));
  return make_chain(Op::or_, std::move(each));
}

// The table and columns that an owner's values are looked up by.
const Mapping& lookup_mapping(const Link& link) { return link.secondary ? *link.secondary : *link.target; }
const std::vector<std::size_t>& lookup_columns(const Link& link) {
  return link.secondary ? link.secondary_local : link.remote;
}

std::vector<EntityBase*> unique(const std::vector<EntityBase*>& entities) {
  std::unordered_set<EntityBase*> seen;
  std::vector<EntityBase*> out;
  for (EntityBase* each : entities) {
    if (each && seen.insert(each).second) out.push_back(each);
  }
  return out;
}

using Found = std::unordered_map<Identity, std::vector<EntityBase*>, IdentityHash>;

void fill(EntityBase& owner, const Link& link, const std::vector<EntityBase*>& targets) {
  if (link.is_list()) {
    Slots::fill(Slots::collection(owner, *link.relationship), targets);
  } else {
    Slots::fill(Slots::related(owner, *link.relationship), targets.empty() ? nullptr : targets.front());
  }
}

void add_order(SelectData& data, const Relationship& relationship, std::string_view alias = {}) {
  for (const OrderItem& each : relationship.order) {
    Clause column = make_column(each.member.mapping(), each.member.offset, alias);
    data.order_by.push_back(make_order(std::move(column), each.descending, 0));
  }
}

/// While what is counted by relationship is not counted by statement too. An object that no
/// counted query has read is.
struct Loading {
  Loading(LoadCounter& c, const EntityBase& owner) : counter(c), before(c.loading) {
    counter.loading = owner.from_query != 0;
  }
  Loading(const Loading&) = delete;
  Loading& operator=(const Loading&) = delete;
  ~Loading() { counter.loading = before; }
  LoadCounter& counter;
  bool before;
};

}  // namespace

SessionState& Loader::state(Session& session) { return *session.state_; }

void Loader::base(SelectBase& select, const Link& link) {
  SelectData& data = select.data();
  for (std::size_t i = 0; i < link.target->columns().size(); ++i)
    data.columns.push_back(column_of(*link.target, i));
  data.sources.push_back({link.target, {}});
  if (link.secondary) {
    data.joins.push_back(
        {0,
         {link.secondary, {}},
         equal_columns(*link.secondary, link.secondary_remote, {}, *link.target, link.remote, {})});
  }
  add_order(data, *link.relationship);
}

void Loader::restrict(SelectBase& select, EntityBase& owner, const Link& link) {
  SelectData& data = select.data();
  if (owner.expired) load_expired(owner);
  if (link.secondary && data.joins.empty()) {
    data.joins.push_back(
        {0,
         {link.secondary, {}},
         equal_columns(*link.secondary, link.secondary_remote, {}, *link.target, link.remote, {})});
  }
  if (data.order_by.empty()) add_order(data, *link.relationship);
  // An object that is new has no key yet: its values, or NULL, match no row.
  data.where = both(std::move(data.where),
                    equal_values(lookup_mapping(link), lookup_columns(link), values_of(owner, link.local)));
}

EntityBase* Loader::in_memory(Session& session, EntityBase& owner, const Link& link) {
  if (owner.expired) return nullptr;
  const Parameters values = values_of(owner, link.local);
  if (has_null(values)) return nullptr;
  const auto& identities = session.state_->identities;
  const auto at = identities.find(identity_of(*link.target, values));
  return at == identities.end() ? nullptr : at->second;
}

EntityBase* Loader::one(Session& session, EntityBase& owner, const Link& link, bool autoflush) {
  if (link.direction == Direction::many_to_one) {
    const Parameters values = values_of(owner, link.local);
    if (has_null(values)) return nullptr;
    if (link.by_key) {
      if (EntityBase* known = in_memory(session, owner, link); known && !known->expired) return known;
      count(session, owner, *link.relationship);
      const Loading loading(session.state_->counter, owner);
      return session.get_entity(*link.target, values);
    }
  }
  const std::vector<EntityBase*> found = many(session, owner, link, autoflush);
  return found.empty() ? nullptr : found.front();
}

std::vector<EntityBase*> Loader::many(Session& session, EntityBase& owner, const Link& link, bool autoflush) {
  SelectBase select;
  base(select, link);
  restrict(select, owner, link);
  std::vector<EntityBase*> out;
  bool& flag = session.state_->options.autoflush;
  struct Restore {
    bool& flag;
    bool value;
    ~Restore() { flag = value; }
  } restore{flag, flag};
  flag = flag && autoflush;
  count(session, owner, *link.relationship);
  const Loading loading(session.state_->counter, owner);
  session.run_query(select, *link.target, {}, {}, [&](EntityBase* entity) {
    out.push_back(entity);
    return true;
  });
  return unique(out);
}

// ---- many objects at once --------------------------------------------------------------------

std::vector<Loader::Plan> Loader::plans(const Mapping& mapping, const std::vector<LoadOption>& options) {
  std::vector<Plan> out;
  std::vector<const Relationship*> named;
  for (const LoadOption& option : options) {
    if (&option.member.mapping() != &mapping) throw ArgumentError("a load option is another model's");
    const Relationship* relationship = mapping.relationship_at(option.member.offset);
    if (!relationship)
      throw ArgumentError("a load option of " + text::repr(mapping.name()) + " names no relationship");
    if (relationship->member == Relationship::Member::write_only)
      throw ArgumentError(label(*relationship) + " is write-only: it is never loaded");
    named.push_back(relationship);
    out.push_back({relationship, option.how, option.nested});
  }
  for (const Relationship& relationship : mapping.relationships()) {
    if (relationship.lazy != Lazy::joined && relationship.lazy != Lazy::selectin) continue;
    if (std::find(named.begin(), named.end(), &relationship) != named.end()) continue;
    out.push_back({&relationship, relationship.lazy == Lazy::joined ? How::joined : How::selectin, {}});
  }
  return out;
}

namespace {

// Owners by the values that they are found by. Those of many-to-one that are in memory get theirs.
Found group_owners(const std::vector<EntityBase*>& owners, const Link& link, std::vector<Parameters>& keys) {
  Found by_key;
  for (EntityBase* owner : owners) {
    if (Slots::is_loaded(*owner, *link.relationship)) continue;
    Parameters values = values_of(*owner, link.local);
    if (has_null(values)) {
      fill(*owner, link, {});
      continue;
    }
    std::vector<EntityBase*>& same = by_key[identity_of(*link.target, values)];
    if (same.empty()) keys.push_back(std::move(values));
    same.push_back(owner);
  }
  return by_key;
}

}  // namespace

void Loader::select_in(Session& session, const std::vector<EntityBase*>& owners, const Plan& plan,
                       int depth) {
  const Link& link = link_of(*plan.relationship);
  std::vector<Parameters> keys;
  const Found by_key = group_owners(owners, link, keys);
  if (link.by_key) {
    std::erase_if(keys, [&](const Parameters& key) {
      const auto at = session.state_->identities.find(identity_of(*link.target, key));
      return at != session.state_->identities.end() && !at->second->expired;
    });
  }
  Found found;
  EntityBase* const scratch = link.secondary ? link.secondary->make_entity() : nullptr;
  retain(scratch);
  struct Guard {
    EntityBase* entity;
    ~Guard() { release(entity); }
  } guard{scratch};
  for (std::size_t at = 0; at < keys.size(); at += kChunk) {
    SelectBase select;
    base(select, link);
    SelectData& data = select.data();
    const std::size_t width = data.columns.size();
    if (link.secondary) {
      for (const std::size_t column : link.secondary_local)
        data.columns.push_back(column_of(*link.secondary, column));
    }
    data.where =
        among(lookup_mapping(link), lookup_columns(link), keys, at, std::min(at + kChunk, keys.size()));
    session.run(select, [&](const Row& row) {
      EntityBase* const target = session.entity_of(*link.target, row, 0);
      if (scratch) {
        for (std::size_t i = 0; i < link.secondary_local.size(); ++i)
          link.secondary->set(scratch->object(), link.secondary_local[i], row.cell(width + i));
      }
      const Parameters values =
          scratch ? values_of(*scratch, link.secondary_local) : values_of(*target, link.remote);
      found[identity_of(*link.target, values)].push_back(target);
      return true;
    });
  }
  std::vector<EntityBase*> reached;
  for (const auto& [key, same] : by_key) {
    std::vector<EntityBase*> targets = found[key];
    if (link.by_key && targets.empty()) {
      const auto known = session.state_->identities.find(key);
      if (known != session.state_->identities.end()) targets.push_back(known->second);
    }
    for (EntityBase* owner : same) fill(*owner, link, targets);
  }
  for (EntityBase* owner : owners) {
    const auto more = Slots::reached(*owner, *plan.relationship);
    reached.insert(reached.end(), more.begin(), more.end());
  }
  after_query(session, *link.target, unique(reached), plan.nested, depth + 1);
}

void Loader::after_query(Session& session, const Mapping& mapping, const std::vector<EntityBase*>& entities,
                         const std::vector<LoadOption>& options, int depth) {
  if (entities.empty() || depth > kMaxDepth || (options.empty() && mapping.relationships().empty())) return;
  for (const Plan& plan : plans(mapping, options)) {
    if (plan.how == How::raise) {
      for (EntityBase* each : entities) Slots::mark_raises(*each, *plan.relationship);
    } else if (plan.how != How::lazy) {
      select_in(session, entities, plan, depth);
    }
  }
}

// ---- with the query's own statement ----------------------------------------------------------

namespace {

/// A relationship that is read from further columns of the query's rows.
struct Join {
  const Link* link;
  std::size_t parent;  ///< which join its owner is of; kNone: the query's own
  std::size_t first;   ///< column
  std::vector<LoadOption> nested;
  std::unordered_map<EntityBase*, std::vector<EntityBase*>> lists = {};
};

class JoinedQuery {
 public:
  JoinedQuery(const SelectBase& select, const Mapping& mapping, const std::vector<LoadOption>& options)
      : select_(select), mapping_(mapping) {
    const SelectData& data = select_.data();
    plain_ = data.compounds.empty() && data.group_by.empty() && !data.distinct;
    cut_ = data.limit || data.offset;
    if (plain_) add(mapping, Mapping::kNone, {}, options, 0);
  }

  bool any() const { return !joins_.empty(); }
  const SelectBase& select() const { return select_; }

  template <class EntityOf>
  EntityBase* read(const Row& row, const EntityOf& entity_of) {
    EntityBase* const entity = entity_of(mapping_, row, 0);
    std::vector<EntityBase*> at(joins_.size());
    for (std::size_t i = 0; i < joins_.size(); ++i) {
      Join& join = joins_[i];
      EntityBase* const owner = join.parent == Mapping::kNone ? entity : at[join.parent];
      if (!owner) continue;
      std::vector<EntityBase*>& list = join.lists[owner];
      const Mapping& target = *join.link->target;
      if (row.cell(join.first + target.key()[0]).is_null()) continue;
      at[i] = entity_of(target, row, join.first);
      if (list.empty() || list.back() != at[i]) list.push_back(at[i]);
    }
    return entity;
  }

  void finish() {
    for (Join& join : joins_) {
      for (auto& [owner, list] : join.lists) fill(*owner, *join.link, unique(list));
    }
  }

 private:
  void add(const Mapping& mapping, std::size_t parent, std::string_view parent_alias,
           const std::vector<LoadOption>& options, int depth) {
    if (depth > kMaxDepth / 2) return;
    for (const Loader::Plan& plan : Loader::plans(mapping, options)) {
      if (plan.how != How::joined) continue;
      const Link& link = link_of(*plan.relationship);
      // Rows that are counted must stay one for each object; select_in reads these.
      if (link.direction != Direction::many_to_one && cut_) continue;
      SelectData& data = select_.data();
      const std::string number = std::to_string(joins_.size() + 1);
      const std::string alias = link.target->name() + "_j" + number;
      if (link.secondary) {
        const std::string through = link.secondary->name() + "_j" + number;
        data.joins.push_back({1,
                              {link.secondary, through},
                              equal_columns(mapping, link.local, parent_alias, *link.secondary,
                                            link.secondary_local, through)});
        data.joins.push_back({1,
                              {link.target, alias},
                              equal_columns(*link.secondary, link.secondary_remote, through, *link.target,
                                            link.remote, alias)});
      } else {
        data.joins.push_back(
            {1,
             {link.target, alias},
             equal_columns(mapping, link.local, parent_alias, *link.target, link.remote, alias)});
      }
      const std::size_t first = data.columns.size();
      for (std::size_t i = 0; i < link.target->columns().size(); ++i)
        data.columns.push_back(column_of(*link.target, i, alias));
      add_order(data, *plan.relationship, alias);
      joins_.push_back({&link, parent, first, plan.nested});
      add(*link.target, joins_.size() - 1, alias, plan.nested, depth + 1);
    }
  }

  SelectBase select_;
  const Mapping& mapping_;
  bool plain_ = false;
  bool cut_ = false;
  std::vector<Join> joins_;
};

}  // namespace

void Loader::query(Session& session, const SelectBase& select, const Mapping& mapping,
                   const std::vector<LoadOption>& options, std::source_location where,
                   const Function<bool(EntityBase*)>& each) {
  LoadCounter& counter = session.state_->counter;
  const bool counted = session.state_->options.warn_n_plus_one && where.line() != 0;
  if (counted) counter.queries.push_back({where.file_name(), static_cast<unsigned>(where.line())});
  JoinedQuery joined(select, mapping, options);
  std::vector<EntityBase*> entities;
  session.run(joined.any() ? joined.select() : select, [&](const Row& row) {
    EntityBase* const entity = joined.read(row, [&](const Mapping& of, const Row& from, std::size_t first) {
      return session.entity_of(of, from, first);
    });
    if (counted) entity->from_query = static_cast<unsigned>(counter.queries.size());
    entities.push_back(entity);
    return true;
  });
  joined.finish();
  if (joined.any()) entities = unique(entities);
  after_query(session, mapping, joined.any() ? entities : unique(entities), options, 0);
  for (EntityBase* entity : entities) {
    if (!each(entity)) return;
  }
}

void Loader::count(Session& session, EntityBase& owner, const Relationship& relationship) {
  const SessionOptions& options = session.state_->options;
  LoadCounter& counter = session.state_->counter;
  if (!options.warn_n_plus_one || owner.from_query == 0) return;
  int& loads = counter.counts[std::to_string(owner.from_query) + " " + label(relationship)];
  if (++loads != options.n_plus_one + 1) return;
  const LoadCounter::Query& query = counter.queries[owner.from_query - 1];
  const std::string member = std::string(relationship.model) + "::" + std::string(relationship.name);
  options.warn_n_plus_one("N+1 queries: " + label(relationship) + " was loaded " + std::to_string(loads) +
                          " times, for one object at a time, after the query at " + query.file + ":" +
                          std::to_string(query.line) +
                          "; load it with that query: .options(db::selectinload<&" + member + ">())");
}

}  // namespace retort::db::detail
