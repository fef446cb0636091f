// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/matched_route.h"

#include <algorithm>

#include "retort/app/detail/app_impl.h"

namespace retort {

bool is_of_blueprint(const Context& context, const Blueprint& blueprint) {
  if (!context.route || !context.route->scope) return false;
  const auto& chain = context.route->scope->chain;
  return std::find(chain.begin(), chain.end(), &blueprint.data()) != chain.end();
}

void (*matched_function(const Context& context))() {
  return context.route && context.route->view ? context.route->view->function() : nullptr;
}

}  // namespace retort
