// SPDX-License-Identifier: BSD-3-Clause
// Every attribute of Response, and what a view may return.
#include <tuple>

#include "kitchen.h"
#include <retort/base/civil_time.h>
#include <retort/http/auth.h>
#include <retort/http/cache_control.h>
#include <retort/http/etag.h>
#include <retort/http/options.h>
#include <retort/http/range.h>

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

Response made() {
  Response response = make_response("Custom", 201);
  response.headers["X-Custom-Header"] = "MyValue";
  return response;
}

Response status_text() {
  Response response = make_response("teapot");
  response.set_status("418 I AM A TEAPOT");
  return response;
}

Response status_code() {
  Response response("gone");
  response.status_code = 410;
  response.headers["X-Status"] = response.status();
  return response;
}

Response bytes() { return Response(std::string("\0\1\xff", 3), 200, "application/octet-stream"); }

const char* python(bool value) { return value ? "True" : "False"; }

Response mimetype() {
  Response response = make_response("{}");
  response.set_mimetype("application/ld+json");
  response.headers["X-Type"] = std::string(response.mimetype()) + " " + python(response.is_json());
  return response;
}

Response content_type() {
  Response response = make_response("a,b");
  response.set_content_type("text/csv; charset=utf-8; header=present");
  std::string params;
  for (const auto& [name, value] : response.mimetype_params())
    params += (params.empty() ? "" : ",") + name + "=" + value.value_or("");
  response.headers["X-Params"] = params;
  return response;
}

Response header_list() {
  Response response("many");
  response.headers.add("X-Many", "one");
  response.headers.add("X-Many", "two");
  response.headers["X-Once"] = "first";
  response.headers["X-Once"] = "second";
  response.headers.setdefault("X-Once", "third");
  response.headers.setdefault("X-Default", "there");
  response.headers.add("Content-Disposition", "attachment", {{"filename", "a b.txt"}});
  response.headers.remove("X-Not-There");
  return response;
}

Response set_cookie() {
  Response response("cookies");
  response.set_cookie("plain", "value");
  response.set_cookie("aged", "1", {.max_age = 3600});
  response.set_cookie("dated", "1", {.expires = unix_seconds(kWhen)});
  response.set_cookie("path", "1", {.path = "/response", .domain = "twin.example"});
  response.set_cookie("strict", "1", {.secure = true, .httponly = true, .samesite = http::SameSite::strict});
  response.set_cookie("lax", "1", {.path = "", .samesite = http::SameSite::lax});
  response.set_cookie("quoted", "a b;c,\"d\"\\");
  response.set_cookie("unicode", "\u00e4\u20ac");
  return response;
}

Response delete_cookie() {
  Response response("gone");
  response.delete_cookie("plain");
  response.delete_cookie("path", {.path = "/response", .domain = "twin.example"});
  response.delete_cookie("strict", {.secure = true, .httponly = true, .samesite = http::SameSite::strict});
  return response;
}

Response dates() {
  Response response("dates");
  response.set_last_modified(kWhen);
  response.set_expires(unix_seconds(kWhen) + 24 * 3600);
  response.set_date(kWhen);
  response.set_age(90);
  response.headers["X-Modified"] = iso_format(*response.last_modified());
  return response;
}

Response caching() {
  Response response("cached");
  http::ResponseCacheControl cache = response.cache_control();
  cache.set_max_age(300);
  cache.set_public();
  cache.set_must_revalidate();
  cache.set_s_maxage(60);
  response.vary().add("Cookie");
  response.vary().update({"Accept", "cookie"});
  return response;
}

Response no_cache() {
  Response response("never");
  response.cache_control().set_no_cache();
  response.cache_control().set_no_store();
  response.cache_control().set_private("X-Private");
  response.cache_control().set_no_store(false);
  return response;
}

Response content() {
  Response response("content");
  response.set_content_encoding("identity");
  response.set_content_location("/elsewhere");
  response.content_language().update({"en", "de"});
  response.set_content_md5("abc==");
  response.allow().update({"GET", "HEAD"});
  response.set_accept_ranges("bytes");
  response.headers["X-Length"] = std::to_string(*response.content_length());
  return response;
}

Response cors() {
  Response response("cors");
  response.set_access_control_allow_origin("https://a.example");
  response.set_access_control_allow_credentials(true);
  response.access_control_allow_headers().update({"X-One", "X-Two"});
  response.access_control_allow_methods().update({"GET", "PUT"});
  response.access_control_expose_headers().update({"X-Three"});
  response.set_access_control_max_age(600);
  return response;
}

Response policies() {
  Response response("policies");
  response.content_security_policy().set("default-src", "'self'");
  response.content_security_policy().set("script-src", "'self' https://cdn.example");
  response.content_security_policy_report_only().set("img-src", "*");
  response.set_cross_origin_opener_policy("same-origin");
  response.set_cross_origin_embedder_policy("require-corp");
  return response;
}

Response authenticate() {
  Response response("who?", 401);
  response.set_www_authenticate(http::WWWAuthenticate{"basic", {}, {{"realm", "kitchen"}}});
  return response;
}

Response partial() {
  Response response("bcd", 206);
  response.set_content_range(http::ContentRange{"bytes", http::ByteRange{1, 4}, 10});
  return response;
}

