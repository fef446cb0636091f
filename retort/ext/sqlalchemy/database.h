// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Database: models and sessions in an app, what Flask-SQLAlchemy is to Flask.
//
//   namespace blog {
//   db::Database db;                                    // before the app
//   App create_app() {
//     App app{"blog"};
//     app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///blog.db";   // in the instance folder
//     db.init_app(app);
//     app.get("/users/<int:id>", [](std::int64_t id) { return db.get_or_404<User>(id)->email; });
//     return app;
//   }
//   }
//
// Put the object into a namespace of your own: there `db.session()` is the object and
// `db::table` the library.

#include <cstdint>
#include <string>
#include <string_view>

#include "retort/db/pagination.h"
#include "retort/db/schema.h"
#include "retort/db/session.h"
#include "retort/ext/sqlalchemy/record_queries.h"

namespace retort {
class App;
}

namespace retort::db {

/// Set up before apps, then shared by all threads; each app that it is given to has engines of
/// its own.
class Database {
 public:
  explicit Database(NamingConvention naming = {}, SessionOptions session_options = {});
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Reads SQLALCHEMY_DATABASE_URI, SQLALCHEMY_BINDS, SQLALCHEMY_ENGINE_OPTIONS,
  /// SQLALCHEMY_ECHO, SQLALCHEMY_RECORD_QUERIES and SQLALCHEMY_TRACK_MODIFICATIONS as
  /// Flask-SQLAlchemy does.
  /// SQLALCHEMY_REPLICAS is a dict of roles, each a URL, a dict with "url", or a list of those, which
  /// take turns; a bind that is a dict may have the same as "replicas". Sessions read from the role
  /// SQLALCHEMY_READ_ROLE, where it is set (Session::read_from, Query::on). Throws ArgumentError for
  /// what makes no sense.
  void init_app(App& app) const;

  /// The current context's: made at its first use, at the context's end rolled back and
  /// forgotten. In debug mode what it reads row by row is a warning of the app's logger, with the
  /// line of the application's code, unless the options have a warn_n_plus_one of their own.
  /// Throws OutsideContext, and ArgumentError when init_app was not called.
  Session& session() const;
  template <class T>
  Query<T> query() const {
    return session().query<T>();
  }
  template <class T, class... Key>
  Handle<T> get_or_404(const Key&... key) const {
    return session().get_or_404<T>(key...);
  }

  /// The statements of the current context so far; none unless SQLALCHEMY_RECORD_QUERIES is set,
  /// or the app was in debug mode at init_app(); the debug page shows them then.
  const std::vector<RecordedQuery>& get_recorded_queries() const;

  /// Of the current app; "" is the main one. Throws ArgumentError for a key that it has not.
  Engine& engine(std::string_view bind_key = {}) const;
  /// A replica of the role, the next in turn. Throws ArgumentError for a role that the bind has not.
  Engine& replica(std::string_view role, std::string_view bind_key = {}) const;
  /// The tables of all models.
  MetaData metadata() const;
  /// Makes the tables that are not there; of all binds, or of one ("" is the main one).
  void create_all() const;
  void create_all(std::string_view bind_key) const;
  void drop_all() const;
  void drop_all(std::string_view bind_key) const;

 private:
  NamingConvention naming_;
  SessionOptions session_options_;
};

}  // namespace retort::db
