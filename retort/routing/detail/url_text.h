// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// URLs put together: the query, and a reference joined to a base.

#include <string>
#include <string_view>

#include "retort/routing/variable.h"

namespace retort::routing::detail {

/// Werkzeug's _urlencode of a mapping: lists give several parameters, nulls none.
std::string encode_query(const Variables& values, bool sort);

/// urllib.parse.urljoin for the schemes of the web. Linear in both texts.
std::string join_url(std::string_view base, std::string_view reference);

/// A host name as ASCII (IDNA 2003), lower case; a port stays. False if it is none.
bool ascii_host(std::string_view host, std::string& out);

}  // namespace retort::routing::detail
