// SPDX-License-Identifier: BSD-3-Clause
#include "app.h"
#include <retort/cli/main.h>

int main(int argc, char** argv) {
  return retort::main([] { return project_name::create_app(); }, argc, argv);
}
