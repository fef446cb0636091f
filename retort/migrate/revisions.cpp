// SPDX-License-Identifier: BSD-3-Clause
#include "retort/migrate/revisions.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/migrate/error.h"

namespace retort::migrate {
namespace {

using Ids = std::vector<std::string>;

bool has(const Ids& ids, std::string_view id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); }

std::string joined(const Ids& ids) { return fmt::format("{}", fmt::join(ids, ", ")); }

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) throw MigrationError(fmt::format("{}: cannot be read", path.string()));
  return text;
}

// "word+2" or "+2": the word and the number.
bool split_relative(std::string_view target, char sign, std::string_view& word, int& steps) {
  const std::size_t at = target.rfind(sign);
  if (at == target.npos) return false;
  const std::string_view digits = target.substr(at + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), steps);
  if (error != std::errc{} || end != digits.data() + digits.size() || steps <= 0) return false;
  word = target.substr(0, at);
  return true;
}

}  // namespace

Revisions::Revisions(std::vector<Revision> revisions) : revisions_(std::move(revisions)) { sort(); }

Revisions Revisions::load(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  if (std::filesystem::is_directory(folder)) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const auto extension = entry.path().extension();
      if (entry.is_regular_file() && (extension == ".migration" || extension == ".py"))
        paths.push_back(entry.path());
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Revision> revisions;
  for (const auto& path : paths) {
    // What Alembic is shown of a revision that is ours stands beside it.
    const bool is_shown =
        path.extension() == ".py" &&
        std::filesystem::exists(std::filesystem::path(path).replace_extension(".migration"));
    if (path.filename() == "__init__.py" || is_shown) continue;
    const std::string text = read_file(path);
    revisions.push_back(path.extension() == ".py" ? parse_alembic_revision(text, path.string())
                                                  : parse_revision(text, path.string()));
  }
  Revisions out(std::move(revisions));
  out.folder_ = folder;
  return out;
}

// Parents first; of those that are free, in the order of their files.
void Revisions::sort() {
  for (const Revision& one : revisions_) {
    for (const Revision& other : revisions_) {
      if (&one < &other && one.id == other.id)
        throw MigrationError(fmt::format("{} and {}: both are revision {}; give one of them another id",
                                         one.path, other.path, one.id));
    }
    for (const std::string& parent : one.parents) {
      if (!find(parent))
        throw MigrationError(
            fmt::format("{}: its parent, revision {}, has no file: bring it back from version "
                        "control, or correct the line \"parent\"",
                        one.path, parent));
    }
  }
  std::vector<Revision> sorted;
  std::vector<Revision> left = std::move(revisions_);
  while (!left.empty()) {
    const auto free = std::find_if(left.begin(), left.end(), [&](const Revision& revision) {
      return std::all_of(revision.parents.begin(), revision.parents.end(), [&](const std::string& parent) {
        return std::any_of(sorted.begin(), sorted.end(), [&](const Revision& r) { return r.id == parent; });
      });
    });
    if (free == left.end())
      throw MigrationError(fmt::format("{}: revision {} is its own ancestor", left[0].path, left[0].id));
    sorted.push_back(std::move(*free));
    left.erase(free);
  }
  revisions_ = std::move(sorted);
}

const Revision* Revisions::find(std::string_view id) const {
  const auto found =
      std::find_if(revisions_.begin(), revisions_.end(), [&](const Revision& r) { return r.id == id; });
  return found == revisions_.end() ? nullptr : &*found;
}

const Revision& Revisions::get(std::string_view id) const {
  if (const Revision* exact = find(id)) return *exact;
  Ids matches;
  for (const Revision& revision : revisions_) {
    if (!id.empty() && revision.id.starts_with(id)) matches.push_back(revision.id);
  }
  if (matches.size() > 1)
    throw MigrationError(fmt::format("several revisions begin with {}: {}", text::repr(id), joined(matches)));
  if (matches.empty())
    throw MigrationError(fmt::format("there is no revision {}; `db history` lists them", text::repr(id)));
  return *find(matches[0]);
}

std::vector<std::string> Revisions::children(std::string_view id) const {
  Ids out;
  for (const Revision& revision : revisions_) {
    if (has(revision.parents, id)) out.push_back(revision.id);
  }
  return out;
}

std::vector<std::string> Revisions::heads() const {
  Ids out;
  for (const Revision& revision : revisions_) {
    if (children(revision.id).empty()) out.push_back(revision.id);
  }
  return out;
}

std::vector<std::string> Revisions::branch_points() const {
  Ids out;
  for (const Revision& revision : revisions_) {
    if (children(revision.id).size() > 1) out.push_back(revision.id);
  }
  return out;
}

