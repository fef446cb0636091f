// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/auth.h"

#include "retort/base/base64.h"
#include "retort/base/text.h"
#include "retort/base/utf8.h"

namespace retort::http {
namespace {

// Python's str.title(), for ASCII.
std::string title(std::string_view text) {
  std::string out(text);
  bool in_word = false;
  for (char& c : out) {
    c = in_word ? text::lower(c) : text::upper(c);
    in_word = text::lower(c) >= 'a' && text::lower(c) <= 'z';
  }
  return out;
}

struct Scheme {
  std::string type;
  std::string_view rest;
};

Scheme split_scheme(std::string_view value) {
  const std::size_t space = value.find(' ');
  return {text::to_lower(value.substr(0, space)),
          space == std::string_view::npos ? std::string_view() : text::trim(value.substr(space + 1))};
}

// An equals sign that is no padding at the end.
bool has_parameters(std::string_view rest) {
  const std::size_t last = rest.find_last_not_of('=');
  return last != std::string_view::npos && rest.substr(0, last).find('=') != std::string_view::npos;
}

// True when the rest is parameters.
void read_rest(std::string_view rest, HeaderDict& parameters, std::optional<std::string>& token) {
  if (has_parameters(rest)) {
    parameters = parse_dict_header(rest);
  } else {
    token = rest;
  }
}

bool always_quoted(std::string_view name) {
  return name == "realm" || name == "domain" || name == "nonce" || name == "opaque" || name == "qop";
}

}  // namespace

std::optional<Authorization> Authorization::from_header(std::string_view value) {
  if (value.empty()) return std::nullopt;
  auto [type, rest] = split_scheme(value);
  Authorization out;
  if (type == "basic") {
    const auto credentials = base64::decode_lenient(rest);
    if (!credentials || !utf8::valid(*credentials)) return std::nullopt;
    const std::string_view text = *credentials;
    const std::size_t colon = text.find(':');
    return basic(text.substr(0, colon), colon == std::string_view::npos ? "" : text.substr(colon + 1));
  }
  out.type = std::move(type);
  read_rest(rest, out.parameters, out.token);
  return out;
}

Authorization Authorization::basic(std::string_view username, std::string_view password) {
  Authorization out;
  out.type = "basic";
  out.parameters.set("username", std::string(username));
  out.parameters.set("password", std::string(password));
  return out;
}

Authorization Authorization::bearer(std::string_view token) {
  Authorization out;
  out.type = "bearer";
  out.token = token;
  return out;
}

std::string Authorization::to_header() const {
  if (type == "basic") {
    std::string credentials(username());
    credentials += ':';
    credentials += password();
    return "Basic " + base64::encode(credentials);
  }
  return title(type) + ' ' + (token ? *token : dump_header(parameters));
}

std::optional<WWWAuthenticate> WWWAuthenticate::from_header(std::string_view value) {
  if (value.empty()) return std::nullopt;
  auto [type, rest] = split_scheme(value);
  WWWAuthenticate out;
  out.type = std::move(type);
  read_rest(rest, out.parameters, out.token);
  return out;
}

std::string WWWAuthenticate::to_header() const {
  if (token) return title(type) + ' ' + *token;
  if (type != "digest") return title(type) + ' ' + dump_header(parameters);
  std::string out;
  for (const auto& [name, value] : parameters) {
    out += out.empty() ? "Digest " : ", ";
    out += name;
    out += '=';
    out += quote_header_value(value.value_or(""), !always_quoted(name));
  }
  return out;
}

}  // namespace retort::http
