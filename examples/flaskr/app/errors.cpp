// SPDX-License-Identifier: BSD-3-Clause
#include "app/errors.h"

#include "app/extensions.h"
#include <retort/retort.h>

namespace flaskr {
namespace {

bool is_api() { return request->path.starts_with("/api/"); }

// With what belongs to the error: Allow, Retry-After.
Response answer(const HTTPException& error, Response response) {
  for (const auto& [name, value] : error.get_headers())
    if (!response.headers.contains(name)) response.headers[name] = value;
  return response;
}

Response json_error(const HTTPException& error) {
  return answer(error, make_response(json({{"error", error.description()}}), error.code()));
}

Response page(const HTTPException& error) {
  if (is_api()) return json_error(error);
  const std::string html =
      render_template("errors/error.html",
                      {{"code", error.code()}, {"name", error.name()}, {"description", error.description()}});
  return answer(error, make_response(html, error.code()));
}

// A form that was left open too long is no attack: say what happened, and what to do.
Response csrf_page(const wtf::CSRFError& error) {
  if (is_api()) return json_error(error);
  const std::string back = login::safe_next(request->referrer, url_for("main.index"));
  return make_response(render_template("errors/csrf.html", {{"reason", error.description()}, {"back", back}}),
                       400);
}

// Two people change the same thing at the same time, and the database has the last word.
Response taken_page(const db::IntegrityError&) {
  db.session().rollback();
  return page(Conflict(
      "Somebody else was quicker, and it does not fit any more. Nothing was changed; please try again."));
}

// What somebody sent is no value of its column: PostgreSQL has no NUL in a text.
Response unfit_page(const db::DataError&) {
  db.session().rollback();
  return page(BadRequest("There is something in it that cannot be kept. Nothing was changed."));
}

// The session may be what failed, and with it the layout: a page that asks for nothing.
Response failure_page(const HTTPException& error) {
  db.session().rollback();
  if (is_api()) return json_error(error);
  return make_response(render_template("errors/500.html"), 500);
}

}  // namespace

void add_error_pages(App& app) {
  for (const int code : {400, 401, 403, 404, 405, 413, 415, 422, 429}) app.errorhandler(code, &page);
  app.errorhandler<wtf::CSRFError>(&csrf_page);
  app.errorhandler<db::IntegrityError>(&taken_page);
  app.errorhandler<db::DataError>(&unfit_page);
  app.errorhandler(500, &failure_page);
}

}  // namespace flaskr
