// SPDX-License-Identifier: BSD-3-Clause
// What a session must not lose, write twice or fall over.
#include <limits>

#include <gtest/gtest.h>

#include "retort/db/ddl.h"
#include "retort/db/dialect.h"
#include "retort/db/engine.h"
#include "retort/db/relationship.h"
#include "retort/fiber/task.h"
#include "retort/value/value.h"

namespace session_safety_test {

using namespace retort;
using db::col;

struct Doc {
  std::int64_t id = 0;
  std::string name;
  std::int64_t version = 0;
  Value data = {};
  std::optional<double> score = {};
};

const auto docs =
    db::table<Doc>("saf_docs", db::version<&Doc::version>(), db::column<&Doc::data>(db::nullable));

class SafetyTest : public testing::Test {
 protected:
  SafetyTest() { db::create_all(db::metadata_of({&docs}), *engine.connect()); }
  std::int64_t number(const std::string& sql) {
    std::int64_t out = -1;
    engine.execute(sql, {}, [&](const db::Row& row) {
      out = row.cell(0).integer;
      return true;
    });
    return out;
  }
  template <class Run>
  static std::string message_of(Run run) {
    try {
      run();
    } catch (const db::Error& error) {
      return error.what();
    }
    return "nothing was thrown";
  }

  db::Engine engine{"sqlite://"};
  db::Session session{engine};
};

TEST_F(SafetyTest, EmptyHandlesAreRefused) {
  const db::Handle<Doc> empty;
  const std::string expected = "table 'saf_docs': an empty handle, which stands for no object";
  EXPECT_EQ(message_of([&] { session.add(empty); }), expected);
  EXPECT_EQ(message_of([&] { session.add_all(std::vector{empty}); }), expected);
  EXPECT_EQ(message_of([&] { session.delete_(empty); }), expected);
  EXPECT_EQ(message_of([&] { session.refresh(empty); }), expected);
  EXPECT_EQ(message_of([&] { session.expire(empty); }), expected);
  EXPECT_EQ(message_of([&] { session.expunge(empty); }), expected);
  EXPECT_EQ(message_of([&] { session.merge(empty); }), expected);
}

TEST_F(SafetyTest, ChangesInsideOfADictAreWritten) {
  const auto doc = session.add(Doc{.name = "a", .data = Value::dict({{"tags", Value::list({1})}})});
  session.flush();
  EXPECT_FALSE(session.is_modified());
  Value tags = doc->data["tags"];
  tags.push_back(2);
  EXPECT_TRUE(session.is_modified());
  session.commit();
  EXPECT_EQ(doc->data.str(), "{'tags': [1, 2]}");
}

TEST_F(SafetyTest, NanIsNoChange) {
  const auto equal = [](std::optional<double> a, std::optional<double> b) {
    return db::detail::member_type<std::optional<double>>.equal(&a, &b);
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(equal(nan, nan));
  EXPECT_FALSE(equal(nan, 1.0));
  EXPECT_FALSE(equal(nan, std::nullopt));
  EXPECT_TRUE(equal(std::nullopt, std::nullopt));
}

}  // namespace session_safety_test
