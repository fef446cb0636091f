// SPDX-License-Identifier: BSD-3-Clause
// Routing: basic routes, variable rules, methods. The text's first index ("Home Page") gives way
// to the one with a template, as it does there.
#include "tour.h"
#include <fmt/format.h>

using namespace retort;

namespace {

std::string about() { return "About Page"; }
std::string contact() { return "Contact Page"; }

// String (default): any text without slashes
std::string user_profile(const std::string& username) { return "Profile: " + username; }
std::string show_post(std::int64_t post_id) { return fmt::format("Post #{}", post_id); }
std::string show_price(double amount) { return fmt::format("Price: ${:.2f}", amount); }
// Path: like string, with slashes
std::string serve_file(std::string_view filepath) { return fmt::format("Serving: {}", filepath); }
std::string get_item(const Uuid& item_id) { return "Item: " + item_id.str(); }

Response login() {
  if (request->method == POST) {
    const auto username = request->form["username"];
    const auto password = request->form["password"];
    // Authenticate user...
    static_cast<void>(username), static_cast<void>(password);
    return redirect(url_for("index"));
  }
  return make_response(render_template("login.html"));
}

struct User {
  std::int64_t id;
  std::string name;
};

std::vector<User> list_users() { return {{1, "Folau"}, {2, "Sione"}}; }

struct NewUser {
  std::string name;
};

pair<User, int> create_user(Json<NewUser> data) {
  // Create user...
  return {User{3, data->name}, 201};
}

User update_user(std::int64_t user_id, Json<NewUser> data) {
  // Update user...
  return {user_id, data->name};
}

Status delete_user(std::int64_t) {
  // Delete user...
  return status(204);
}

}  // namespace

void add_routes(App& app) {
  app.get<about>("/about");
  app.get<contact>("/contact");
  app.get<user_profile>("/user/<username>");
  app.get<show_post>("/post/<int:post_id>");
  app.get<show_price>("/price/<float:amount>");
  app.get<serve_file>("/files/<path:filepath>");
  app.get<get_item>("/item/<uuid:item_id>");
  app.route<login>("/login", {GET, POST});
  app.get<list_users>("/api/users");
  app.post<create_user>("/api/users");
  app.put<update_user>("/api/users/<int:user_id>");
  app.delete_<delete_user>("/api/users/<int:user_id>");
}
