// SPDX-License-Identifier: BSD-3-Clause
#include "microblog.h"

namespace microblog {

void add_error_pages(App& app) {
  const auto page = [](const HTTPException& error) {
    const int code = error.code();
    return pair{
        render_template("errors/error.html",
                        {{"code", code}, {"name", error.name()}, {"description", error.description()}}),
        code};
  };
  for (const int code : {400, 403, 404, 405, 413}) app.errorhandler(code, page);
  // The session may be what failed: a page that asks for nothing.
  app.errorhandler(500, [](const HTTPException&) {
    db.session().rollback();
    return pair{render_template("errors/500.html"), 500};
  });
}

}  // namespace microblog
