// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The test client for tests that lie beside the sources of `app`, which is below the room
// `testing`: only test programs join the two.

#include "retort/testing/client.h"
