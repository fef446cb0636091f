// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/sqlalchemy/database.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "retort/app/abort.h"
#include "retort/app/app.h"
#include "retort/app/context.h"
#include "retort/app/debug_pages.h"
#include "retort/app/globals.h"
#include "retort/base/owned.h"
#include "retort/base/text.h"
#include "retort/db/ddl.h"
#include "retort/db/dialect.h"
#include "retort/db/error.h"
#include "retort/db/mapping.h"
#include "retort/ext/sqlalchemy/detail/caller.h"
#include "retort/ext/sqlalchemy/templates.h"
#include "retort/ext/sqlalchemy/track_modifications.h"
#include "retort/fiber/blocking.h"

namespace retort::db {
namespace {

constexpr std::string_view kName = "sqlalchemy";
constexpr std::string_view kSession = "_sqlalchemy_session";
constexpr std::string_view kQueries = "_sqlalchemy_queries";

/// Where they were asked for is looked up for who asks.
struct RecordedQueries {
  std::vector<RecordedQuery> queries = {};
  std::vector<std::vector<std::uintptr_t>> stacks = {};  // of the last ones, which have no location yet

  const std::vector<RecordedQuery>& located() {
    const std::size_t first = queries.size() - stacks.size();
    fiber::blocking([&] {
      for (std::size_t i = 0; i < stacks.size(); ++i) queries[first + i].location = detail::caller(stacks[i]);
    });
    stacks.clear();
    return queries;
  }
};

/// For SQLALCHEMY_RECORD_QUERIES.
class Recorder final : public StatementObserver {
 public:
  explicit Recorder(std::string bind_key) : bind_key_(std::move(bind_key)) {}
  void on_statement(const Event& event) override {
    if (!has_app_context()) return;
    RecordedQuery query{event.statement, {}, bind_key_, event.begin, event.end, {}};
    for (std::size_t i = 0; i < event.executions; ++i) query.parameters.push_back(*event.parameters[i]);
    RecordedQueries& all = g.setdefault<RecordedQueries>(kQueries, [] { return RecordedQueries(); });
    all.queries.push_back(std::move(query));
    all.stacks.push_back(detail::call_stack());
  }

 private:
  std::string bind_key_;
};

/// Of debug mode, and where SQLALCHEMY_RECORD_QUERIES asks for it.
bool is_recorded(const App& app) {
  return app.config.get("SQLALCHEMY_RECORD_QUERIES").truthy() || app.debug();
}

/// The debug page's table of what the request has asked.
Value sql_panel(Context& context) {
  Value rows = Value::list();
  auto* const all = context.g().find<RecordedQueries>(kQueries);
  if (!all) return rows;
  for (const RecordedQuery& each : all->located()) {
    const double milliseconds = std::chrono::duration<double, std::milli>(each.duration()).count();
    rows.push_back(Value::dict({{"ms", fmt::format("{:.2f}", milliseconds)},
                                {"times", each.parameters.size()},
                                {"statement", each.statement},
                                {"database", each.bind_key},
                                {"asked by", each.location}}));
  }
  return rows;
}

// For debug mode: called where the code asks row by row.
void warn_n_plus_one(std::string_view message) {
  const std::string view =
      has_request_context() ? fmt::format("view {}, ", request->endpoint) : std::string();
  const auto stack = detail::call_stack();
  const std::string asked_by = fiber::blocking([&] { return detail::caller(stack); });
  current_app->logger.warning(fmt::format("{} [{}asked by {}]", message, view, asked_by));
}

/// The replicas of one role, which take turns.
struct Replicas {
  std::string role;
  std::vector<Owned<Engine>> engines;
  Owned<std::atomic<std::size_t>> turn{new std::atomic<std::size_t>(0)};

  Engine& next() const { return *engines[turn->fetch_add(1, std::memory_order_relaxed) % engines.size()]; }
};

struct Bind {
  std::string key;
  std::unique_ptr<Recorder> recorder;  // outlives the engine
  Owned<Engine> engine;
  std::vector<Replicas> replicas = {};

  Engine* replica(std::string_view role) const {
    for (const Replicas& each : replicas) {
      if (each.role == role) return &each.next();
    }
    return nullptr;
  }
};

struct AppDatabases {
  std::vector<Bind> binds;
  std::string read_role;

