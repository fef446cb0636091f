// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// URLs as Werkzeug reads and writes them. Pure functions on UTF-8.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/http/multidict.h"

namespace retort::http {

/// What may stay unescaped in a fragment (Flask: url_for's _anchor).
inline constexpr std::string_view kAnchorSafe = "%!#$&'()*+,/:;=?@";

/// An ASCII URI of an IRI (werkzeug.urls.iri_to_uri): percent-encoding outside the host,
/// punycode in it. Escapes that are there stay.
std::string iri_to_uri(std::string_view iri);

/// An IRI of a URI (werkzeug.urls.uri_to_iri): escapes of what is unsafe or no UTF-8 stay,
/// as does a host that is no punycode.
std::string uri_to_iri(std::string_view uri);

/// A reference as seen from `base`, an absolute URL with a host, as urllib.parse.urljoin has
/// it: an empty query or fragment is dropped, the scheme in lower case. Both are what
/// iri_to_uri gives. Parameters (";x") are a part of their path.
std::string url_join(std::string_view base, std::string_view reference);

/// A query or an urlencoded form (werkzeug: parse_qsl): pairs without "=" have an empty
/// value, empty pieces are skipped, bytes that are no UTF-8 become escapes. At most
/// `max_pairs` are read (the rest is dropped). What comes in pieces is for UrlencodedDecoder
/// (retort/http/urlencoded.h), which this stands on.
MultiDict parse_query(std::string_view query, std::size_t max_pairs = 10'000);

/// The other way round (werkzeug.urls._urlencode).
std::string urlencode(const std::vector<std::pair<std::string, std::string>>& pairs);

/// A host name in ASCII: IDNA 2003, as Python's "idna" codec; escaped where that has no
/// answer.
std::string ascii_host(std::string_view host);

/// True for a host that may stand in a URL: name or address with an optional port.
bool valid_host(std::string_view host);

/// The host that a request is for: the Host header, else the server's own address; without
/// the scheme's own port. Empty when it is not valid (werkzeug: get_host). An IPv6 address
/// as `server` goes without brackets; port 0 is none.
std::string get_host(std::string_view scheme, std::string_view host_header, std::string_view server = {},
                     std::uint16_t port = 0);

/// Is the host valid, and one of `trusted` when there are any? A name with a dot in front
/// stands for its subdomains as well; ports do not matter (werkzeug: host_is_trusted).
bool host_is_trusted(std::string_view host, const std::vector<std::string>& trusted);

/// The URL of a request as an IRI. `path` is decoded, `query` is not (werkzeug:
/// get_current_url).
std::string get_current_url(std::string_view scheme, std::string_view host, std::string_view root_path = {},
                            std::string_view path = {}, std::string_view query = {});

/// `host` without the scheme's own port ("example.com:80" over http).
std::string_view without_default_port(std::string_view host, std::string_view scheme);

}  // namespace retort::http
