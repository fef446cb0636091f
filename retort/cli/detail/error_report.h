// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What is known of an exception and of the request it ended, as values for the debugger's
// templates.

#include <exception>
#include <string>
#include <string_view>

#include "retort/cli/detail/symbolizer.h"
#include "retort/value/value.h"

namespace retort {
class Context;
}

namespace retort::detail {

/// [{type, message}]: the exception first, then those nested in it (std::throw_with_nested).
Value exceptions(const std::exception_ptr& error);

/// [{function, file, line, own, template, source: [{number, text, marked}]}], the innermost first:
/// the places in templates, then the functions from the throw on. `own`: not of the framework, a
/// library or the runtime. Empty where the throw was not recorded.
Value frames(const std::exception_ptr& error);
Value frames(const std::vector<SourceFrame>& stack);

/// The lines around one, [{number, text, marked}]; empty when the file cannot be read.
Value source_around(const std::string& file, int line, int around = 4);

/// {method, url, endpoint, view_args, tables: [{title, rows: [[name, value]]}]}: headers, cookies,
/// form, args, session, config (secrets masked), and the panels of libraries.
Value request_report(Context& context);

}  // namespace retort::detail