  const Bind& bind(std::string_view key) const {
    for (const Bind& each : binds) {
      if (each.key == key) return each;
    }
    throw ArgumentError(key.empty() ? "config[\"SQLALCHEMY_DATABASE_URI\"] is not set"
                                    : fmt::format("config[\"SQLALCHEMY_BINDS\"] has no {}", text::repr(key)));
  }
  Engine& engine(std::string_view key) const { return *bind(key).engine; }
  // Null where another bind alone has the role.
  Engine* replica(std::string_view key, std::string_view role) const {
    if (Engine* const found = bind(key).replica(role)) return found;
    require_role(role);
    return nullptr;
  }
  void require_role(std::string_view role) const {
    for (const Bind& each : binds) {
      for (const Replicas& replicas : each.replicas)
        if (replicas.role == role) return;
    }
    throw ArgumentError(fmt::format("config[\"SQLALCHEMY_REPLICAS\"] has no role {}", text::repr(role)));
  }
};

AppDatabases& databases_of(App& app) {
  if (const auto* found = app.extensions.find<Owned<AppDatabases>>(kName)) return **found;
  throw ArgumentError("the app has no database: call init_app(app) when it is made");
}

[[noreturn]] void refuse(std::string_view where, std::string_view name, std::string_view wanted,
                         const Value& value) {
  throw ArgumentError(
      fmt::format("config[\"{}\"]: {} should be {}, but is {}", where, name, wanted, value.repr()));
}

std::int64_t integer(std::string_view where, std::string_view name, const Value& value) {
  if (!value.is_int()) refuse(where, name, "an integer", value);
  return value.as_int();
}

milliseconds in_seconds(std::string_view where, std::string_view name, const Value& value) {
  if (!value.is_number()) refuse(where, name, "a number of seconds", value);
  return milliseconds(static_cast<std::int64_t>(value.as_double() * 1000));
}

void read_options(EngineOptions& out, std::string_view where, const Value& options);

// What Python's sqlite3.connect() takes besides; what is about Python alone means nothing here.
void read_connect_args(EngineOptions& out, std::string_view where, const Value& arguments) {
  if (!arguments.is_dict()) refuse(where, "connect_args", "a dict", arguments);
  Value rest = Value::dict();
  for (const auto& [key, value] : arguments.entries()) {
    const std::string_view name = key.as_string();
    if (name == "timeout") {
      out.busy_timeout = in_seconds(where, name, value);
    } else if (name != "check_same_thread" && name != "detect_types" && name != "cached_statements") {
      rest.set(key, value);
    }
  }
  read_options(out, where, rest);
}

// create_engine's arguments, as far as they mean something here.
void read_options(EngineOptions& out, std::string_view where, const Value& options) {
  if (!options.is_dict()) refuse(where, "it", "a dict", options);
  for (const auto& [key, value] : options.entries()) {
    const std::string_view name = key.as_string();
    if (name == "pool_size") {
      out.pool_size = static_cast<int>(integer(where, name, value));
    } else if (name == "max_overflow") {
      out.max_overflow = static_cast<int>(integer(where, name, value));
    } else if (name == "pool_timeout") {
      out.pool_timeout = in_seconds(where, name, value);
    } else if (name == "pool_recycle") {
      out.pool_recycle = seconds(integer(where, name, value));
    } else if (name == "pool_pre_ping") {
      out.pool_pre_ping = value.truthy();
    } else if (name == "echo") {
      out.echo = value.truthy();
    } else if (name == "shared_connections") {
      out.shared_connections = static_cast<int>(integer(where, name, value));
    } else if (name == "isolation_level") {
      out.isolation_level = value.str();
    } else if (name == "connect_timeout") {
      out.connect_timeout = in_seconds(where, name, value);
    } else if (name == "statement_timeout") {
      out.statement_timeout = in_seconds(where, name, value);
    } else if (name == "busy_timeout") {
      out.busy_timeout = in_seconds(where, name, value);
    } else if (name == "connect_args") {
      read_connect_args(out, where, value);
    } else if (name != "url" && name != "replicas") {
      throw ArgumentError(
          fmt::format("config[\"{}\"] has an option {} that is not known", where, text::repr(name)));
    }
  }
}

// A relative file lies in the instance folder, which is made for it; the URL's options stay. With
// uri=true it is written file:name, and that may be in memory too.
std::string in_instance_folder(const App& app, const std::string& text) {
  const Url url = parse_url(text);
  if (url.dialect != "sqlite") return text;
  const bool is_uri = !url.option("uri").empty() && url.database.starts_with("file:");
  const std::string scheme = is_uri ? "file:" : "";
  const std::string file = url.database.substr(scheme.size());
  const bool in_memory = file.empty() || file == ":memory:" || url.option("mode") == "memory";
  if (in_memory || file[0] == '/') return text;
  const std::filesystem::path folder = app.instance_path();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    throw ArgumentError(fmt::format("the instance folder {} for the database {} cannot be made: {}",
                                    folder.string(), url.database, error.message()));
  const std::size_t options = text.find('?');
  return "sqlite:///" + scheme + (folder / file).string() +
         (options == text.npos ? std::string() : text.substr(options));
}

// A URL, or a dict with "url" and options.
Owned<Engine> make_engine(const App& app, std::string_view where, std::string_view name, const Value& given,
                          EngineOptions options) {
  Value url = given;
  if (given.is_dict()) {
    read_options(options, where, given);
    const Value* const found = given.find("url");
    if (!found) refuse(where, name, "a URL or a dict with \"url\"", given);
    url = *found;
  }
  if (!url.is_string()) throw ArgumentError(fmt::format("config[\"{}\"] should be a URL, as text", where));
  return Owned<Engine>(new Engine(in_instance_folder(app, std::string(url.as_string())), std::move(options)));
}

void add_replicas(const App& app, Bind& bind, std::string_view where, const Value& roles,
                  const EngineOptions& options) {
  if (!roles.is_dict()) refuse(where, "it", "a dict of roles", roles);
  for (const auto& [key, given] : roles.entries()) {
    Replicas replicas{std::string(key.as_string()), {}};
    const Value several = given.is_sequence() ? given : Value::list({given});
    if (replicas.role.empty() || several.size() == 0)
      refuse(where, replicas.role, "a URL, a dict with \"url\", or a list of those, and have a name", given);
    for (const Value& each : several.items()) {
      replicas.engines.push_back(make_engine(app, where, replicas.role, each, options));
      if (replicas.engines.back()->dialect().name() != bind.engine->dialect().name())
        refuse(where, replicas.role,
               fmt::format("of {}, as what it replicates", bind.engine->dialect().name()), each);
    }
    bind.replicas.push_back(std::move(replicas));
  }
}

void add_bind(const App& app, AppDatabases& databases, std::string_view where, std::string key,
              const Value& given) {
  EngineOptions options;
  options.echo = app.config.get("SQLALCHEMY_ECHO").truthy();
  if (const Value shared = app.config.get("SQLALCHEMY_ENGINE_OPTIONS"); key.empty() && shared.truthy())
    read_options(options, "SQLALCHEMY_ENGINE_OPTIONS", shared);
  Bind bind{key, nullptr, nullptr};
  if (is_recorded(app)) bind.recorder = std::make_unique<Recorder>(bind.key);
  options.observer = bind.recorder.get();
  bind.engine = make_engine(app, where, key, given, options);
  if (const Value roles = app.config.get("SQLALCHEMY_REPLICAS"); key.empty() && roles.truthy())
    add_replicas(app, bind, "SQLALCHEMY_REPLICAS", roles, options);
  if (const Value* roles = given.is_dict() ? given.find("replicas") : nullptr)
    add_replicas(app, bind, where, *roles, options);
  databases.binds.push_back(std::move(bind));
}

// What paginate finds in the request: 0 stands for what is no number.
std::optional<std::int64_t> page_argument(std::string_view name) {
  if (!has_request_context() || !request->args->contains(name)) return {};
  return request->args->get<std::int64_t>(name, 0);
}

Owned<Session> make_session(App& app, AppDatabases& databases, SessionOptions options) {
  if (!options.warn_n_plus_one && app.debug()) options.warn_n_plus_one = &warn_n_plus_one;
  Owned<Session> session(
      new Session(Function<Engine&(std::string_view)>(
                      [&databases](std::string_view key) -> Engine& { return databases.engine(key); }),
                  options));
  session->set_not_found([](std::string_view description) {
    if (description.empty()) abort(404);
    abort(404, std::string(description));
  });
  session->set_page_argument(&page_argument);
  session->set_replicas(
      [&databases](std::string_view key, std::string_view role) { return databases.replica(key, role); });
  session->read_from(databases.read_role);
  if (app.config.get("SQLALCHEMY_TRACK_MODIFICATIONS").truthy()) {
    session->track_modifications([&app](const std::vector<ModelChange>& changes, bool committed) {
      (committed ? models_committed : before_models_committed).send(app, changes);
    });
  }
  return session;
}

void for_each_bind(const AppDatabases& databases,
                   void (*f)(const MetaData&, db::Connection&, std::string_view), const MetaData& metadata) {
  for (const Bind& bind : databases.binds) f(metadata, *bind.engine->connect(), bind.key);
}

}  // namespace

Database::Database(NamingConvention naming, SessionOptions session_options)
    : naming_(std::move(naming)), session_options_(session_options) {}

void Database::init_app(App& app) const {
  if (app.extensions.contains(kName))
    throw ArgumentError("the app has a database already: init_app was called twice");
  Owned<AppDatabases> databases(new AppDatabases);
  const Value main = app.config.get("SQLALCHEMY_DATABASE_URI");
  const Value binds = app.config.get("SQLALCHEMY_BINDS");
  if (main.truthy()) add_bind(app, *databases, "SQLALCHEMY_DATABASE_URI", "", main);
  if (binds.truthy()) {
    if (!binds.is_dict()) refuse("SQLALCHEMY_BINDS", "it", "a dict", binds);
    for (const auto& [key, value] : binds.entries())
      add_bind(app, *databases, "SQLALCHEMY_BINDS", std::string(key.as_string()), value);
  }
  if (databases->binds.empty())
    throw ArgumentError(
        "either config[\"SQLALCHEMY_DATABASE_URI\"] or config[\"SQLALCHEMY_BINDS\"] must be set");
  if (const Value role = app.config.get("SQLALCHEMY_READ_ROLE"); role.truthy()) {
    if (!role.is_string()) refuse("SQLALCHEMY_READ_ROLE", "it", "a role, as text", role);
    databases->read_role = std::string(role.as_string());
    databases->require_role(databases->read_role);
  }
  app.extensions.set(kName, std::move(databases));
  add_templates(app);
  if (is_recorded(app)) add_debug_panel(app, {"SQL", &sql_panel});
  app.teardown_appcontext([] { g.pop(kSession); });
}

Session& Database::session() const {
  return *g.setdefault<Owned<Session>>(
      kSession, [this] { return make_session(current_app, databases_of(current_app), session_options_); });
}

const std::vector<RecordedQuery>& Database::get_recorded_queries() const {
  static const std::vector<RecordedQuery> none;
  RecordedQueries* const found = g.find<RecordedQueries>(kQueries);
  return found ? found->located() : none;
}

Engine& Database::engine(std::string_view bind_key) const {
  return databases_of(current_app).engine(bind_key);
}
Engine& Database::replica(std::string_view role, std::string_view bind_key) const {
  if (Engine* const found = databases_of(current_app).replica(bind_key, role)) return *found;
  throw ArgumentError(
      fmt::format("the database {} has no replica of the role {}", text::repr(bind_key), text::repr(role)));
}
MetaData Database::metadata() const { return models_metadata(naming_); }

void Database::create_all() const { for_each_bind(databases_of(current_app), &db::create_all, metadata()); }
void Database::create_all(std::string_view bind_key) const {
  db::create_all(metadata(), *engine(bind_key).connect(), bind_key);
}
void Database::drop_all() const { for_each_bind(databases_of(current_app), &db::drop_all, metadata()); }
void Database::drop_all(std::string_view bind_key) const {
  db::drop_all(metadata(), *engine(bind_key).connect(), bind_key);
}

}  // namespace retort::db
