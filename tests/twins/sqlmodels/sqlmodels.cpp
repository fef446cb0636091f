// SPDX-License-Identifier: BSD-3-Clause
// The models of models.py, and what is done with them. See run.py.
//
//   sqlmodels URL create | dump | insert | change WHOSE | delete WHOSE | rename FROM TO | hold NAME
#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "tests/twins/sqltypes/text.h"

#include "retort/db/ddl.h"
#include "retort/db/relationship.h"

namespace {

using namespace retort;  // NOLINT: a program of one page
using db::col;
using twins::text;

enum class Color { red, dark_blue };
struct Address {
  std::string city;
  std::optional<int> number;
};

struct Player;
struct Badge;
struct Profile;

struct Team {
  std::int64_t id = 0;
  std::string name;
  std::optional<std::int64_t> parent_id = {};
  db::Related<Team> parent = {};
  db::Collection<Team> parts = {};
  db::Collection<Player> players = {};
};

struct Player {
  std::int64_t id = 0;
  std::string name;
  std::optional<std::int64_t> team_id = {};
  std::int64_t version = 0;
  db::Related<Team> team = {};
  db::Related<Profile> profile = {};
  db::Collection<Badge> badges = {};
};

struct Profile {
  std::int64_t id = 0;
  std::string bio;
  std::optional<std::int64_t> player_id = {};
  db::Related<Player> player = {};
};

struct Badge {
  std::int64_t id = 0;
  std::string label;
  db::Collection<Player> players = {};
};

struct Award {
  std::int64_t player_id = 0;
  std::int64_t badge_id = 0;
};

struct Sample {
  std::int64_t id = 0;
  std::optional<bool> flag = {};
  std::optional<std::int16_t> small = {};
  std::optional<int> whole = {};
  std::optional<std::int64_t> big = {};
  std::optional<double> ratio = {};
  std::optional<Decimal> price = {};
  std::optional<Decimal> amount = {};
  std::optional<std::string> name = {};
  std::optional<std::string> note = {};
  std::optional<Bytes> data = {};
  std::optional<Date> day = {};
  std::optional<Time> at = {};
  std::optional<DateTime> moment = {};
  std::optional<DateTime> instant = {};
  std::optional<TimeDelta> span = {};
  std::optional<Uuid> token = {};
  std::optional<Value> document = {};
  std::optional<db::Json<Address>> home = {};
  std::optional<Color> color = {};
  std::int64_t version = 0;
};

const auto teams = db::table<Team>(
    "teams", db::column<&Team::name>(db::length(40), db::unique),
    db::column<&Team::parent_id>(db::references<&Team::id>()),
    db::relationship<&Team::parent>(db::via<&Team::parent_id>(), db::back_populates<&Team::parts>()),
    db::relationship<&Team::parts>(db::via<&Team::parent_id>()),
    db::relationship<&Team::players>(db::back_populates<&Player::team>(), db::cascade("all, delete-orphan")));
const auto players = db::table<Player>(
    "players", db::column<&Player::name>(db::length(40)),
    db::column<&Player::team_id>(db::references<&Team::id>(), db::indexed), db::version<&Player::version>(),
    db::relationship<&Player::profile>(db::back_populates<&Profile::player>(),
                                       db::cascade("all, delete-orphan")),
    db::relationship<&Player::badges>(db::secondary<&Award::player_id, &Award::badge_id>(),
                                      db::back_populates<&Badge::players>()));
const auto profiles =
    db::table<Profile>("profiles", db::column<&Profile::bio>(db::as_text),
                       db::column<&Profile::player_id>(db::references<&Player::id>(), db::unique));
const auto badges =
    db::table<Badge>("badges", db::column<&Badge::label>(db::length(40)),
                     db::relationship<&Badge::players>(db::secondary<&Award::badge_id, &Award::player_id>()));
const auto awards = db::table<Award>("awards", db::primary_key<&Award::player_id, &Award::badge_id>(),
                                     db::column<&Award::player_id>(db::references<&Player::id>()),
                                     db::column<&Award::badge_id>(db::references<&Badge::id>()));
const auto samples =
    db::table<Sample>("samples", db::column<&Sample::price>(db::numeric(12, 4)),
                      db::column<&Sample::name>(db::length(80)), db::column<&Sample::note>(db::as_text),
                      db::column<&Sample::instant>(db::with_timezone), db::version<&Sample::version>());

// ---- what is done --------------------------------------------------------------------------

template <class T, auto member>
db::Handle<T> one(db::Session& session, const std::string& value) {
  return session.query<T>().where(col<member> == value).one();
}
db::Handle<Team> team(db::Session& s, const std::string& name) { return one<Team, &Team::name>(s, name); }
db::Handle<Player> player(db::Session& s, const std::string& name) {
  return one<Player, &Player::name>(s, name);
}
db::Handle<Badge> badge(db::Session& s, const std::string& label) {
  return one<Badge, &Badge::label>(s, label);
}

// Each of the other's samples once more.
void insert(db::Session& session) {
  for (const auto& sample : session.query<Sample>().order_by(db::asc<&Sample::id>).all()) {
    Sample copy = *sample;
    copy.id = copy.version = 0;
    session.add(copy);
  }
  const auto reds = session.add(Team{.name = "R reds"});
  const auto blues = session.add(Team{.name = "R blues", .parent = reds});
  const auto ann = session.add(Player{.name = "R ann", .team = reds});
  ann->profile = db::make(Profile{.bio = "R first"});
  const auto ben = session.add(Player{.name = "R ben", .team = blues});
  const auto fast = session.add(Badge{.label = "R fast"});
  const auto tall = session.add(Badge{.label = "R tall"});
  ann->badges.append(fast);
  ann->badges.append(tall);
  tall->players.append(ben);
  session.add(Player{.name = "R free"});
  session.commit();
}

void change(db::Session& session, const std::string& theirs) {
  const auto all = session.query<Sample>().order_by(db::desc<&Sample::id>).all();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Sample other = *all[(i + 1) % all.size()];
    Sample& sample = *all[i];
    sample.small = other.small;
    sample.big = other.big;
    sample.ratio = other.ratio;
    sample.price = other.price;
    sample.amount = other.amount;
    sample.name = other.name;
    sample.data = other.data;
    sample.day = other.day;
    sample.at = other.at;
    sample.moment = other.moment;
    sample.instant = other.instant;
    sample.span = other.span;
    sample.token = other.token;
    sample.document = other.document;
    sample.home = other.home;
    sample.color = other.color;
  }
  const auto ann = player(session, theirs + " ann");
  const auto ben = player(session, theirs + " ben");
  const auto free = player(session, theirs + " free");
  const auto fast = badge(session, theirs + " fast");
  const db::Handle<Team> before = ann->team;
  ann->team = ben->team.handle();
  ben->team = before;
  team(session, theirs + " blues")->players.append(free);
  free->badges.remove(fast);
  fast->players.append(ann);
  ann->profile->bio += ", again";
  team(session, theirs + " blues")->parent = team(session, theirs + " reds");
  session.commit();
}

