// SPDX-License-Identifier: BSD-3-Clause
// Every attribute of Request.
#include <algorithm>

#include "kitchen.h"
#include <retort/base/civil_time.h>
#include <retort/http/accept.h>
#include <retort/http/auth.h>
#include <retort/http/cache_control.h>
#include <retort/http/date.h>
#include <retort/http/etag.h>
#include <retort/http/from_text.h>
#include <retort/http/options.h>
#include <retort/http/range.h>
#include <retort/routing/rule.h>

using namespace retort;

namespace {

const Methods kAny = {GET, POST, PUT, PATCH, DELETE};

// Flask's None is an empty text here.
Value text_or_none(std::string_view text) { return text.empty() ? Value(nullptr) : Value(text); }

template <class T>
Value or_none(const std::optional<T>& value) {
  return value ? Value(*value) : Value(nullptr);
}

template <class Texts>
Value list_of(const Texts& texts) {
  Value out = Value::list();
  for (const auto& text : texts) out.push_back(text);
  return out;
}

template <class Date>
Value date_or_none(const Date& date) {
  return date ? Value(http::http_date(*date)) : Value(nullptr);
}

Value flat(const http::MultiDict& from) {
  Value out = Value::dict();
  for (const auto& [key, value] : from.items()) out.set(key, value);
  return out;
}

Value lists(const http::MultiDict& from) {
  Value out = Value::dict();
  for (const auto& [key, values] : from.lists()) out.set(key, list_of(values));
  return out;
}

Value where() {
  return Value::dict({{"method", request->method},
                      {"path", request->path},
                      {"full_path", request->full_path()},
                      {"script_root", request->script_root()},
                      {"root_path", request->root_path},
                      {"url", request->url()},
                      {"base_url", request->base_url()},
                      {"root_url", request->root_url()},
                      {"host", request->host()},
                      {"host_url", request->host_url()},
                      {"scheme", request->scheme()},
                      {"is_secure", request->is_secure()},
                      {"remote_addr", request->remote_addr()},
                      {"query_string", request->query_string},
                      {"endpoint", request->endpoint},
                      {"blueprint", text_or_none(request->blueprint)},
                      {"blueprints", list_of(request->blueprints())},
                      {"rule", request->url_rule->rule()},
                      {"view_args", *request->view_args},
                      {"access_route", list_of(request->access_route())},
                      {"remote_user", text_or_none(request->remote_user)}});
}

Value view_args(std::int64_t, double, std::string_view) { return where(); }

Value fields() {
  Value params = Value::dict();
  for (const auto& [name, value] : *request->mimetype_params) params.set(name, value.value_or(""));
  const auto& asked = request->access_control_request_headers;
  return Value::dict({{"content_type", text_or_none(request->content_type())},
                      {"mimetype", request->mimetype()},
                      {"mimetype_params", params},
                      {"content_length", or_none(request->content_length())},
                      {"content_encoding", text_or_none(request->content_encoding())},
                      {"is_json", request->is_json()},
                      {"user_agent", request->user_agent()},
                      {"referrer", text_or_none(request->referrer())},
                      {"date", date_or_none(request->date)},
                      {"max_forwards", or_none(request->max_forwards())},
                      {"origin", text_or_none(request->origin())},
                      {"content_md5", text_or_none(request->content_md5())},
                      {"pragma", request->pragma->to_header()},
                      {"acrm", text_or_none(request->access_control_request_method())},
                      {"acrh", asked && !asked->empty() ? Value(asked->to_header()) : Value(nullptr)}});
}

Value args() {
  const auto& a = request->args;
  Value items = Value::list();
  for (const auto& [key, value] : a.items(true)) items.push_back(Value::list({key, value}));
  return Value::dict({{"q", a.get("q", "")},
                      {"page", a.get<int>("page", 1)},
                      {"price", a.get<double>("price", 0.5)},
                      {"tags", list_of(a.getlist("tag"))},
                      {"numbers", list_of(a->getlist<int>("n"))},
                      {"all", flat(*a)},
                      {"lists", lists(*a)},
                      {"has_q", a.contains("q")},
                      {"size", a.size()},
                      {"keys", list_of(a.keys())},
                      {"items", items}});
}

std::string arg() { return std::string(request->args["needed"]); }

Value form() {
  const auto& f = request->form;
  Value files = Value::dict();
  for (const FileStorage& file : *request->files)
    files.set(file.name, request->files.getlist(file.name).size());
  return Value::dict({{"name", or_none(f.get("name"))},
                      {"tags", list_of(f.getlist("tag"))},
                      {"all", lists(*f)},
                      {"data", request->get_data()},
                      {"files", files}});
}

std::string field() { return std::string(request->form["username"]); }

Value values() {
  return Value::dict({{"values", lists(*request->values)}, {"first", or_none(request->values.get("a"))}});
}

std::string latin1(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) out += static_cast<char>(0xc0 | (byte >> 6));
    out += static_cast<char>(byte >= 0x80 ? 0x80 | (byte & 0x3f) : byte);
  }
  return out;
}

