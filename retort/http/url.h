// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// URLs as Werkzeug reads and writes them. Pure functions on UTF-8.

#include <string>
#include <string_view>

#include "retort/http/multidict.h"

namespace retort::http {

/// What may stay unescaped in a fragment (Flask: url_for's _anchor).
inline constexpr std::string_view kAnchorSafe = "%!#$&'()*+,/:;=?@";

/// An ASCII URI of an IRI (werkzeug.urls.iri_to_uri): percent-encoding outside the host,
/// punycode in it. Escapes that are there stay.
std::string iri_to_uri(std::string_view iri);

/// A query or an urlencoded form (werkzeug: parse_qsl): pairs without "=" have an empty
/// value, empty pieces are skipped, ill-formed UTF-8 is replaced. At most `max_pairs` are
/// read (the rest is dropped).
MultiDict parse_query(std::string_view query, std::size_t max_pairs = 10'000);

/// True for a host that may stand in a URL: name or address with an optional port.
bool valid_host(std::string_view host);

/// `host` without the scheme's own port ("example.com:80" over http).
std::string_view without_default_port(std::string_view host, std::string_view scheme);

}  // namespace retort::http
