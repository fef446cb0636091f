// SPDX-License-Identifier: BSD-3-Clause
// Tokens and sessions made by one are used at the other: see app.py.
#include <regex>
#include <string>

#include <retort/app/proxy_fix.h>
#include <retort/ext/wtf/csrf.h>
#include <retort/ext/wtf/validation_error.h>
#include <retort/retort.h>
#include <retort/signing/serializer.h>

using namespace retort;

namespace {

wtf::CSRFProtect csrf;

class Earlier : public signing::TimeSource {
 public:
  explicit Earlier(std::int64_t age) : age_(age) {}
  std::int64_t now() const override { return TimeSource::now() - age_; }

 private:
  std::int64_t age_;
};

Response answer(const std::string& token) {
  Response response = make_response("");
  response.headers["X-Signed"] = token;
  return response;
}

/// Signs `value` with a time that lies back.
std::string signed_by(const std::string& key, std::int64_t age, const Value& value) {
  const Earlier time(age);
  signing::SerializerOptions options;
  options.salt = "wtf-csrf-token";
  options.time = &time;
  return signing::URLSafeTimedSerializer(key, std::move(options)).dumps(value);
}

std::string exempt() { return "exempt"; }

std::string validate() {
  try {
    wtf::validate_csrf(request->form.get("token", ""));
  } catch (const wtf::ValidationError& error) {
    return error.message();
  }
  return "valid";
}

std::string by_hand() {
  csrf.protect();
  return "by hand";
}

void add_tokens(App& app) {
  app.get("/seed/<token>", "seed", [](const std::string& token) {
    session["csrf_token"] = token;
    return "seeded";
  });
  app.get("/token", "token", [] { return answer(wtf::generate_csrf()); });
  app.get("/first", "first", [] {
    wtf::generate_csrf();
    const std::string made = session.pop("csrf_token").str();
    return std::regex_match(made, std::regex("[0-9a-f]{40}")) ? "True" : "False";
  });
  app.get("/token/aged/<int:age>", "aged", [](std::int64_t age) {
    return answer(signed_by("the tokens' own", age, session["csrf_token"].value()));
  });
  app.get("/token/of/<value>", "of",
          [](const std::string& value) { return answer(signed_by("the tokens' own", 0, value)); });
  app.get("/token/by/<key>", "by",
          [](const std::string& key) { return answer(signed_by(key, 0, session["csrf_token"].value())); });
}

void add_posts(App& app) {
  app.route("/post", "post",
            [](Request& r) {
              return std::string(r.method) + (g.get<bool>("csrf_valid", false) ? " True" : " False");
            },
            {GET, POST, PUT, PATCH, DELETE});
  app.post<exempt>("/exempt");
  app.post<validate>("/validate");
  app.post<by_hand>("/by-hand");
  csrf.exempt<exempt>();
  csrf.exempt<validate>();
  csrf.exempt<by_hand>();
}

void add_blueprints(App& app) {
  Blueprint child{"child"};
  child.post("/post", "post", [] { return "child"; });
  Blueprint parent{"parent"};
  parent.post("/post", "post", [] { return "parent"; });
  parent.register_blueprint(child, {.url_prefix = "/child"});
  csrf.exempt(parent);
  app.register_blueprint(parent, {.url_prefix = "/parent"});

  Blueprint handled{"handled"};
  handled.post("/post", "post", [] { return "handled"; });
  handled.errorhandler<wtf::CSRFError>([](const wtf::CSRFError& error) {
    return std::pair{"refused: " + error.description(), 403};
  });
  app.register_blueprint(handled, {.url_prefix = "/handled"});
}

App create_app() {
  App app{"csrf"};
  app.config["SECRET_KEY"] = "the app's";
  app.config["WTF_CSRF_SECRET_KEY"] = Value::list({"the old one", "the tokens' own"});
  app.config["WTF_CSRF_CACHE_PRIVATE"] = false;  // which Flask-WTF does not know
  app.wrap<ProxyFix>();
  csrf.init_app(app);
  add_tokens(app);
  add_posts(app);
  add_blueprints(app);
  return app;
}

}  // namespace

int main(int argc, char** argv) { return retort::main(create_app, argc, argv); }
