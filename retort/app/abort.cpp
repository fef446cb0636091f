// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/abort.h"

#include <utility>

#include "retort/app/app.h"
#include "retort/app/context.h"

namespace retort {

void abort(int code, std::string description) {
  if (const Context* context = current_context()) context->app().aborter(code, std::move(description));
  Aborter()(code, std::move(description));
}

void abort(Response response) { throw ResponseException(std::move(response)); }

}  // namespace retort
