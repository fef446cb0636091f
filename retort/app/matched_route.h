// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a request's rule leads to, for extensions that treat some views in another way than the
// rest. In the request's context, from its before_request functions on.

namespace retort {

class Blueprint;
class Context;

/// Whether the rule came with this blueprint, or with one that is nested in it.
bool is_of_blueprint(const Context& context, const Blueprint& blueprint);

/// The view where it is a function or a lambda without captures; else null, as when no rule matched.
void (*matched_function(const Context& context))();

}  // namespace retort
