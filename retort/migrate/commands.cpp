// SPDX-License-Identifier: BSD-3-Clause
#include "retort/migrate/commands.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "retort/base/civil_time.h"
#include "retort/base/text.h"
#include "retort/migrate/error.h"
#include "retort/migrate/migrator.h"

namespace retort::migrate {
namespace {

namespace fs = std::filesystem;
using Ids = std::vector<std::string>;

bool has(const Ids& ids, std::string_view id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); }

// "add users" as a part of a file's name: as Alembic's slug, 40 characters at most.
std::string slug(std::string_view message) {
  std::string out;
  for (const char c : text::to_lower(message)) {
    const bool plain = (c >= 'a' && c <= 'z') || text::is_digit(c);
    if (plain)
      out += c;
    else if (!out.empty() && out.back() != '_')
      out += '_';
    if (out.size() >= 40) break;
  }
  while (!out.empty() && out.back() == '_') out.pop_back();
  return out;
}

std::string now() {
  const DateTime t = utcnow();
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", t.year, t.month, t.day, t.hour, t.minute,
                     t.second);
}

// Written whole or not at all.
void write_file(const fs::path& path, std::string_view text) {
  if (fs::exists(path)) throw MigrationError(fmt::format("{} is there already", path.string()));
  const fs::path part = path.string() + ".part";
  std::ofstream file(part, std::ios::binary);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file)
    throw MigrationError(fmt::format("{}: cannot be written: {}", path.string(), std::strerror(errno)));
  fs::rename(part, path);
}

// What a new revision is to be called; "": a random id.
std::string free_id(const Revisions& revisions, std::string id) {
  if (id.empty()) return new_revision_id();
  if (id.size() > 32)
    throw MigrationError(fmt::format("the id {} is longer than alembic_version holds: 32", id));
  if (const Revision* taken = revisions.find(id))
    throw MigrationError(fmt::format("there is a revision {} already: {}", id, taken->path));
  return id;
}

// Nothing but the folders of other binds is there.
bool is_free(const fs::path& directory) {
  if (!fs::exists(directory)) return true;
  if (!fs::is_directory(directory)) return false;
  const fs::directory_iterator entries(directory);
  return std::all_of(begin(entries), end(entries),
                     [](const auto& entry) { return fs::is_directory(entry.path() / "versions"); });
}

constexpr std::string_view kReadme =
    "Migrations of this program's database: a file a revision, in versions/.\n"
    "`db migrate -m \"...\"` writes one from the models, `db upgrade` applies them.\n";

}  // namespace

Commands::Commands(db::Engine& engine, db::MetaData models, std::string directory,
                   Function<void(const std::string&)> output)
    : engine_(engine),
      models_(std::move(models)),
      directory_(std::move(directory)),
      output_(std::move(output)) {}

void Commands::say(const std::string& line) const {
  if (output_) output_(line);
}

Revisions Commands::load() const {
  if (!fs::is_directory(directory_ + "/versions"))
    throw MigrationError(fmt::format("there is no folder {}/versions: `db init` makes it", directory_));
  return Revisions::load(directory_ + "/versions");
}

void Commands::init() {
  const fs::path versions = fs::path(directory_) / "versions";
  if (!is_free(directory_))
    throw MigrationError(fmt::format("the folder {} is there already and is not empty", directory_));
  fs::create_directories(versions);
  write_file(fs::path(directory_) / "README", kReadme);
  say(fmt::format("Created {}", versions.string()));
}

// A folder that Alembic has as well is given a file for it, too.
std::string Commands::write(const Revision& revision) {
  const std::string words = slug(revision.message);
  const fs::path path = fs::path(directory_) / "versions" /
                        fmt::format("{}{}{}.migration", revision.id, words.empty() ? "" : "_", words);
  const std::string text = revision_text(revision);
  static_cast<void>(parse_revision(text, path.string()));  // what is written reads back
  write_file(path, text);
  say(fmt::format("Generating {}", path.string()));
  if (fs::exists(fs::path(directory_) / "env.py"))
    write_file(fs::path(path).replace_extension(".py"), alembic_text(revision));
  return path.string();
}

Comparison Commands::compared(bool keep_unknown_tables) {
  db::Lease lease = engine_.connect();
  return compare(models_, db::inspect(*lease), engine_.dialect(), keep_unknown_tables);
}

void Commands::tell(const Comparison& comparison) {
  for (const std::string& what : comparison.found) say("Detected " + what);
  for (const std::string& what : comparison.offers) say("Perhaps a rename: " + what);
  for (const std::string& what : comparison.unseen) say("Not seen: " + what);
}

std::string Commands::revision(const RevisionOptions& options) {
  const Revisions revisions = load();
  Revision made;
  made.id = free_id(revisions, options.rev_id);
  made.message = options.message;
  made.date = now();
  made.parents = revisions.resolve(options.head);
  for (const std::string& parent : made.parents) {
    if (!options.splice && !has(revisions.heads(), parent))
      throw MigrationError(fmt::format("revision {} is no head; --splice makes a branch there", parent));
  }
  if (options.autogenerate) {
    const Ids rows = current_revisions(*engine_.connect());
    if (!revisions.upgrade_plan(rows, "heads").empty())
      throw MigrationError("the database is not up to date: run `db upgrade` first");
    Comparison comparison = compared(options.keep_unknown_tables);
    tell(comparison);
    made.up = std::move(comparison.up);
    made.down = std::move(comparison.down);
  }
  return write(made);
}

