// SPDX-License-Identifier: BSD-3-Clause
// URLs and hosts: a URI is ASCII and stays as it is when made again; an IRI of one is UTF-8.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "retort/base/utf8.h"
#include "retort/http/path.h"
#include "retort/http/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace retort;
  const auto check = [](bool holds) {
    if (!holds) std::abort();
  };
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const bool valid = utf8::valid(text);
  const std::string uri = http::iri_to_uri(text);
  check(!valid ||
        std::all_of(uri.begin(), uri.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  check(!valid || http::iri_to_uri(uri) == uri);
  const std::string iri = http::uri_to_iri(text);
  check(!valid || utf8::valid(iri));
  const std::string host = http::get_host("http", text);
  check(host.empty() || http::valid_host(host));
  (void)http::host_is_trusted(text, {".example.com", "x"});
  (void)http::get_current_url("http", "x", text, text, text);
  const std::string name = http::secure_filename(text);
  check(name.find('/') == std::string::npos && !name.starts_with('.'));
  if (const auto path = http::safe_join("/a", {text})) {
    check(path->starts_with("/a") && path->find('\0') == std::string::npos &&
          path->find("/../") == std::string::npos && !path->ends_with("/.."));
  }
  return 0;
}
