// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What way_of() (retort/jinja/error.h) tells, for who knows it.

#include <exception>

#include "retort/jinja/error.h"

namespace retort::jinja::detail {

/// That of this exception, an empty one at first; it takes the place of the thread's last one.
TemplateError& make_way(const std::exception_ptr& error);

}  // namespace retort::jinja::detail