Value files() {
  Value out = Value::list();
  for (FileStorage& file : *request->files) {
    Value params = Value::dict();
    for (const auto& [name, value] : file.mimetype_params()) params.set(name, value.value_or(""));
    out.push_back(Value::dict({{"name", file.name},
                               {"filename", file.filename},
                               {"type", file.content_type()},
                               {"mimetype", file.mimetype()},
                               {"params", params},
                               {"data", latin1(file.read())},
                               {"given", static_cast<bool>(file)}}));
  }
  return Value::dict({{"files", out}, {"title", or_none(request->form.get("title"))}});
}

std::string one_file() { return request->files["document"].filename; }

std::string body() { return std::string(request->get_data({.as_text = true})); }

Value body_then_form() {
  const std::size_t size = request->get_data().size();
  return Value::dict({{"size", size}, {"form", flat(*request->form)}});
}

Value form_then_body() {
  const Value form = flat(*request->form);
  return Value::dict({{"form", form}, {"size", request->get_data().size()}});
}

Value json_body() {
  const auto& a = request->args;
  return Value::dict(
      {{"got", request->get_json({.force = a.contains("force"), .silent = a.contains("silent")})}});
}

Response json_attribute() { return jsonify(request->json()["name"]); }

Value headers() {
  const auto& h = request->headers;
  int number = 0;
  if (!http::from_text(h.get("X-Number", ""), number)) number = 0;
  return Value::dict({{"token", or_none(h.get("X-Token"))},
                      {"case", h.get("x-tOKEN", "none")},
                      {"number", number},
                      {"has", h.contains("X-Token")},
                      {"list", list_of(h.getlist("X-Token"))}});
}

std::string header() { return std::string(request->headers["X-Needed"]); }

Value cookies() {
  return Value::dict({{"all", flat(*request->cookies)}, {"visited", request->cookies.get("visited", "no")}});
}

Value accept() {
  const auto& m = request->accept_mimetypes;
  const auto& l = request->accept_languages;
  Value offered = Value::list();
  for (const auto& item : *m) offered.push_back(item.value);
  return Value::dict({{"best", or_none(m->best_match({"text/html", "application/json"}))},
                      {"html", m->accept_html()},
                      {"json", m->accept_json()},
                      {"xhtml", m->accept_xhtml()},
                      {"quality", m->quality("text/html")},
                      {"other", m->quality("image/png")},
                      {"values", offered},
                      {"header", m->to_header()},
                      {"has", m->contains("application/json")},
                      {"charset", or_none(request->accept_charsets->best_match({"utf-8", "latin-1"}))},
                      {"encoding", or_none(request->accept_encodings->best_match({"gzip", "br"}))},
                      {"language", or_none(l->best_match({"en", "de", "fr"}, "none"))},
                      {"lquality", l->quality("de-AT")},
                      {"first", or_none(l->best())}});
}

