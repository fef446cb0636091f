// SPDX-License-Identifier: BSD-3-Clause
#include "tests/conformance/driver.h"

namespace retort::conformance {

void add_routing_ops(Table&) {}

}  // namespace retort::conformance
