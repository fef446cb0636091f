// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace retort {
class App;
}

namespace flaskr {

/// Filters for templates: "day" and "isoformat" of a time.
void add_filters(retort::App& app);

}  // namespace flaskr