Response authorization() {
  const auto& a = request->authorization;
  if (!a) return jsonify();
  return jsonify({{"type", a->type},
                  {"username", or_none(a->parameters.get("username"))},
                  {"password", or_none(a->parameters.get("password"))},
                  {"realm", or_none(a->parameters.get("realm"))},
                  {"nonce", or_none(a->parameters.get("nonce"))}});
}

Value cache() {
  const auto& c = request->cache_control;
  std::vector<std::string> strong;
  for (const auto& tag : request->if_match->strong()) strong.push_back(tag.value_or(""));
  std::sort(strong.begin(), strong.end());
  Value ranges = nullptr;
  if (request->range) {
    ranges = Value::list();
    for (const auto& part : request->range->ranges)
      ranges.push_back(Value::list({part.start, or_none(part.stop)}));
  }
  return Value::dict({{"no_cache", c->no_cache()},
                      {"no_store", c->no_store()},
                      {"max_age", or_none(c->max_age())},
                      {"max_stale", or_none(c->max_stale())},
                      {"min_fresh", or_none(c->min_fresh())},
                      {"no_transform", c->no_transform()},
                      {"only_if_cached", c->only_if_cached()},
                      {"if_match", list_of(strong)},
                      {"star", request->if_none_match->star()},
                      {"has", request->if_none_match->contains("abc")},
                      {"weak", request->if_none_match->contains_weak("def")},
                      {"if_modified_since", date_or_none(request->if_modified_since)},
                      {"if_unmodified_since", date_or_none(request->if_unmodified_since)},
                      {"if_range", request->if_range->to_header()},
                      {"range", request->range ? Value(request->range->to_header()) : Value(nullptr)},
                      {"ranges", ranges}});
}

Value small() { return flat(*request->form); }

Value context_locals() {
  g["x"] = 1;
  g.setdefault<int>("y", [] { return 2; });
  Value out =
      Value::list({g.get<int>("x"), g.get<int>("y"), g.get<std::string>("z", "none"), g.contains("x")});
  out.push_back(g.get<int>("x"));
  g.pop("x");
  for (const bool value : {g.contains("x"), has_app_context(), has_request_context()}) out.push_back(value);
  return out;
}

}  // namespace

void add_request_views(App& app) {
  app.route("/request/location", "request_location", where, kAny);
  app.route("/request/fields", "request_fields", fields, kAny);
  app.route("/request/args", "request_args", args, kAny);
  app.route("/request/arg", "request_arg", arg, kAny);
  app.route("/request/form", "request_form", form, kAny);
  app.route("/request/field", "request_field", field, kAny);
  app.route("/request/values", "request_values", values, kAny);
  app.route("/request/files", "request_files", files, kAny);
  app.route("/request/one-file", "request_one-file", one_file, kAny);
  app.route("/request/body", "request_body", body, kAny);
  app.route("/request/body-then-form", "request_body-then-form", body_then_form, kAny);
  app.route("/request/form-then-body", "request_form-then-body", form_then_body, kAny);
  app.route("/request/json", "request_json", json_body, kAny);
  app.route("/request/json-attribute", "request_json-attribute", json_attribute, kAny);
  app.route("/request/headers", "request_headers", headers, kAny);
  app.route("/request/header", "request_header", header, kAny);
  app.route("/request/cookies", "request_cookies", cookies, kAny);
  app.route("/request/accept", "request_accept", accept, kAny);
  app.route("/request/authorization", "request_authorization", authorization, kAny);
  app.route("/request/cache", "request_cache", cache, kAny);
  app.route("/request/small", "request_small", small, kAny);
  app.route("/request/locals", "request_locals", context_locals, kAny);
  app.get("/request/view-args/<int:number>/<float:real>/<path:rest>", "request_view_args", view_args);
}
