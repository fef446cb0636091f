// SPDX-License-Identifier: BSD-3-Clause
#include "retort/migrate/revisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/migrate/error.h"

namespace retort::migrate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kHead = "revision a1\nup:\n";

TEST(RevisionFile, ReadsBackWhatItWrites) {
  const std::string text = R"(revision a1
parent   b2 c3
message  all of it
date     2026-01-02 03:04:05

up:
  create_enum enum(color, red, "dark blue")
  create_table "an order"
    column id big_integer primary_key autoincrement
    column color enum(color, red, "dark blue") not_null default: 'red'
    column price numeric(10, 2)
    column at datetime(timezone) default: CURRENT_TIMESTAMP
    column tags array(string(20))
    column odd other("BIT VARYING")
    primary_key_name pk_order
    unique - (color, price)
    check positive: price > 0
    foreign_key fk_a (id) references a (id) on_delete SET NULL on_update CASCADE
    index ix_price (price) unique where: price > 1
  rename_table a b
  add_column b x uuid not_null default: ''
  alter_column b x
    type text using: x::text
    nullable
    drop_default
    rename y
  drop_constraint b - unique (x)
  drop_constraint b uq
  add_enum_value color green
  execute postgresql
    SELECT 1;

      SELECT 2

down:
  drop_column b x
  create_check b - : x > 0
)";
  std::string expected = text;
  expected.replace(expected.find("- : x"), 5, "-: x");
  EXPECT_EQ(revision_text(parse_revision(text, "f")), expected);
}

TEST(RevisionFile, SaysFileLineAndWhatIsWrong) {
  const struct {
    std::string body;
    std::string error;
  } cases[] = {
      {"  make_table x\n", "f:3: there is no operation \"make_table x\""},
      {"  create_table x\n", "f:3: a table needs columns"},
      {"  create_table x\n    column a blob\n", "f:4: there is no type \"blob\""},
      {"  create_table x\n    column a text\n    column a text\n", "f:5: the table has a column a already"},
      {"  drop_table x y\n", "f:3: \"y\" does not belong here"},
      {"  drop_table\n", "f:3: the table's name is missing"},
      {"  drop_table \"x\n", "f:3: a \" is not closed"},
      {"  execute mysql\n    SELECT 1\n", "f:3: there is no dialect mysql"},
      {"drop_table x\n", "f:3: an operation is indented by two spaces"},
      {"  alter_column x y\n    tipe text\n", "f:4: expected type, not_null"},
      {"\tdrop_table x\n", "f:3: indent with spaces"},
  };
  for (const auto& c : cases) {
    try {
      parse_revision(std::string(kHead) + c.body + "down:\n", "f");
      ADD_FAILURE() << c.body;
    } catch (const MigrationError& e) {
      EXPECT_THAT(e.what(), HasSubstr(c.error)) << c.body;
    }
  }
}

TEST(RevisionFile, KnowsAlembicsHeaders) {
  const Revision one = parse_alembic_revision(
      "\"\"\"users\n\nRevision ID: 1a\n\"\"\"\nrevision = '1a'\ndown_revision: Union[str, None] = ('0a', "
      "\"0b\")\n",
      "f");
  EXPECT_EQ(one.id, "1a");
  EXPECT_EQ(one.message, "users");
  EXPECT_THAT(one.parents, ElementsAre("0a", "0b"));
}

Revision node(std::string id, std::vector<std::string> parents = {}) {
  Revision revision;
  revision.path = id + ".migration";
  revision.id = std::move(id);
  revision.parents = std::move(parents);
  return revision;
}

// a - b - c - e
//       \ d /    (e merges), f behind e
Revisions diamond() {
  return Revisions({node("f", {"e"}), node("e", {"c", "d"}), node("d", {"b"}), node("c", {"b"}),
                    node("b", {"a"}), node("a")});
}

TEST(RevisionGraph, FindsTheWayUpAndDown) {
  const Revisions r = diamond();
  EXPECT_THAT(r.heads(), ElementsAre("f"));
  EXPECT_THAT(r.branch_points(), ElementsAre("b"));
  EXPECT_EQ(r.upgrade_plan({}, "head").size(), 6u);
  EXPECT_THAT(r.upgrade_plan({"c"}, "f"), ElementsAre("d", "e", "f"));
  EXPECT_THAT(r.upgrade_plan({}, "+2"), ElementsAre("a", "b"));
  EXPECT_THAT(r.upgrade_plan({}, "a+1"), ElementsAre("a", "b"));
  EXPECT_THAT(r.downgrade_plan({"f"}, "-1"), ElementsAre("f"));
  EXPECT_THAT(r.downgrade_plan({"f"}, "e-1"), ElementsAre("f", "e"));
  EXPECT_EQ(r.downgrade_plan({"f"}, "base").size(), 6u);
  EXPECT_EQ(r.downgrade_plan({"f"}, "b").size(), 4u);
  EXPECT_THAT(r.after_upgrade({"c", "d"}, "e"), ElementsAre("e"));
  EXPECT_THAT(r.after_upgrade({"c"}, "d"), ElementsAre("c", "d"));
  EXPECT_THAT(r.after_downgrade({"e"}, "e"), ElementsAre("c", "d"));
  EXPECT_THAT(r.after_downgrade({"c", "d"}, "d"), ElementsAre("c"));
}

TEST(RevisionGraph, NamesWhatIsWrong) {
  const auto error = [](auto f) -> std::string {
    try {
      f();
    } catch (const MigrationError& e) {
      return e.what();
    }
    return "nothing";
  };
  EXPECT_THAT(error([] { Revisions({node("a", {"z"})}); }),
              HasSubstr("a.migration: its parent, revision z, has no file"));
  EXPECT_THAT(error([] { Revisions({node("a"), node("a")}); }), HasSubstr("both are revision a"));
  EXPECT_THAT(error([] { Revisions({node("a", {"b"}), node("b", {"a"})}); }), HasSubstr("its own ancestor"));
  const Revisions two({node("a"), node("ab1", {"a"}), node("ab2", {"a"})});
  EXPECT_THAT(error([&] { two.head(); }), HasSubstr("2 heads: ab1, ab2. Join them with `db merge"));
  EXPECT_THAT(error([&] { two.get("ab"); }), HasSubstr("several revisions begin with 'ab': ab1, ab2"));
  EXPECT_THAT(error([&] { two.get("x"); }), HasSubstr("there is no revision 'x'"));
  EXPECT_THAT(error([&] { two.upgrade_plan({"a"}, "+1"); }), HasSubstr("could be any of ab1, ab2"));
  EXPECT_THAT(error([&] { two.downgrade_plan({"ab1"}, "ab2"); }), HasSubstr("is not in effect"));
}

}  // namespace
}  // namespace retort::migrate
