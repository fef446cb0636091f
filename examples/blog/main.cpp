// SPDX-License-Identifier: BSD-3-Clause
#include "blog.h"

int main(int argc, char** argv) { return retort::main(create_app, argc, argv); }
