// SPDX-License-Identifier: BSD-3-Clause
// The code of docs/config.md, signals.md, errors.md and middleware.md.
#include <retort/app/dispatcher_middleware.h>
#include <retort/app/proxy_fix.h>
#include <retort/app/shared_data_middleware.h>
#include <retort/base/duration.h>
#include <retort/retort.h>

using namespace retort;

namespace guide {

// Config.

struct Defaults {
  std::string SECRET_KEY = "dev";
  int POSTS_PER_PAGE = 20;
  hours PERMANENT_SESSION_LIFETIME = hours(12);
};

struct BaseConfig {
  void apply(Config& config) const {
    config["DATABASE_URI"] = "sqlite:///blog.db";
    config["POOL_SIZE"] = 5;
  }
};
struct TestingConfig : BaseConfig {
  void apply(Config& config) const {
    BaseConfig::apply(config);
    config["DATABASE_URI"] = "sqlite://:memory:";
    config["TESTING"] = true;
  }
};

void configure(App& app, std::string_view name) {
  app.config.add_object<BaseConfig>("development");
  app.config.add_object<TestingConfig>("testing");
  app.config.from_object(Defaults{});
  app.config.from_object(config::named(name));
  app.config.from_file("config.toml", ConfigFileOptions{.silent = true});
  app.config.from_prefixed_env();
}

void read(App& app) {
  const auto per_page = app.config.get<int>("POSTS_PER_PAGE");
  const auto admins = app.config.get<std::vector<std::string>>("ADMINS", {});
  app.logger.info("pages of " + std::to_string(per_page) + ", admins: " + std::to_string(admins.size()));
}

// Signals.

void listen(App& app) {
  request_finished.connect(
      app, [](App& sender, Response& response) { sender.logger.debug("answered " + response.status()); });
}

struct Post {
  std::string title;
};

constexpr Namespace blog_signals{"blog"};
constexpr auto post_saved = blog_signals.signal<const Post&>("post-saved");

class Recorder {
 public:
  explicit Recorder(App& app)
      : listening_(post_saved.connected_to(app, [this](App&, const Post& post) { last = post.title; })) {}
  std::string last;

 private:
  Connection listening_;  // ends with the recorder
};

void save(const Post& post) {
  if (post_saved.has_receivers_for(current_app)) post_saved.send(current_app, post);
}

// Errors.

class PaymentRequired : public HTTPException {
 public:
  static constexpr int kCode = 402;
  explicit PaymentRequired(std::string description = "Please pay.")
      : HTTPException(kCode, std::move(description)) {}
};

void errors(App& app) {
  app.errorhandler(404, [](const HTTPException& e) { return pair{e.description(), 404}; });
  app.errorhandler<std::invalid_argument>([](const std::invalid_argument& e) {
    return pair{std::string(e.what()), 400};
  });
  app.errorhandler(500, [](const InternalServerError&) { return pair{"Something went wrong.", 500}; });
  app.aborter.add<PaymentRequired>(402);
}

void logging(App& app) {
  app.logger.add_rotating_file("blog.log", 10'000'000, 5, LogLevel::warning);
  app.logger.set_level(LogLevel::info);
}

// Middleware.

void behind_a_proxy(App& app) {
  app.wrap<ProxyFix>(ProxyFixOptions{.x_for = 1, .x_proto = 1, .x_host = 1, .x_prefix = 1});
}

void mount(App& app, App& api) {
  app.wrap<DispatcherMiddleware>(Mounts{{"/api", &api}});
  app.wrap<SharedDataMiddleware>(Exports{{"/shared", "/srv/shared"}});
}

void own(App& app) {
  app.wrap([](Handler& next, Request& request, Response& response) {
    next.handle(request, response);
    response.headers.set("X-Served-By", "blog");
  });
}

}  // namespace guide

int main() {
  App app{"guide"};
  App api{"api"};
  guide::configure(app, "testing");
  guide::read(app);
  guide::listen(app);
  guide::errors(app);
  guide::behind_a_proxy(app);
  guide::mount(app, api);
  guide::own(app);
  const guide::Recorder recorder(app);
  const AppContext context = app.app_context();
  guide::save({"Hello"});
  const bool good = recorder.last == "Hello" && app.testing() && app.config.text("SECRET_KEY") == "dev";
  return good ? 0 : 1;
}