void remove(db::Session& session, const std::string& theirs) {
  session.delete_(team(session, theirs + " reds"));
  session.delete_(badge(session, theirs + " tall"));
  for (const auto& sample : session.query<Sample>().order_by(db::desc<&Sample::id>).limit(2).all())
    session.delete_(sample);
  session.commit();
}

// ---- what is there -------------------------------------------------------------------------

template <class T, class Name>
Value names(const db::Collection<T>& items, Name name) {
  std::vector<std::string> out;
  for (const auto& item : items) out.push_back(name(*item));
  std::sort(out.begin(), out.end());
  return to_value(out);
}

void print(const Value& line) { std::printf("%s\n", json::dump(line).c_str()); }

void dump(db::Session& session) {
  const auto name_of = [](const auto& object) { return object.name; };
  for (const auto& sample : session.query<Sample>().order_by(db::asc<&Sample::id>).all()) {
    Value line = Value::list({"sample"});
    reflect::for_each_member(*sample,
                             [&](std::string_view, const auto& member) { line.push_back(text(member)); });
    print(line);
  }
  for (const auto& each : session.query<Team>().order_by(db::asc<&Team::id>).all()) {
    print(Value::list({"team", std::to_string(each->id), each->name, each->parent ? each->parent->name : "",
                       names(each->parts, name_of), names(each->players, name_of)}));
  }
  for (const auto& each : session.query<Player>().order_by(db::asc<&Player::id>).all()) {
    print(Value::list({"player", std::to_string(each->id), each->name, std::to_string(each->version),
                       each->team ? each->team->name : "", each->profile ? each->profile->bio : "",
                       names(each->badges, [](const Badge& b) { return b.label; })}));
  }
  for (const auto& each : session.query<Badge>().order_by(db::asc<&Badge::id>).all())
    print(Value::list({"badge", std::to_string(each->id), each->label, names(each->players, name_of)}));
}

// Changes an object that it had before somebody else changed it.
void hold(db::Session& session, const std::string& name) {
  const auto held = player(session, name);
  print("held");
  std::fflush(stdout);
  std::getchar();
  held->name = "R mine";
  try {
    session.commit();
    std::puts("committed");
  } catch (const db::StaleDataError&) {
    std::puts("StaleDataError");
  }
}

int run(const std::vector<std::string>& words) {
  db::Engine engine(words.at(0));
  db::Session session(engine);
  const std::string& what = words.at(1);
  if (what == "create") {
    db::create_all(db::models_metadata({.uq = "uq_%(table_name)s_%(column_0_name)s",
                                        .fk = "fk_%(table_name)s_%(column_0_name)s",
                                        .pk = "pk_%(table_name)s"}),
                   *engine.connect());
  } else if (what == "dump") {
    dump(session);
  } else if (what == "insert") {
    insert(session);
  } else if (what == "change") {
    change(session, words.at(2));
  } else if (what == "delete") {
    remove(session, words.at(2));
  } else if (what == "rename") {
    player(session, words.at(2))->name = words.at(3);
    session.commit();
  } else if (what == "hold") {
    hold(session, words.at(2));
  } else {
    return 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
