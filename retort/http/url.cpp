// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/url.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <idna.h>

#include "retort/base/percent.h"
#include "retort/base/text.h"
#include "retort/http/field_view.h"
#include "retort/http/urlencoded.h"

namespace retort::http {
namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Decodes escapes, but those of bytes in `unsafe`, of controls, the space, '%' and DEL.
std::string decode_partial(std::string_view text, std::string_view unsafe) {
  std::string out, run;
  const auto flush = [&] {
    percent::quote_invalid(run);
    out += run;
    run.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && percent::hex_value(text[i + 1]) >= 0 &&
                        percent::hex_value(text[i + 2]) >= 0;
    if (!escape) {
      if (static_cast<unsigned char>(text[i]) >= 0x80 || text[i] == '%') flush();
      (run.empty() ? out : run) += text[i];
      continue;
    }
    const int code = percent::hex_value(text[i + 1]) * 16 + percent::hex_value(text[i + 2]);
    const auto c = static_cast<char>(code);
    if (code <= 0x20 || c == '%' || code == 0x7f || unsafe.find(c) != std::string_view::npos) {
      flush();
      out += text.substr(i, 3);
    } else {
      run += c;
    }
    i += 2;
  }
  flush();
  return out;
}

std::string unicode_host(std::string_view host) {
  if (!is_ascii(host) || host.find("xn--") == std::string_view::npos) return std::string(host);
  char* out = nullptr;
  if (idna_to_unicode_8z8z(std::string(host).c_str(), &out, 0) != IDNA_SUCCESS) return std::string(host);
  std::string text(out);
  std::free(out);
  return text;
}

bool is_scheme(std::string_view text) {
  if (text.empty() || text::lower(text[0]) < 'a' || text::lower(text[0]) > 'z') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    const char low = text::lower(c);
    return (low >= 'a' && low <= 'z') || text::is_digit(c) || c == '+' || c == '-' || c == '.';
  });
}

std::string iri_authority(std::string_view authority) {
  std::string out;
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view user = authority.substr(0, at);
    const std::size_t colon = std::min(user.find(':'), user.size());
    out = decode_partial(user.substr(0, colon), ":@/?#");
    if (colon + 1 < user.size()) out += ':' + decode_partial(user.substr(colon + 1), ":@/?#");
    out += '@';
    authority.remove_prefix(at + 1);
  }
  const std::size_t bracket =
      authority.starts_with('[') ? std::min(authority.find(']'), authority.size()) : 0;
  const std::size_t port = std::min(authority.find(':', bracket), authority.size());
  out += unicode_host(text::to_lower(authority.substr(0, port)));
  if (port + 1 < authority.size()) out += authority.substr(port);
  return out;
}

// Without a port.
std::string host_name(std::string_view host) { return ascii_host(host.substr(0, host.find(':'))); }

}  // namespace

std::string ascii_host(std::string_view host) {
  if (is_ascii(host)) return std::string(host);
  char* out = nullptr;
  if (host.starts_with('[') || host.find('\0') != std::string_view::npos)
    return percent::encode(host, "%[]:");
  if (idna_to_ascii_8z(std::string(host).c_str(), &out, 0) != IDNA_SUCCESS) return percent::encode(host, "");
  std::string text(out);
  std::free(out);
  return text;
}

std::string uri_to_iri(std::string_view uri) {
  std::string out;
  const std::size_t colon = uri.find(':');
  if (colon != std::string_view::npos && is_scheme(uri.substr(0, colon))) {
    out = text::to_lower(uri.substr(0, colon)) + ':';
    uri.remove_prefix(colon + 1);
  }
  if (uri.starts_with("//")) {
    uri.remove_prefix(2);
    const std::size_t end = std::min(uri.find_first_of("/?#"), uri.size());
    out.append("//").append(iri_authority(uri.substr(0, end)));
    uri.remove_prefix(end);
  }
  const std::size_t hash = std::min(uri.find('#'), uri.size());
  const std::size_t question = std::min(uri.substr(0, hash).find('?'), hash);
  out += decode_partial(uri.substr(0, question), "/?#");
  if (question + 1 < hash) out += '?' + decode_partial(uri.substr(question + 1, hash - question - 1), "&=+#");
  if (hash + 1 < uri.size()) out += '#' + decode_partial(uri.substr(hash + 1), "");
  return out;
}

