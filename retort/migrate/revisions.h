// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The graph of revisions: who comes behind whom, branches, merges, heads, and the way from one
// state to another. Immutable once made.

#include <string>
#include <string_view>
#include <vector>

#include "retort/migrate/revision.h"

namespace retort::migrate {

class Revisions {
 public:
  /// Throws MigrationError for an id that comes twice, a parent that is not there, a circle.
  explicit Revisions(std::vector<Revision> revisions = {});
  /// The files *.migration of a folder, and the headers of Alembic's *.py, but for those that
  /// alembic_text() wrote beside a *.migration. An absent folder has none.
  static Revisions load(const std::string& folder);

  /// Parents first.
  const std::vector<Revision>& all() const { return revisions_; }
  const Revision* find(std::string_view id) const;
  /// By its id or the beginning of it. Throws MigrationError when none or several have it.
  const Revision& get(std::string_view id) const;
  /// Ids of those that no other names as parent.
  std::vector<std::string> heads() const;
  /// Ids of those with several children.
  std::vector<std::string> branch_points() const;
  std::vector<std::string> children(std::string_view id) const;
  /// The one head. Throws MigrationError, which names them, when there are several.
  std::string head() const;

  /// What a user's word stands for: "head", "heads", "base", an id or its beginning.
  std::vector<std::string> resolve(std::string_view word) const;
  /// The ids to apply, in order, from `current` (the rows of alembic_version) to `target`: head,
  /// heads, an id, "+2", "id+1". Throws MigrationError when a row is not known.
  std::vector<std::string> upgrade_plan(const std::vector<std::string>& current,
                                        std::string_view target) const;
  /// The ids to take back, in order, to `target`: base, an id, "-1", "id-1".
  std::vector<std::string> downgrade_plan(const std::vector<std::string>& current,
                                          std::string_view target) const;
  /// All that is in effect when these are the rows.
  std::vector<std::string> applied(const std::vector<std::string>& current) const;
  /// The rows behind a step.
  std::vector<std::string> after_upgrade(std::vector<std::string> current, std::string_view id) const;
  std::vector<std::string> after_downgrade(std::vector<std::string> current, std::string_view id) const;

 private:
  void sort();
  std::vector<std::string> ids_below(std::vector<std::string> ids) const;

  std::vector<Revision> revisions_;
  std::string folder_;
};

}  // namespace retort::migrate