std::string Commands::migrate(RevisionOptions options) {
  const Revisions revisions = load();
  static_cast<void>(revisions.resolve(options.head));
  if (revisions.upgrade_plan(current_revisions(*engine_.connect()), "heads").empty() &&
      compared(options.keep_unknown_tables).up.empty()) {
    say("No changes in schema detected.");
    return {};
  }
  options.autogenerate = true;
  return revision(options);
}

void Commands::upgrade(std::string_view target, bool sql) {
  const Revisions revisions = load();
  Migrator(engine_, revisions, {.sql = sql, .output = [this](const std::string& line) { say(line); }})
      .upgrade(target);
}

void Commands::downgrade(std::string_view target, bool sql) {
  const Revisions revisions = load();
  Migrator(engine_, revisions, {.sql = sql, .output = [this](const std::string& line) { say(line); }})
      .downgrade(target);
}

void Commands::stamp(std::string_view target, bool sql, bool purge) {
  const Revisions revisions = load();
  Migrator(engine_, revisions, {.sql = sql, .output = [this](const std::string& line) { say(line); }})
      .stamp(target, purge);
}

void Commands::list(const Revision& revision, std::string_view marks, bool verbose) {
  if (!verbose) {
    const std::string from =
        revision.parents.empty() ? "<base>" : fmt::format("{}", fmt::join(revision.parents, ", "));
    return say(fmt::format("{} -> {}{}, {}", from, revision.id, marks, revision.message));
  }
  say(fmt::format("Rev: {}{}", revision.id, marks));
  say(fmt::format("Parent: {}", revision.parents.empty()
                                    ? "<base>"
                                    : fmt::format("{}", fmt::join(revision.parents, ", "))));
  say(fmt::format("Path: {}\nDate: {}\n\n    {}\n", revision.path, revision.date, revision.message));
}

void Commands::current(bool verbose) {
  const Revisions revisions = load();
  const Ids rows = current_revisions(*engine_.connect());
  static_cast<void>(revisions.applied(rows));
  for (const std::string& id : rows) {
    const std::string marks = has(revisions.heads(), id) ? " (head)" : "";
    verbose ? list(revisions.get(id), marks, true) : say(id + marks);
  }
}

void Commands::history(bool verbose, bool indicate_current) {
  const Revisions revisions = load();
  const Ids rows = indicate_current ? current_revisions(*engine_.connect()) : Ids();
  for (auto revision = revisions.all().rbegin(); revision != revisions.all().rend(); ++revision) {
    std::string marks;
    if (has(revisions.heads(), revision->id)) marks += " (head)";
    if (has(rows, revision->id)) marks += " (current)";
    if (has(revisions.branch_points(), revision->id)) marks += " (branchpoint)";
    if (revision->parents.size() > 1) marks += " (mergepoint)";
    if (revision->is_alembic) marks += " (Alembic's)";
    list(*revision, marks, verbose);
  }
}

void Commands::heads(bool verbose) {
  const Revisions revisions = load();
  for (const std::string& id : revisions.heads())
    verbose ? list(revisions.get(id), " (head)", true) : say(id + " (head)");
}

void Commands::branches(bool verbose) {
  const Revisions revisions = load();
  for (const std::string& id : revisions.branch_points()) {
    list(revisions.get(id), " (branchpoint)", verbose);
    for (const std::string& child : revisions.children(id)) say("    -> " + child);
  }
}

std::string Commands::merge(const std::vector<std::string>& ids, std::string message, std::string rev_id) {
  const Revisions revisions = load();
  Revision made;
  for (const std::string& id : ids) {
    for (std::string& one : revisions.resolve(id)) {
      if (!has(made.parents, one)) made.parents.push_back(std::move(one));
    }
  }
  if (made.parents.size() < 2)
    throw MigrationError("a merge joins two revisions or more: name them, or say heads");
  made.id = free_id(revisions, std::move(rev_id));
  made.message = std::move(message);
  made.date = now();
  return write(made);
}

void Commands::show(std::string_view word) {
  const Revisions revisions = load();
  for (const std::string& id : revisions.resolve(word)) {
    list(revisions.get(id), "", true);
    if (!revisions.get(id).is_alembic) say(revision_text(revisions.get(id)));
  }
}

bool Commands::check(bool keep_unknown_tables) {
  const Revisions revisions = load();
  if (!revisions.upgrade_plan(current_revisions(*engine_.connect()), "heads").empty())
    throw MigrationError("the database is not up to date: run `db upgrade` first");
  const Comparison comparison = compared(keep_unknown_tables);
  tell(comparison);
  say(comparison.up.empty() ? "No new upgrade operations detected." : "New upgrade operations detected.");
  return comparison.up.empty();
}

void Commands::edit(std::string_view word) {
  const Revisions revisions = load();
  const Ids ids = revisions.resolve(word);
  if (ids.empty()) throw MigrationError("there is no revision to edit");
  const char* editor = std::getenv("VISUAL");
  if (!editor || !*editor) editor = std::getenv("EDITOR");
  if (!editor || !*editor) editor = "vi";
  const std::string path = revisions.get(ids[0]).path;
  // By a shell, as EDITOR may have arguments; the path is one of them.
  const std::string script = std::string(editor) + " \"$1\"";
  const pid_t child = fork();
  if (child == 0) {
    execl("/bin/sh", "sh", "-c", script.c_str(), "sh", path.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw MigrationError(fmt::format("the editor {} failed: set EDITOR", text::repr(editor)));
}

void Commands::reflect() {
  db::Lease lease = engine_.connect();
  const db::Inspection found = db::inspect(*lease);
  for (const std::string& what : found.unseen) say("// not seen: " + what);
  say(models_text(found.metadata));
}

}  // namespace retort::migrate
