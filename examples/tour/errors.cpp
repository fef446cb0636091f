// SPDX-License-Identifier: BSD-3-Clause
// Errors: pages of the app's own, JSON for an API, abort().
#include "tour.h"

using namespace retort;

namespace {

struct Admin {
  bool is_admin = false;
};

std::string admin_panel() {
  const Admin current_user{request->args.get("as", "") == "admin"};
  if (!current_user.is_admin) abort(403);  // Forbidden
  return render_template("admin.html");
}

struct User {
  std::int64_t id;
  std::string name;
};

User get_user(std::int64_t user_id) {
  if (user_id != 1) abort(404);  // Not Found
  return {1, "Folau"};
}

std::string crash() { throw std::runtime_error("something is wrong"); }

json error_document(std::string_view name, std::string_view message, int code) {
  return json({{"error", name}, {"message", message}, {"status_code", code}});
}

}  // namespace

void add_errors(App& app) {
  app.errorhandler(404, [] { return pair{render_template("errors/404.html"), 404}; });
  app.errorhandler(500, [] { return pair{render_template("errors/500.html"), 500}; });
  app.errorhandler(403, [] { return pair{render_template("errors/403.html"), 403}; });
  app.get<admin_panel>("/admin");
  app.get<get_user>("/api/users/<int:user_id>");
  app.get<crash>("/crash");
}

App create_api() {
  App app{"api"};
  app.get<get_user>("/api/users/<int:user_id>");
  app.get<crash>("/crash");

  app.errorhandler<HTTPException>([](const HTTPException& error) {
    return pair{error_document(error.name(), error.description(), error.code()), error.code()};
  });
  app.errorhandler<std::exception>([](const std::exception& error) {
    // Log the error for debugging; the client learns nothing of it.
    current_app->logger.error(std::string("Unhandled exception: ") + error.what());
    return pair{error_document("Internal Server Error", "An unexpected error occurred.", 500), 500};
  });
  return app;
}