namespace {

// "mailto" of "mailto:x"; empty when there is none.
std::string_view scheme_of(std::string_view url) {
  const std::size_t colon = url.find(':');
  const bool found = colon != std::string_view::npos && is_scheme(url.substr(0, colon));
  return found ? url.substr(0, colon) : std::string_view();
}

struct UrlPieces {
  std::string_view scheme, authority, path, query, fragment;

  explicit UrlPieces(std::string_view url) : scheme(scheme_of(url)) {
    if (!scheme.empty()) url.remove_prefix(scheme.size() + 1);
    const std::size_t hash = std::min(url.find('#'), url.size());
    fragment = url.substr(std::min(hash + 1, url.size()));
    url = url.substr(0, hash);
    const std::size_t question = std::min(url.find('?'), url.size());
    query = url.substr(std::min(question + 1, url.size()));
    path = url.substr(0, question);
    if (!path.starts_with("//")) return;
    const std::size_t end = std::min(path.find('/', 2), path.size());
    authority = path.substr(2, end - 2);
    path.remove_prefix(end);
  }
};

void append_segments(std::vector<std::string_view>& out, std::string_view path) {
  for (;;) {
    const std::size_t slash = path.find('/');
    out.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return;
    path.remove_prefix(slash + 1);
  }
}

// RFC 3986, 5.2.4, no further up than to the root. In a path that is relative to another one
// doubled slashes are one, as Python has it.
std::string resolve_path(std::string_view base, std::string_view path) {
  std::vector<std::string_view> segments, kept;
  if (!path.starts_with('/'))
    append_segments(segments, base.substr(0, std::min(base.rfind('/'), base.size())));
  append_segments(segments, path);
  if (!path.starts_with('/') && segments.size() > 2) {
    const auto last = std::remove(segments.begin() + 1, segments.end() - 1, std::string_view());
    segments.erase(last, segments.end() - 1);
  }
  for (const std::string_view segment : segments) {
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (segment != ".") {
      kept.push_back(segment);
    }
  }
  if (segments.back() == "." || segments.back() == "..") kept.emplace_back();
  std::string out;
  for (std::size_t i = 0; i < kept.size(); ++i) out.append(i == 0 ? "" : "/").append(kept[i]);
  if (!out.starts_with('/')) out.insert(0, 1, '/');
  return out;
}

}  // namespace

std::string url_join(std::string_view base, std::string_view reference) {
  if (reference.empty()) return std::string(base);
  const UrlPieces from(base), to(reference);
  // "http:path" is taken for a path, as browsers do.
  if (!to.scheme.empty() && !iequals(to.scheme, from.scheme)) return std::string(reference);
  std::string out = text::to_lower(from.scheme) + "://";
  out += to.authority.empty() ? from.authority : to.authority;
  if (!to.authority.empty()) {
    out += to.path;
  } else if (to.path.empty()) {
    out += from.path;
  } else {
    out += resolve_path(from.path, to.path);
  }
  const bool same_place = to.authority.empty() && to.path.empty();
  const std::string_view query = same_place && to.query.empty() ? from.query : to.query;
  if (!query.empty()) out.append("?").append(query);
  if (!to.fragment.empty()) out.append("#").append(to.fragment);
  return out;
}

std::string urlencode(const std::vector<std::pair<std::string, std::string>>& pairs) {
  const auto append = [](std::string& out, std::string_view text) {
    std::string quoted = percent::encode(text, " !$'()*,/:;?@");
    std::replace(quoted.begin(), quoted.end(), ' ', '+');
    out += quoted;
  };
  std::string out;
  for (const auto& [key, value] : pairs) {
    if (!out.empty()) out += '&';
    append(out, key);
    out += '=';
    append(out, value);
  }
  return out;
}

std::string get_host(std::string_view scheme, std::string_view host_header, std::string_view server,
                     std::uint16_t port) {
  std::string host(host_header);
  if (host.empty() && !server.empty()) {
    host = server;
    if (server.find(':') != std::string_view::npos) host.insert(0, 1, '[').append(1, ']');
    if (port != 0) host.append(1, ':').append(std::to_string(port));
  }
  return valid_host(host) ? std::string(without_default_port(host, scheme)) : std::string();
}

