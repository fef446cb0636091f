// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace retort {
class App;
}

namespace flaskr {

/// Pages for what goes wrong; JSON below /api/.
void add_error_pages(retort::App& app);

}  // namespace flaskr