std::string Revisions::head() const {
  const Ids all = heads();
  if (all.size() > 1)
    throw MigrationError(
        fmt::format("there are {} heads: {}. Join them with `db merge heads -m \"...\"`, or name one, or say "
                    "heads for all",
                    all.size(), joined(all)));
  return all.empty() ? std::string() : all[0];
}

std::vector<std::string> Revisions::resolve(std::string_view word) const {
  if (word == "base") return {};
  if (word == "heads") return heads();
  if (word == "head") {
    std::string id = head();
    return id.empty() ? Ids() : Ids{std::move(id)};
  }
  return {get(word).id};
}

// `ids` and all their ancestors, in the order of all().
std::vector<std::string> Revisions::ids_below(std::vector<std::string> ids) const {
  for (auto revision = revisions_.rbegin(); revision != revisions_.rend(); ++revision) {
    if (!has(ids, revision->id)) continue;
    for (const std::string& parent : revision->parents) {
      if (!has(ids, parent)) ids.push_back(parent);
    }
  }
  Ids out;
  for (const Revision& revision : revisions_) {
    if (has(ids, revision.id)) out.push_back(revision.id);
  }
  return out;
}

std::vector<std::string> Revisions::applied(const std::vector<std::string>& current) const {
  for (const std::string& id : current) {
    if (!find(id))
      throw MigrationError(fmt::format(
          "the database is at revision {}, which has no file{}. Nothing was changed. Update your checkout if "
          "somebody else made it; if the database is known to be at another revision, say so with `db stamp "
          "--purge REVISION`",
          id, folder_.empty() ? std::string() : " in " + folder_));
  }
  return ids_below(current);
}

std::vector<std::string> Revisions::upgrade_plan(const std::vector<std::string>& current,
                                                 std::string_view target) const {
  const Ids done = applied(current);
  std::string_view word;
  int steps = 0;
  if (!split_relative(target, '+', word, steps)) {
    Ids plan = ids_below(resolve(target));
    std::erase_if(plan, [&](const std::string& id) { return has(done, id); });
    return plan;
  }
  Ids plan = word.empty() ? Ids() : upgrade_plan(current, word);
  Ids now = done;
  now.insert(now.end(), plan.begin(), plan.end());
  for (; steps > 0; --steps) {
    Ids next;
    for (const Revision& revision : revisions_) {
      if (!has(now, revision.id) && std::all_of(revision.parents.begin(), revision.parents.end(),
                                                [&](const auto& p) { return has(now, p); }))
        next.push_back(revision.id);
    }
    if (next.empty())
      throw MigrationError(fmt::format("{} goes beyond the last revision", text::repr(target)));
    if (next.size() > 1)
      throw MigrationError(fmt::format("{} could be any of {}: name one", text::repr(target), joined(next)));
    plan.push_back(next[0]);
    now.push_back(next[0]);
  }
  return plan;
}

std::vector<std::string> Revisions::downgrade_plan(const std::vector<std::string>& current,
                                                   std::string_view target) const {
  const Ids done = applied(current);
  std::string_view word;
  int steps = 0;
  Ids rows = current, plan;
  if (split_relative(target, '-', word, steps)) {
    if (!word.empty()) {
      plan = downgrade_plan(current, word);
      for (const std::string& id : plan) rows = after_downgrade(std::move(rows), id);
    }
    for (; steps > 0; --steps) {
      if (rows.empty())
        throw MigrationError(fmt::format("{} goes below the first revision", text::repr(target)));
      if (rows.size() > 1)
        throw MigrationError(fmt::format("{} could be any of {}: name the revision to go back to",
                                         text::repr(target), joined(rows)));
      plan.push_back(rows[0]);
      rows = after_downgrade(std::move(rows), plan.back());
    }
    return plan;
  }
  const Ids goal = target == "base" ? Ids() : Ids{get(target).id};
  if (!goal.empty() && !has(done, goal[0]))
    throw MigrationError(fmt::format(
        "revision {} is not in effect, so there is no way down to it; `db current` shows what is", goal[0]));
  for (auto id = done.rbegin(); id != done.rend(); ++id) {
    if (goal.empty() || (*id != goal[0] && has(ids_below({*id}), goal[0]))) plan.push_back(*id);
  }
  return plan;
}

std::vector<std::string> Revisions::after_upgrade(std::vector<std::string> current,
                                                  std::string_view id) const {
  const Revision& revision = get(id);
  std::erase_if(current, [&](const std::string& row) { return has(revision.parents, row); });
  current.push_back(revision.id);
  return current;
}

std::vector<std::string> Revisions::after_downgrade(std::vector<std::string> current,
                                                    std::string_view id) const {
  std::erase(current, id);
  for (const std::string& parent : get(id).parents) {
    if (!has(ids_below(current), parent)) current.push_back(parent);
  }
  return current;
}

}  // namespace retort::migrate
