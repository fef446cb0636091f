// SPDX-License-Identifier: BSD-3-Clause
// Rules, blueprints, hooks, error handlers, aborts.
#include <stdexcept>

#include "kitchen.h"
#include <retort/routing/rule.h>

using namespace retort;

namespace {

class KitchenError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class HotError : public KitchenError {
 public:
  using KitchenError::KitchenError;
};

Value text_or_none(std::string_view text) { return text.empty() ? Value(nullptr) : Value(text); }

Value where() {
  return Value::dict({{"endpoint", request->endpoint},
                      {"blueprint", text_or_none(request->blueprint)},
                      {"args", *request->view_args},
                      {"rule", request->url_rule->rule()}});
}
Value where_one(const std::string&) { return where(); }
Value where_number(int) { return where(); }
Value where_two(const std::string&, const std::string&) { return where(); }

void add_one(App& app, std::string rule, std::string endpoint, RouteOptions options = {}) {
  app.add_url_rule(std::move(rule), std::move(endpoint), where_one, {}, std::move(options));
}
void add_none(App& app, std::string rule, std::string endpoint, RouteOptions options = {},
              std::vector<std::string> methods = {}) {
  app.add_url_rule(std::move(rule), std::move(endpoint), where, std::move(methods), std::move(options));
}

void add_rules(App& app) {
  add_one(app, "/rule/user/<name>", "rule_user");
  add_one(app, "/rule/length/<string(length=3):code>", "rule_length");
  add_one(app, "/rule/min/<string(minlength=2,maxlength=4):code>", "rule_minmax");
  add_one(app, "/rule/int/<int:n>", "rule_int");
  add_one(app, "/rule/signed/<int(signed=True):n>", "rule_signed");
  add_one(app, "/rule/fixed/<int(fixed_digits=4):n>", "rule_fixed");
  add_one(app, "/rule/range/<int(min=3,max=9):n>", "rule_range");
  add_one(app, "/rule/float/<float:x>", "rule_float");
  add_one(app, "/rule/any/<any(red, green):color>", "rule_any");
  add_one(app, "/rule/uuid/<uuid:id>", "rule_uuid");
  add_one(app, "/rule/path/<path:p>/end", "rule_path");
  app.add_url_rule("/rule/two/<a>-<b>", "rule_two", where_two);
  add_none(app, "/rule/slash/", "rule_slash");
  add_none(app, "/rule/noslash", "rule_noslash");
  add_none(app, "/rule/loose", "rule_loose", {.rule = {.strict_slashes = false}});
  app.add_url_rule("/rule/pages/", "routing_pages", where_number, {}, {.rule = {.defaults = {{"page", 1}}}});
  app.add_url_rule("/rule/pages/<int:page>", "routing_pages", where_number);
  add_none(app, "/rule/methods", "rule_methods", {}, {"PUT", "DELETE"});
  add_none(app, "/rule/nooptions", "rule_nooptions", {.provide_automatic_options = false});
  add_none(app, "/rule/old", "rule_old", {.rule = {.redirect_to = "/rule/noslash"}});
  add_one(app, "/rule/\u00e4/<name>", "rule_unicode");
}

Value blueprints() {
  Value out = Value::list();
  for (const std::string_view name : request->blueprints()) out.push_back(name);
  return out;
}

using Order = std::vector<std::string>;

Value order() {
  Value out = Value::list();
  for (const std::string& name : g.get<Order>("order")) out.push_back(name);
  return out;
}

Blueprint make_child() {
  Blueprint child{"child"};
  child.get("/", "index", [] {
    g.get<Order>("order").push_back("view");
    return Value::dict(
        {{"here", where()}, {"order", order()}, {"link", url_for(".index")}, {"blueprints", blueprints()}});
  });
  child.before_request([] { g.get<Order>("order").push_back("child"); });
  child.after_request([](Response& response) { response.headers.add("X-Order", "child"); });
  child.get("/missing", "missing", []() -> std::string { abort(404); });
  child.errorhandler(404, [](const HTTPException& e) { return pair{"child: " + e.description(), 404}; });
  return child;
}

Blueprint make_parent(const Blueprint& child) {
  Blueprint parent{"parent", {.url_prefix = "/parent"}};
  parent.get("/", "index", [] {
    return Value::dict({{"here", where()},
                        {"links", Value::list({url_for(".index"), url_for("parent.child.index"),
                                               url_for(".child.index")})}});
  });
  parent.before_request([] { g.setdefault<Order>("order", [] { return Order(); }).push_back("parent"); });
  parent.after_request([](Response& response) { response.headers.add("X-Order", "parent"); });
  parent.get("/hot", "hot", []() -> std::string { throw HotError("in the parent"); });
  parent.errorhandler<KitchenError>([](const KitchenError& e) {
    return pair{std::string("parent: ") + e.what(), 500};
  });
  parent.register_blueprint(child, {.url_prefix = "/child"});
  return parent;
}

Blueprint make_shop() {
  Blueprint shop{"shop", {.template_folder = "parts/templates", .static_folder = "parts/static"}};
  shop.get("/page/<lang>", "page", [](const std::string& lang) {
    return render_template("part/page.html", {{"lang", lang}});
  });
  shop.app_context_processor([] { return Value::dict({{"shop", "open"}}); });
  shop.before_app_request([]() -> std::optional<std::string> {
    if (request->args.get("stop", "") == "app") return "stopped by the shop";
    return {};
  });
  shop.after_app_request([](Response& response) { response.headers.set("X-Shop", "open"); });
  shop.app_errorhandler<TooManyRequests>([](const TooManyRequests&) { return pair{"busy", 429}; });
  return shop;
}

void add_blueprints(App& app) {
  const Blueprint child = make_child();
  app.register_blueprint(make_parent(child));
  app.register_blueprint(child, {.url_prefix = "/again", .name = "again"});
  app.register_blueprint(make_shop(), {.url_prefix = "/shop"});
  Blueprint unit{"unit", {.url_defaults = {{"size", 3}}}};
  unit.add_url_rule("/piece", "piece", where_number);
  app.register_blueprint(unit, {.url_prefix = "/unit"});
  app.register_blueprint(unit, {.url_prefix = "/pair", .name = "pair", .url_defaults = {{"size", 2}}});
}

void add_hooks(App& app) {
  app.before_request([] { g["order"] = Order{"app"}; });
  app.before_request([]() -> std::optional<pair<const char*, int>> {
    if (request->args.get("stop", "") == "before") return pair{"stopped", 203};
    return {};
  });
  app.after_request([](Response& response) { response.headers.set("X-After-Request", "app"); });
  app.after_request([](Response response) {
    if (request->args.contains("replace")) return Response("replaced", 202);
    return response;
  });
  app.url_value_preprocessor([](std::string_view endpoint, Value& values) {
    if (endpoint != "preprocessed") return;
    std::string word(values["word"].as_string());
    for (char& c : word) c = static_cast<char>(std::toupper(c));
    values.set("word", word);
  });
  app.url_defaults([](std::string_view endpoint, Value& values) {
    if (endpoint == "preprocessed" && !values.contains("word")) values.set("word", "default");
  });
  app.get("/hook/pre/<word>", "preprocessed",
          [](const std::string& word) { return word + " " + url_for("preprocessed"); });
}

std::string raise(const std::string& kind) {
  if (kind == "kitchen") throw KitchenError("cold");
  if (kind == "hot") throw HotError("hot");
  if (kind == "not-found") throw NotFound("custom description");
  if (kind == "plain") throw std::runtime_error("secret");
  if (kind == "key") return std::string(request->form["nothing"]);
  if (kind == "response") abort(Response("aborted", 418));
  if (kind == "again") throw TooManyRequests("", 30);
  return "nothing";
}

std::string give_up(int code) {
  if (request->args.contains("text")) abort(code, std::string(request->args["text"]));
  abort(code);
}

void add_errors(App& app) {
  app.errorhandler<KitchenError>([](const KitchenError& e) {
    return pair{std::string("kitchen: ") + e.what(), 500};
  });
  app.errorhandler(410, [](const HTTPException& e) {
    return pair{Value::dict({{"name", e.name()}, {"code", e.code()}, {"description", e.description()}}), 410};
  });
  app.errorhandler<Conflict>([](const Conflict& e) { return pair{"conflict: " + e.description(), 409}; });
  app.errorhandler(500, [](const InternalServerError& e) {
    return pair{std::string("broken: ") + (e.original_exception() ? "True" : "False"), 500};
  });
  app.get("/error/raise/<kind>", "raise", raise);
  app.get("/error/abort/<int:code>", "abort", give_up);
}

}  // namespace

void add_routing_views(App& app) {
  add_hooks(app);
  add_rules(app);
  add_blueprints(app);
  add_errors(app);
}
