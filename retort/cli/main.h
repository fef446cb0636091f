// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// retort::main: an app's binary is its command line. `run` serves for development, `serve`
// for production.

#include "retort/app/app.h"

namespace retort {

/// Runs the command that argv names on the app that `create_app` makes; what main()
/// returns. Takes SIGINT and SIGTERM, which stop the server after running requests.
int main(App (*create_app)(), int argc, char** argv);

}  // namespace retort