bool host_is_trusted(std::string_view host, const std::vector<std::string>& trusted) {
  if (!valid_host(host)) return false;
  if (trusted.empty()) return true;
  const std::string name = host_name(host);
  for (std::string_view reference : trusted) {
    const bool subdomains = reference.starts_with('.');
    if (subdomains) reference.remove_prefix(1);
    const std::string wanted = host_name(reference);
    if (name == wanted || (subdomains && name.size() > wanted.size() && name.ends_with(wanted) &&
                           name[name.size() - wanted.size() - 1] == '.'))
      return true;
  }
  return false;
}

std::string get_current_url(std::string_view scheme, std::string_view host, std::string_view root_path,
                            std::string_view path, std::string_view query) {
  constexpr std::string_view kSafe = "!$&'()*+,/:;=@%";
  std::string url(scheme);
  url += "://";
  url += host;
  while (root_path.ends_with('/')) root_path.remove_suffix(1);
  while (path.starts_with('/')) path.remove_prefix(1);
  percent::append_encoded(url, root_path, kSafe);
  url += '/';
  percent::append_encoded(url, path, kSafe);
  if (!query.empty()) {
    url += '?';
    percent::append_encoded(url, query, "!$&'()*+,/:;=?@%");
  }
  return uri_to_iri(url);
}

std::string iri_to_uri(std::string_view iri) {
  constexpr std::string_view kSafe = "%!#$&'()*+,/:;=?@";
  std::string out;
  std::string cleaned;  // as browsers do: line breaks and tabs are not there
  if (iri.find_first_of("\t\r\n") != std::string_view::npos) {
    cleaned = iri;
    std::erase_if(cleaned, [](char c) { return c == '\t' || c == '\r' || c == '\n'; });
    iri = cleaned;
  }
  const std::size_t slashes = iri.find("//");
  const std::size_t scheme = iri.find(':');
  const bool has_host = slashes == 0 || (slashes != std::string_view::npos && scheme + 1 == slashes &&
                                         is_scheme(iri.substr(0, scheme)));
  if (has_host) {
    out = iri.substr(0, slashes + 2);
    iri.remove_prefix(slashes + 2);
    const std::size_t end = std::min(iri.find_first_of("/?#"), iri.size());
    std::string_view authority = iri.substr(0, end);
    iri.remove_prefix(end);
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
      percent::append_encoded(out, authority.substr(0, at + 1), "%!$&'()*+,;=:@");
      authority.remove_prefix(at + 1);
    }
    const std::size_t port =
        authority.find(':', authority.starts_with('[') ? std::min(authority.find(']'), authority.size()) : 0);
    out += ascii_host(authority.substr(0, port));
    if (port != std::string_view::npos) percent::append_encoded(out, authority.substr(port), "%:[]");
  }
  percent::append_encoded(out, iri, kSafe);
  return out;
}

// Hot path: decodes what it was given in place, field by field.
MultiDict parse_query(std::string_view query, std::size_t max_pairs) {
  MultiDict out;
  UrlencodedDecoder decoder({.max_fields = max_pairs, .max_bytes = query.size()});
  decoder.feed(query);
  decoder.finish();
  while (decoder.next() == UrlencodedDecoder::Event::field)
    out.add(std::move(decoder.name()), std::move(decoder.value()));
  return out;
}

bool valid_host(std::string_view host) {
  if (host.starts_with('[')) {
    const std::size_t close = host.find(']');
    if (close == std::string_view::npos) return false;
    for (const char c : host.substr(1, close - 1)) {
      if (percent::hex_value(c) < 0 && c != ':' && c != '.') return false;
    }
    host.remove_prefix(close + 1);
  } else {
    const std::size_t end = std::min(host.find(':'), host.size());
    for (const char c : host.substr(0, end)) {
      const char low = text::lower(c);
      if (!(low >= 'a' && low <= 'z') && !text::is_digit(c) && c != '-' && c != '.') return false;
    }
    if (end == 0) return false;
    host.remove_prefix(end);
  }
  if (host.empty()) return true;
  if (host.front() != ':' || host.size() == 1 || host.size() > 6) return false;
  host.remove_prefix(1);
  return std::all_of(host.begin(), host.end(), text::is_digit);
}

std::string_view without_default_port(std::string_view host, std::string_view scheme) {
  const std::string_view port = scheme == "https" || scheme == "wss" ? ":443" : ":80";
  if (host.ends_with(port)) host.remove_suffix(port.size());
  return host;
}

}  // namespace retort::http
