// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The templates that Database::init_app gives to an app:
//
//   {% from "retort/pagination.html" import page_links %}
//   {{ page_links(posts) }}                       posts: a Pagination (retort/db/view.h)
//
// A file of that name in the app's own template folder goes before.

namespace retort {
class App;
}

namespace retort::db {

void add_templates(App& app);

}  // namespace retort::db