Response etag() {
  Response response("tagged");
  response.add_etag();
  response.headers["X-Tag"] = python(response.get_etag()->weak);
  response.make_conditional(request);
  return response;
}

Response set_etag() {
  Response response("tagged");
  response.set_etag("abc", request->args.contains("weak"));
  response.set_last_modified(kWhen);
  response.make_conditional(request);
  return response;
}

Response ranged() {
  std::string digits;
  for (int i = 0; i < 10; ++i) digits += "0123456789";
  Response response(digits, 200, "text/plain; charset=utf-8");
  response.set_etag("digits");
  response.set_last_modified(kWhen);
  response.make_conditional(request, {.accept_ranges = true, .complete_length = 100});
  return response;
}

Response location() {
  Response response("moved", 201);
  response.set_location("/request/\u00e4 b?x=\u20ac");
  return response;
}

Response location_corrected() {
  Response response("moved", 201);
  response.autocorrect_location_header = true;
  response.set_location("other");
  return response;
}

Response redirect_to() { return redirect(request->args["to"], request->args.get<int>("code", 302)); }

Response data() {
  Response response("before");
  response.set_data("after");
  response.headers["X-Data"] = response.get_data();
  return response;
}

Response own_json() {
  Response response = jsonify({{"a", 1}});
  response.headers["X-Json"] = response.json()["a"].str();
  response.headers["X-Is-Json"] = python(response.is_json());
  return response;
}

Response streamed() {
  Response response = stream(
      [](BodyWriter& out) {
        for (const char* piece : {"one ", "two ", "three"}) out.write(piece);
      },
      "text/plain; charset=utf-8");
  response.headers["X-Streamed"] = python(response.is_streamed());
  response.set_content_length(13);
  return response;
}

const char* later() {
  after_this_request([](Response& response) { response.headers["X-After"] = "this"; });
  return "later";
}

Value numbers() {
  return Value::list({0, -1, 1.5, 1e100, 1'000'000'000'000'000, true, false, nullptr, 0.1, 1e-7, 100.0});
}

Value texts() { return Value::list({"\u00e4\u20ac\U0001f600", "</script>&'\"", "\\ \n\t\x01", ""}); }

// What a view may return.

Response result_of(const std::string& kind) {
  if (kind == "text") return make_response("text");
  if (kind == "bytes") return make_response(Value::bytes("bytes"));
  if (kind == "dict") return make_response(json({{"b", 1}, {"a", Value::list({1, 2, nullptr})}}));
  if (kind == "list") return make_response(Value::list({1, Value::dict({{"x", "y"}})}));
  if (kind == "status") return make_response(pair{"text", 202});
  if (kind == "headers") return make_response(pair{"text", Headers{{"X-Result", "headers"}}});
  if (kind == "both")
    return make_response(tuple{"text", 203, Headers{{"X-Result", "both"}, {"Content-Type", "text/plain"}}});
  if (kind == "json-status") return make_response(pair{json({{"a", 1}}), 201});
  if (kind == "response-status") return make_response(pair{Response("made"), 206});
  if (kind == "response-headers") {
    Response response("made");
    response.headers["X-Result"] = "a";
    return make_response(pair{std::move(response), Headers{{"X-Result", "b"}}});
  }
  if (kind == "empty") return make_response(pair{"", 204});
  return make_response(pair{"<b>\u00e4\u20ac</b>", 200});
}

}  // namespace

void add_response_views(App& app) {
  app.get("/response/made", "response_made", made);
  app.get("/response/status-text", "response_status-text", status_text);
  app.get("/response/status-code", "response_status-code", status_code);
  app.get("/response/bytes", "response_bytes", bytes);
  app.get("/response/mimetype", "response_mimetype", mimetype);
  app.get("/response/content-type", "response_content-type", content_type);
  app.get("/response/header-list", "response_header-list", header_list);
  app.get("/response/set-cookie", "response_set-cookie", set_cookie);
  app.get("/response/delete-cookie", "response_delete-cookie", delete_cookie);
  app.get("/response/dates", "response_dates", dates);
  app.get("/response/caching", "response_caching", caching);
  app.get("/response/no-cache", "response_no-cache", no_cache);
  app.get("/response/content", "response_content", content);
  app.get("/response/cors", "response_cors", cors);
  app.get("/response/policies", "response_policies", policies);
  app.get("/response/authenticate", "response_authenticate", authenticate);
  app.get("/response/partial", "response_partial", partial);
  app.get("/response/etag", "response_etag", etag);
  app.get("/response/set-etag", "response_set-etag", set_etag);
  app.get("/response/ranged", "response_ranged", ranged);
  app.get("/response/location", "response_location", location);
  app.get("/response/location-corrected", "response_location-corrected", location_corrected);
  app.get("/response/redirect", "response_redirect", redirect_to);
  app.get("/response/data", "response_data", data);
  app.get("/response/own-json", "response_own-json", own_json);
  app.get("/response/streamed", "response_streamed", streamed);
  app.get("/response/later", "response_later", later);
  app.get("/response/numbers", "response_numbers", numbers);
  app.get("/response/texts", "response_texts", texts);
  app.get("/result/<kind>", "results", result_of);
}
