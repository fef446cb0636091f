// SPDX-License-Identifier: BSD-3-Clause
// url_for, files, JSON, config, class-based views, signals, secure names.
#include "kitchen.h"
#include <retort/app/json_provider.h>
#include <retort/app/send_file.h>
#include <retort/app/views.h>
#include <retort/base/civil_time.h>
#include <retort/http/path.h>
#include <retort/routing/adapter.h>
#include <retort/value/uuid_time.h>

using namespace retort;

namespace {

const DateTime kWhen{.year = 2026,
                     .month = 2,
                     .day = 20,
                     .hour = 12,
                     .minute = 30,
                     .second = 15,
                     .microsecond = 0,
                     .offset_seconds = 0};

Value urls() {
  return Value::list({
      url_for("request_args"),
      url_for("request_args", {{"q", "a b&c"}, {"page", 2}}),
      url_for("request_args", {{"tag", std::vector<routing::Variable>{"x", "y"}}}),
      url_for("request_args", {}, {.anchor = "top of page"}),
      url_for("request_args", {}, {.external = true}),
      url_for("request_args", {}, {.scheme = "https", .external = true}),
      url_for("request_view_args", {{"number", 7}, {"real", 1.5}, {"rest", "a b/c"}}),
      url_for("static", {{"filename", "style.css"}}),
      url_for("static", {{"filename", "deep dir/a b.txt"}}),
      url_for("users", {}, {.method = "POST"}),
      url_for("users", {{"page", 3}}),
      url_for("routing_pages", {{"page", 1}}),
      url_for("routing_pages", {{"page", 2}}),
      url_for("parent.child.index"),
      url_for("results", {{"kind", "t\u00e4xt/../x"}}),
  });
}

Value url_errors() {
  Value out = Value::list();
  const auto build = [&](std::string_view endpoint, routing::Variables values) {
    try {
      url_for(endpoint, std::move(values));
    } catch (const routing::BuildError&) {
      out.push_back("BuildError");
    }
  };
  build("nothing", {});
  build("request_view_args", {{"number", 1}});
  return out;
}

Response file() {
  SendFileOptions options{.etag = !request->args.contains("notag")};
  if (!request->args.contains("age")) options.max_age = 30;
  return send_file("static/notes.txt", options);
}

Response attachment() {
  return send_file("static/notes.txt", {.as_attachment = true,
                                        .download_name = std::string(request->args.get("name", "")),
                                        .etag = "kitchen-notes",
                                        .last_modified = unix_seconds(kWhen)});
}

Response from_directory(std::string_view path) { return send_from_directory("static", path); }

Response static_file() { return current_app->send_static_file("style.css"); }

Response memory_file() {
  return send_file(BytesIO{"in memory"}, {.mimetype = "text/x-memory", .download_name = "memory.txt"});
}

Value join() {
  Value out = Value::list();
  for (const char* path : {"a", "a/b", "../a", "a/../b", "/etc/passwd", ".", "..", "a/../../b"}) {
    const auto joined = http::safe_join("/srv", {path});
    out.push_back(joined ? Value(*joined) : Value(nullptr));
  }
  return out;
}

Value names() {
  Value out = Value::list();
  for (const char* name : {"a b.txt", "../../etc/passwd", "i contain cool \u00fcml\u00e4uts.txt", "", "..",
                           "CON", "-x-.txt", "C:\\dir\\file.txt"})
    out.push_back(http::secure_filename(name));
  return out;
}

Value settings() {
  const Config& c = current_app->config;
  return Value::dict({{"table", c.get_namespace("TABLE_")},
                      {"age", c["SEND_FILE_MAX_AGE_DEFAULT"]},
                      {"debug", c["DEBUG"]},
                      {"testing", c["TESTING"]},
                      {"missing", c.get("MISSING", "none")},
                      {"cookie", c["SESSION_COOKIE_NAME"]},
                      {"path", c["APPLICATION_ROOT"]},
                      {"scheme", c["PREFERRED_URL_SCHEME"]},
                      {"samesite", c["SESSION_COOKIE_SAMESITE"]},
                      {"lifetime", c.seconds("PERMANENT_SESSION_LIFETIME")},
                      {"httponly", c["SESSION_COOKIE_HTTPONLY"]}});
}

Response json_kinds() {
  Uuid uuid;
  Uuid::parse("a8098c1a-f86e-11da-bd1a-00112444be1e", uuid);
  Value list = Value::list({Value::dict({{"y", 1}, {"x", nullptr}})});
  return jsonify({{"date", datetime_value(kWhen)},
                  {"day", date_value({2026, 2, 20})},
                  {"decimal", "1.10"},
                  {"uuid", uuid_value(uuid)},
                  {"nested", Value::dict({{"b", list}, {"a", true}})}});
}

std::string json_dumps() {
  return current_app->json.dumps(Value::dict({{"b", "\u00e4"}, {"a", Value::list({1, 2.0})}}));
}

// A new instance for each request.
class Counter : public View {
 public:
  static constexpr std::string_view methods[] = {GET, POST};
  explicit Counter(int start) : count_(start) {}
  std::string dispatch_request() {
    ++count_;
    return std::string(request->method) + " " + std::to_string(count_);
  }

