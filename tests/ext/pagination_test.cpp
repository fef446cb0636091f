// SPDX-License-Identifier: BSD-3-Clause
// Pages of queries in an app: the request's arguments, 404, templates.
#include "retort/db/pagination.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/templating.h"
#include "retort/db/mapping.h"
#include "retort/db/relationship.h"
#include "retort/db/view.h"
#include "retort/ext/sqlalchemy/database.h"
#include "retort/json/json.h"
#include "retort/testing/client.h"

namespace pages {

using namespace retort;
using db::col;
using testing::HasSubstr;
using testing::Not;

struct Shelf {
  std::int64_t id = 0;
  std::string name;
};

struct Book {
  std::int64_t id = 0;
  std::string title;
  std::optional<std::int64_t> shelf_id = {};
  db::Related<Shelf> shelf = {};
};

const auto shelf_table = db::table<Shelf>("page_shelves");
const auto book_table =
    db::table<Book>("page_books", db::column<&Book::shelf_id>(db::references<&Shelf::id>()));

db::Database db;

db::Query<Book> books() { return db.query<Book>().order_by(db::asc<&Book::id>); }

std::string numbers(const db::Pagination<Book>& page) {
  return std::to_string(page.page) + " " + std::to_string(page.per_page) + " " +
         std::to_string(page.items.size());
}

class Paginate : public testing::Test {
 protected:
  Paginate() {
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
    db.init_app(app);
    app.get("/books", [] { return numbers(books().paginate()); });
    app.get("/lenient", [] { return numbers(books().paginate({.error_out = false})); });
    app.get("/fixed", [] { return numbers(books().paginate({.per_page = 7})); });
    app.get("/any", [] { return numbers(books().paginate({.max_per_page = std::nullopt})); });
    app.get("/first/<int:id>", [](std::int64_t id) {
      return books().where(col<&Book::id> == id).first_or_404("no such book")->title;
    });
    app.get("/one/<title>", [](std::string title) {
      return std::to_string(books().where(col<&Book::title>.startswith(title)).one_or_404()->id);
    });
    app.get("/links", [] {
      return render_template_string(
          R"({% from "retort/pagination.html" import page_links %}{{ page_links(books) }})",
          {{"books", books().paginate({.per_page = 5})}});
    });
    app.get("/titles", [] {
      return render_template_string(
          "{% for book in books %}{{ book.title }}({{ book.shelf.name }}) {% endfor %}"
          "{{ books.first }}-{{ books.last }} of {{ books.total }}, {{ books|length }} of {{ books.per_page "
          "}}, "
          "{{ books.page }}/{{ books.pages }} {{ books.has_prev }} {{ books.prev_num }} {{ books.has_next }} "
          "{{ books.next_num }} {{ books.iter_pages(left_edge=1, right_edge=0, left_current=0, "
          "right_current=1)|list }}",
          {{"books", books().paginate({.page = 4, .per_page = 2})}});
    });
    const auto context = app.app_context();
    db.create_all();
    const auto shelf = db.session().add(Shelf{.name = "A"});
    for (int i = 1; i <= 45; ++i) {
      db.session().add(Book{.title = "b" + std::to_string(i), .shelf = shelf});
      db.session().flush();
    }
    db.session().commit();
  }

  std::string get(const std::string& path) {
    auto response = client.get(path);
    return response.status_code == 200 ? response.text() : std::to_string(response.status_code);
  }

  App app{"pages"};
  TestClient client = app.test_client();
};

// Expected: what Flask-SQLAlchemy 3.0.3 answers.
TEST_F(Paginate, ReadsTheRequestsArguments) {
  const struct {
    const char* path;
    const char* expected;
  } cases[] = {
      {"/books", "1 20 20"},
      {"/books?page=3", "3 20 5"},
      {"/books?page=4", "404"},
      {"/books?page=0", "404"},
      {"/books?page=-1", "404"},
      {"/books?page=x", "404"},
      {"/books?page=", "404"},
      {"/books?page=1.0", "404"},
      {"/books?page=%201%20", "1 20 20"},
      {"/books?page=99999999999999999999999", "404"},
      {"/books?page=9223372036854775807", "404"},
      {"/books?per_page=10&page=5", "5 10 5"},
      {"/books?per_page=0", "404"},
      {"/books?per_page=x", "404"},
      {"/books?per_page=1000", "1 100 45"},
      {"/any?per_page=1000", "1 1000 45"},
      {"/fixed?per_page=10&page=2", "2 7 7"},
      {"/lenient?page=x&per_page=x", "1 20 20"},
      {"/lenient?page=0&per_page=0", "1 20 20"},
      {"/lenient?page=9", "9 20 0"},
  };
  for (const auto& c : cases) EXPECT_EQ(get(c.path), c.expected) << c.path;
}

TEST_F(Paginate, OutsideOfARequestThereAreNoArguments) {
  const auto context = app.app_context();
  EXPECT_EQ(numbers(books().paginate()), "1 20 20");
}

TEST_F(Paginate, WhatIsNotThereIsA404) {
  EXPECT_EQ(get("/first/3"), "b3");
  auto missing = client.get("/first/99");
  EXPECT_EQ(missing.status_code, 404);
  EXPECT_THAT(missing.text(), HasSubstr("no such book"));
  EXPECT_EQ(get("/one/b45"), "45");
  EXPECT_EQ(get("/one/b4"), "404") << "several";
  EXPECT_EQ(get("/one/x"), "404");
}

TEST_F(Paginate, TemplatesSeeAPage) {
  EXPECT_EQ(get("/titles"), "b7(A) b8(A) 7-8 of 45, 2 of 2, 4/23 True 3 True 5 [1, None, 4, 5, None]");
}

TEST_F(Paginate, IsJsonWithoutItsQuery) {
  const auto context = app.app_context();
  const Value page = books().paginate({.page = 1, .per_page = 1});
  EXPECT_EQ(json::dump(page), R"({"page":1,"per_page":1,"total":45,"pages":45,)"
                              R"("items":[{"id":1,"title":"b1","shelf_id":1}]})");
}

TEST_F(Paginate, LinksKeepTheRestOfTheQuery) {
  const std::string text = get("/links?q=a%26b&page=4&tag=x&tag=y&_external=1&_scheme=javascript");
  EXPECT_THAT(text, HasSubstr(R"(<nav class="pagination" aria-label="Pages">)"));
  EXPECT_THAT(
      text,
      HasSubstr(
          R"(<a href="?q=a%26b&amp;tag=x&amp;tag=y&amp;_external=1&amp;_scheme=javascript&amp;page=3" rel="prev">)"));
  EXPECT_THAT(text, HasSubstr(R"(page=4" aria-label="Page 4" aria-current="page">4</a>)"));
  EXPECT_THAT(text, HasSubstr(R"(page=5" rel="next">Next</a>)"));
  const std::string hostile = get("/links?%22%3E%3Cscript%3E=%22%3E%3Cscript%3E");
  EXPECT_THAT(hostile, Not(HasSubstr("<script>")));
  EXPECT_THAT(hostile, HasSubstr(R"(<a role="link" aria-disabled="true">Previous</a>)"));
}

TEST_F(Paginate, OnePageHasNoLinks) {
  {
    const auto context = app.app_context();
    db.session().execute(db::delete_<Book>().where(col<&Book::id> > 5));
    db.session().commit();
  }
  EXPECT_EQ(get("/links"), "");
}

}  // namespace pages
