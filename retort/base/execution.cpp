// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/execution.h"

namespace retort::detail {

thread_local constinit Execution t_execution;

}  // namespace retort::detail
