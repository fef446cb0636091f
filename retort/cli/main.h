// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// retort::main: an app's binary is its command line. `run` serves for development, `serve`
// for production; beside them stand the commands of the app's own (retort/app/cli.h).

#include "retort/app/app.h"

namespace retort {

/// Runs the command that argv names on the app that `create_app` makes; what main() returns: 0,
/// what a command of the app's own returned, 1 for an exception (one line on standard error), 2
/// for words that make no command. Servers take SIGINT and SIGTERM, which stop them after
/// running requests.
int main(App (*create_app)(), int argc, char** argv);

}  // namespace retort
