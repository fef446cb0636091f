// SPDX-License-Identifier: BSD-3-Clause
#include "microblog.h"

int main(int argc, char** argv) {
  return retort::main([] { return microblog::create_app(); }, argc, argv);
}
