// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The debugger's pages, as Jinja templates.

#include <string_view>

namespace retort::detail {

extern const std::string_view kErrorPage;     ///< exceptions, frames, request; report: the text
extern const std::string_view kErrorText;     ///< the same as plain text
extern const std::string_view kNotFoundPage;  ///< path, close, routes
extern const std::string_view kNotFoundText;
extern const std::string_view kTroublePage;  ///< title, errors, text: as DevState has them; script
extern const std::string_view kTroubleText;
extern const std::string_view kDebuggerSource;  ///< "source.html": the macro `lines`
extern const std::string_view kDebuggerLayout;  ///< "layout.html", which the pages extend

}  // namespace retort::detail
