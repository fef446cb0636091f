// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/sqlalchemy/track_modifications.h"

#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/db/mapping.h"
#include "retort/ext/sqlalchemy/database.h"

namespace tracked {

using namespace retort;

struct Item {
  std::int64_t id = 0;
  std::string name;
};

const auto item_table = db::table<Item>("tracked_items", db::column<&Item::name>(db::unique));

db::Database db;

std::string told(const std::vector<db::ModelChange>& changes) {
  std::string out;
  for (const db::ModelChange& change : changes) {
    const auto item = change.instance<Item>();
    out += std::string(out.empty() ? "" : ", ") + db::operation_name(change.operation()) + " " +
           (item ? item->name + "#" + std::to_string(item->id) : change.table());
  }
  return out;
}

class Track : public testing::Test {
 protected:
  explicit Track(bool on = true) : app(make_app(on)), context(app.app_context()) {
    db::before_models_committed.connect(app, [this](App&, const std::vector<db::ModelChange>& changes) {
      log.push_back("before " + told(changes));
      if (while_committing) while_committing();
    });
    db::models_committed.connect(app, [this](App&, const std::vector<db::ModelChange>& changes) {
      log.push_back("after " + told(changes));
    });
    db.create_all();
  }

  static App make_app(bool on) {
    App made{"tracked"};
    made.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
    made.config["SQLALCHEMY_TRACK_MODIFICATIONS"] = on;
    db.init_app(made);
    return made;
  }

  std::vector<std::string> take() { return std::exchange(log, {}); }
  using Lines = std::vector<std::string>;

  App app;
  AppContext context;
  std::vector<std::string> log;
  void (*while_committing)() = nullptr;
};

class Untracked : public Track {
 protected:
  Untracked() : Track(false) {}
};

TEST_F(Track, TellsOfWhatIsAddedChangedAndDeleted) {
  auto& session = db.session();
  const auto a = session.add(Item{.name = "a"});
  session.commit();
  EXPECT_EQ(take(), (Lines{"before insert a#0", "after insert a#1"}));
  a->name = "b";
  session.commit();
  EXPECT_EQ(take(), (Lines{"before update b#1", "after update b#1"}));
  session.delete_(a);
  session.commit();
  EXPECT_EQ(take(), (Lines{"before delete b#1", "after delete b#1"}));
}

TEST_F(Track, TellsNothingOfWhatIsNotWritten) {
  auto& session = db.session();
  session.commit();
  session.add(Item{.name = "a"});
  session.flush();
  session.rollback();
  session.commit();
  const auto b = session.add(Item{.name = "b"});
  session.commit();
  take();
  b->name = "b";
  session.commit();
  EXPECT_EQ(take(), Lines{});
}

// Flask-SQLAlchemy knows an object that is new by another key than afterwards.
TEST_F(Track, ObjectsStandOnceUnlessTheyWereNew) {
  auto& session = db.session();
  const auto a = session.add(Item{.name = "a"});
  session.flush();
  a->name = "b";
  session.flush();
  a->name = "c";
  session.commit();
  EXPECT_EQ(take(), (Lines{"before insert c#1, update c#1", "after insert c#1, update c#1"}));
  a->name = "d";
  session.flush();
  session.delete_(a);
  session.commit();
  EXPECT_EQ(take(), (Lines{"before delete d#1", "after delete d#1"}));
}

TEST_F(Track, ASavepointThatIsUndoneIsNotTold) {
  auto& session = db.session();
  session.add(Item{.name = "a"});
  {
    auto kept = session.begin_nested();
    session.add(Item{.name = "b"});
    kept.commit();
  }
  {
    auto undone = session.begin_nested();
    session.add(Item{.name = "c"});
    session.flush();
  }
  {
    auto failed = session.begin_nested();
    session.add(Item{.name = "a"});
    EXPECT_THROW(failed.commit(), db::IntegrityError);
  }
  EXPECT_EQ(take(), Lines{}) << "a savepoint's end is no commit";
  session.commit();
  EXPECT_EQ(take(), (Lines{"before insert a#1, insert b#2", "after insert a#1, insert b#2"}));
}

TEST_F(Track, WhatAReceiverAddsIsPartOfTheTransaction) {
  while_committing = [] { db.session().add(Item{.name = "audit"}); };
  db.session().add(Item{.name = "a"});
  db.session().commit();
  EXPECT_EQ(take(), (Lines{"before insert a#0", "after insert a#1, insert audit#2"}));
}

TEST_F(Track, AReceiverThatThrowsStopsTheCommit) {
  while_committing = [] { throw std::runtime_error("no"); };
  db.session().add(Item{.name = "a"});
  EXPECT_THROW(db.session().commit(), std::runtime_error);
  db.session().rollback();
  EXPECT_EQ(db.query<Item>().count(), 0);
}

TEST_F(Untracked, SaysNothing) {
  db.session().add(Item{.name = "a"});
  db.session().commit();
  EXPECT_EQ(take(), Lines{});
}

}  // namespace tracked
