// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The runner of command lines for tests that lie beside the sources of `cli`, a room that may not
// include the room `testing`: only test programs join the two.

#include "retort/testing/cli_runner.h"
