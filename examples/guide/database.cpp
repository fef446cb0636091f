// SPDX-License-Identifier: BSD-3-Clause
// What docs/models.md, docs/queries.md and docs/database-performance.md quote.
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <retort/db/ddl.h>
#include <retort/db/mapping.h>
#include <retort/db/retry.h>
#include <retort/db/view.h>
#include <retort/ext/sqlalchemy/database.h>
#include <retort/ext/sqlalchemy/track_modifications.h>
#include <retort/fiber/task.h>
#include <retort/retort.h>
#include <retort/testing/client.h>

namespace shop {

using namespace retort;
using db::col;
using db::desc;

enum class Size { small, medium, large };

struct Timestamps {
  DateTime created_at = utcnow();
  DateTime updated_at = utcnow();
};

struct Customer {
  std::int64_t id = 0;
  std::string email;
  std::optional<std::string> name;
  bool is_active = true;
};

struct Order {
  std::int64_t id = 0;
  std::int64_t customer_id = 0;
  Decimal total;
  Size size = Size::medium;
  std::int64_t version = 0;
  Timestamps times = {};
};

inline const auto customers =
    db::table<Customer>("customers", db::primary_key<&Customer::id>(),
                        db::column<&Customer::email>(db::length(120), db::unique, db::indexed));

inline const auto orders = db::table<Order>(
    "orders",
    db::column<&Order::customer_id>(db::references<&Customer::id>().on_delete("CASCADE"), db::indexed),
    db::column<&Order::total>(db::numeric(10, 2)),
    db::column<&Order::times, &Timestamps::updated_at>(db::on_update<&utcnow>()),
    db::check("total >= 0", "total_not_negative"), db::version<&Order::version>());

db::Database db;

std::int64_t sign_up(const std::string& email) {
  const auto customer = db.session().add(Customer{.email = email, .name = {}});
  db.session().commit();
  return customer->id;
}

void change(std::int64_t id) {
  auto customer = db.session().get<Customer>(id);
  if (customer) customer->is_active = false;
  db.session().add(Order{.customer_id = id, .total = Decimal("19.90")});
  db.session().commit();  // INSERT INTO orders, UPDATE customers SET is_active
}

std::size_t find(const std::string& text) {
  auto hit = db.query<Customer>().where(col<&Customer::email> == text).first();
  auto some = db.query<Customer>()
                  .where(col<&Customer::name> == nullptr || col<&Customer::email>.contains(text))
                  .order_by(desc<&Customer::id>)
                  .limit(10)
                  .all();
  return some.size() + (hit ? 1 : 0);
}

std::vector<std::tuple<std::string, std::int64_t>> busiest() {
  return db.session().execute(db::select(col<&Customer::email>, db::func::count(col<&Order::id>))
                                  .join<Order>()
                                  .group_by(col<&Customer::email>)
                                  .having(db::func::count(col<&Order::id>) > 0)
                                  .order_by(db::func::count(col<&Order::id>).desc()));
}

struct Total {
  std::string email;
  std::int64_t orders = 0;
};

std::vector<Total> in_sql() {
  return db.session().text<Total>(
      "SELECT email, count(*) AS orders FROM customers JOIN orders ON customer_id = customers.id "
      "WHERE customers.id = ?1 GROUP BY email",
      {db::Datum::of_integer(1)});
}

std::int64_t bulk() {
  db.session().execute(db::insert<Customer>()
                           .set(col<&Customer::email>, "a@example.org")
                           .set(col<&Customer::is_active>, true)
                           .on_conflict_do_update(col<&Customer::email>)
                           .set_on_conflict(col<&Customer::is_active>, true));
  return db.session().execute(
      db::update<Order>().set(col<&Order::total>, Decimal("0")).where(col<&Order::size> == Size::small));
}

void safely(std::int64_t id) {
  db::retry(3, [&] {
    db.session().rollback();  // what an attempt before has left
    auto customer = db.session().get<Customer>(id);
    {
      auto nested = db.session().begin_nested();
      db.session().add(Customer{.email = customer->email, .name = {}});
      try {
        nested.commit();
      } catch (const db::IntegrityError&) {  // the savepoint alone is undone
      }
    }
    customer->is_active = true;
    db.session().commit();
  });
}

std::int64_t active_among(const std::vector<std::int64_t>& ids) {
  std::int64_t active = 0;
  for (const auto& customer : db.session().get_each<Customer>(ids)) active += customer && customer->is_active;
  return active;
}

std::int64_t rows_of(const std::string& table) {
  std::int64_t rows = 0;
  db.engine().execute("SELECT count(*) FROM " + table, {}, [&](const db::Row& row) {
    rows = row.cell(0).integer;
    return true;
  });
  return rows;
}

std::string totals() {
  const auto [customers, orders] =
      fiber::gather([] { return rows_of("customers"); }, [] { return rows_of("orders"); });
  return std::to_string(customers) + " " + std::to_string(orders);
}

Decimal turnover() {
  Decimal sum;
  db.query<Order>().stream([&](const Order& order) {
    sum += order.total;
    return true;
  });
  return sum;
}

void report_slow(Response&) {
  for (const auto& query : db.get_recorded_queries()) {
    if (query.duration() > milliseconds(500))
      current_app->logger.warning("slow query at " + query.location + ": " + query.statement);
  }
}

std::string list_customers() {
  const auto page = db.query<Customer>().order_by(col<&Customer::id>).paginate({.per_page = 20});
  return render_template_string(R"({% from "retort/pagination.html" import page_links -%}
{% for customer in customers %}{{ customer.email }}
{% endfor %}{{ page_links(customers) }})",
                                {{"customers", page}});
}

