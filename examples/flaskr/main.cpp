// SPDX-License-Identifier: BSD-3-Clause
// The program: `flaskr run`, `flaskr serve`, `flaskr db upgrade`, `flaskr seed-db`.
#include "app/app.h"
#include <retort/cli/main.h>

int main(int argc, char** argv) {
  return retort::main([] { return flaskr::create_app(); }, argc, argv);
}
