// SPDX-License-Identifier: BSD-3-Clause
// The app that session.py serves, asks, breaks and crashes in a terminal.
#include <chrono>
#include <stdexcept>

#include <retort/db/mapping.h>
#include <retort/db/relationship.h>
#include <retort/ext/sqlalchemy/database.h>
#include <retort/retort.h>

using namespace retort;

namespace shop {

struct Customer {
  std::int64_t id = 0;
  std::string name;
};

struct Order {
  std::int64_t id = 0;
  std::int64_t customer_id = 0;
  db::Related<Customer> customer = {};
};

const auto customers = db::table<Customer>("customers");
const auto orders_table =
    db::table<Order>("orders", db::column<&Order::customer_id>(db::references<&Customer::id>()),
                     db::relationship<&Order::customer>(db::via<&Order::customer_id>()));

db::Database db;

std::string index() { return "Hello!"; }

std::string orders() {
  std::string names;
  for (const auto& order : db.query<Order>().all()) names += order->customer->name;
  return names;
}

std::string report() {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(400);
  while (std::chrono::steady_clock::now() < end) continue;
  return "done";
}

std::string invoice() { throw std::runtime_error("no paper"); }

std::string crash() { return std::to_string(*static_cast<volatile int*>(nullptr)); }

}  // namespace shop

App create_app() {
  App app{"shop"};
  app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
  shop::db.init_app(app);
  app.get<shop::index>("/");
  app.get<shop::orders>("/orders");
  app.get<shop::report>("/report");
  app.get<shop::invoice>("/invoice");
  app.get<shop::crash>("/crash");
  const auto context = app.app_context();
  shop::db.create_all();
  for (int i = 0; i < 12; ++i) {
    shop::Order order;
    order.customer = shop::db.session().add(shop::Customer{.name = "ada "});
    shop::db.session().add(std::move(order));
  }
  shop::db.session().commit();
  return app;
}