void log_changes(App& app) {
  db::models_committed.connect(app, [](App& sender, const std::vector<db::ModelChange>& changes) {
    for (const auto& change : changes) {
      if (const auto customer = change.instance<Customer>())
        sender.logger.info(std::string(db::operation_name(change.operation())) + " " + customer->email);
    }
  });
}

void add_replicas(App& app) {
  app.config["SQLALCHEMY_DATABASE_URI"] = "postgresql://shop@main/shop";
  app.config["SQLALCHEMY_REPLICAS"] =
      Value::dict({{"reports", "postgresql://shop@reports/shop"},
                   {"near", Value::list({"postgresql://shop@near1/shop", "postgresql://shop@near2/shop"})}});
  app.config["SQLALCHEMY_READ_ROLE"] = "near";
}

std::vector<db::Handle<Order>> large_orders() {
  return db.query<Order>().on("reports").where(col<&Order::total> > Decimal("1000")).all();
}

App create_app() {
  App app{"shop"};
  app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
  app.config["SQLALCHEMY_RECORD_QUERIES"] = true;
  app.config["SQLALCHEMY_TRACK_MODIFICATIONS"] = true;
  app.config["SQLALCHEMY_REPLICAS"] = Value::dict({{"reports", "sqlite://"}});
  db.init_app(app);
  app.after_request(report_slow);
  app.get<totals>("/totals");
  app.get<list_customers>("/customers");
  app.get("/customers/<int:id>", [](std::int64_t id) { return db.get_or_404<Customer>(id)->email; });
  return app;
}

}  // namespace shop

int main() {
  using namespace shop;
  App app = create_app();
  int failures = 0;
  const auto expect = [&](bool holds, const char* what) {
    if (!holds) ++failures, std::fprintf(stderr, "guide_database: %s\n", what);
  };
  {
    const auto context = app.app_context();
    shop::db.create_all();
    expect(sign_up("a@example.org") == 1, "sign_up");
    change(1);
    expect(find("a@example.org") == 2, "find");
    expect(busiest().size() == 1 && std::get<1>(busiest()[0]) == 1, "busiest");
    expect(in_sql().size() == 1 && in_sql()[0].orders == 1, "in_sql");
    expect(bulk() == 0, "bulk");
    shop::db.session().commit();
    safely(1);
    expect(shop::db.query<Customer>().count() == 1, "safely");
    expect(active_among({1, 2}) == 1, "active_among");
    expect(turnover() == Decimal("19.90"), "turnover");
    expect(!shop::db.get_recorded_queries().empty(), "get_recorded_queries");
  }
  App other{"other"};
  add_replicas(other);
  shop::db.init_app(other);  // connects at its first use
  {
    const auto context = app.app_context();
    log_changes(app);
    retort::db::create_all(shop::db.metadata(), *shop::db.replica("reports").connect());
    expect(large_orders().empty(), "large_orders");
  }
  auto client = app.test_client();
  expect(client.get("/customers").text() == "a@example.org\n", "the list");
  expect(client.get("/customers/1").text() == "a@example.org", "a customer");
  expect(client.get("/totals").text() == "1 1", "totals");
  expect(client.get("/customers/2").status_code == 404, "no customer");
  return failures;
}