 private:
  int count_;
};

class Kept : public View {
 public:
  static constexpr bool init_every_request = false;
  std::string dispatch_request(const std::string& word) const {
    std::string out = word;
    for (char& c : out) c = static_cast<char>(std::toupper(c));
    return out;
  }
};

class Users : public MethodView {
 public:
  json get() { return json({{"users", Value::list({"ada", "grace"})}}); }
  pair<json, int> post() { return {json({{"created", request->get_json()["name"]}}), 201}; }
};

class OneUser : public MethodView {
 public:
  json get(std::int64_t user_id) { return json({{"id", user_id}}); }
  json put(std::int64_t user_id) { return json({{"id", user_id}, {"name", request->get_json()["name"]}}); }
  pair<const char*, int> delete_(std::int64_t) { return {"", 204}; }
};

class Decorated : public View {
 public:
  static auto decorators(auto view) {
    return [view = std::move(view)]() {
      Response response = make_response(view());
      response.headers["X-Decorated"] = "yes";
      return response;
    };
  }
  std::string dispatch_request() { return "decorated"; }
};

Value signals() { return Value::dict({{"started", g.get("started", false)}, {"path", request->path}}); }

void add_signals(App& app) {
  request_started.connect(app, [] { g["started"] = true; });
  request_finished.connect(app, [](App&, Response& response) {
    if (request->path == "/helper/signals")
      response.headers["X-Finished"] = std::to_string(response.status_code);
  });
}

}  // namespace

void add_helper_views(App& app) {
  app.get("/helper/urls", "helper_urls", urls);
  app.get("/helper/url-errors", "helper_url-errors", url_errors);
  app.get("/helper/file", "helper_file", file);
  app.get("/helper/attachment", "helper_attachment", attachment);
  app.get("/helper/directory/<path:path>", "from_directory", from_directory);
  app.get("/helper/static-file", "helper_static-file", static_file);
  app.get("/helper/memory-file", "helper_memory-file", memory_file);
  app.get("/helper/join", "helper_join", join);
  app.get("/helper/names", "helper_names", names);
  app.get("/helper/config", "helper_config", settings);
  app.get("/helper/json-kinds", "helper_json-kinds", json_kinds);
  app.get("/helper/json-dumps", "helper_json-dumps", json_dumps);
  app.get("/helper/signals", "helper_signals", signals);
  app.add_url_rule("/view/counter", as_view<Counter>("counter", 41));
  app.add_url_rule("/view/kept/<word>", as_view<Kept>("kept"));
  app.add_url_rule("/view/decorated", as_view<Decorated>("decorated"));
  app.add_url_rule("/view/users", as_view<Users>("users"));
  app.add_url_rule("/view/users/<int:user_id>", as_view<OneUser>("one_user"));
  add_signals(app);
}
