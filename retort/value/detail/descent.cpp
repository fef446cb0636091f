// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/detail/descent.h"

#include "retort/value/error.h"

namespace retort::detail {

void Descent::throw_too_deep() { throw RecursionError("values are nested too deeply"); }

}  // namespace retort::detail
