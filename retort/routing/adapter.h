// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// MapAdapter: a map bound to what a request says about host, scheme and script name
// (Werkzeug's MapAdapter). It matches with full redirect URLs, and builds URLs. Cheap to
// make, immutable; the map must outlive it.

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/result.h"
#include "retort/routing/map.h"
#include "retort/routing/match.h"
#include "retort/routing/variable.h"

namespace retort::routing {

/// The query of a request: raw text, or names and values still to be encoded.
struct QueryArgs {
  std::string text;
  Variables values;
  QueryArgs() = default;
  QueryArgs(std::string raw) : text(std::move(raw)) {}                    // NOLINT: implicit by design
  QueryArgs(const char* raw) : text(raw) {}                               // NOLINT: implicit by design
  QueryArgs(Variables values_given) : values(std::move(values_given)) {}  // NOLINT: implicit by design
  bool empty() const { return text.empty() && values.empty(); }
  /// Without the question mark.
  std::string encoded() const;
};

/// The arguments of Map::bind, named as Werkzeug's.
struct BindOptions {
  std::string server_name = {};
  std::string script_name = "/";
  std::optional<std::string> subdomain = {};  ///< none: the map's default_subdomain
  std::string url_scheme = "http";
  std::string default_method = "GET";
  std::string path_info = "/";
  QueryArgs query_args = {};
};

/// What Map.bind_to_environ takes from a request. Texts are decoded UTF-8.
struct RequestEnvironment {
  std::string scheme = "http";
  std::string host = {};  ///< as http's get_host gives it: no standard port
  std::string script_name = {};
  std::string path_info = {};
  std::string query_string = {};
  std::string method = "GET";
  bool websocket_upgrade = false;  ///< Connection: upgrade with Upgrade: websocket
};

/// Works out subdomain and scheme as Map.bind_to_environ does. An `environment.host` that is
/// not under `server_name` leaves the subdomain to the map's default.
BindOptions bind_options(const Map& map, const RequestEnvironment& environment,
                         const std::optional<std::string>& server_name = std::nullopt,
                         const std::optional<std::string>& subdomain = std::nullopt);

struct BuildOptions {
  std::optional<std::string> method = {};  ///< none: the bound one first, then any
  bool force_external = false;
  bool append_unknown = true;                  ///< values no rule takes become the query
  std::optional<std::string> url_scheme = {};  ///< none: the bound one; "": protocol-relative
};

/// No rule of the endpoint takes the values, or a value cannot be part of a URL.
class BuildError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class MapAdapter {
 public:
  /// Throws std::invalid_argument if server_name is no host name (Werkzeug's BadHost) or a
  /// subdomain is given to a map with host_matching; std::logic_error if the map is not
  /// compiled.
  MapAdapter(const Map& map, BindOptions options);

  /// Matches; `out.location` of a redirect is then the absolute URL. Arguments that are
  /// not given are the bound ones. The views in `out` are into `path_info` or, if that is
  /// not given, into the adapter.
  void match(MatchResult& out, std::optional<std::string_view> path_info = std::nullopt,
             std::optional<std::string_view> method = std::nullopt,
             std::optional<bool> websocket = std::nullopt, const QueryArgs* query_args = nullptr) const;
  /// The absolute URL of a redirect that Map::match found. Empty for an alias that no other
  /// rule stands for: it is then to be served itself.
  std::string redirect_url(const MatchResult& result, std::string_view method,
                           const QueryArgs& query_args) const;

  /// Would it match (or redirect)?
  bool test(std::optional<std::string_view> path_info = std::nullopt,
            std::optional<std::string_view> method = std::nullopt) const;
  /// Sorted; empty if nothing matches the path, or everything does.
  std::vector<std::string> allowed_methods(std::optional<std::string_view> path_info = std::nullopt) const;

  /// The URL of an endpoint: a path if it lies on the bound host, else absolute. Null
  /// values are dropped; a list becomes several query parameters.
  Result<std::string> try_build(std::string_view endpoint, const Variables& values = {},
                                const BuildOptions& options = {}) const;
  /// Likewise; throws BuildError.
  std::string build(std::string_view endpoint, const Variables& values = {},
                    const BuildOptions& options = {}) const;

  /// The host of a subdomain (of the bound one, if none is given), or the host itself
  /// with host_matching.
  std::string get_host(const std::optional<std::string>& domain_part) const;
  /// The URL that an alias redirects to: the canonical one of endpoint and values. Empty if
  /// there is none.
  std::string make_alias_redirect_url(std::string_view endpoint, const Variables& values,
                                      std::string_view method, const QueryArgs& query_args) const;

  const Map& map() const { return *map_; }
  const std::string& server_name() const { return bound_.server_name; }
  const std::string& script_name() const { return bound_.script_name; }
  const std::string& subdomain() const { return subdomain_; }
  const std::string& url_scheme() const { return bound_.url_scheme; }
  const std::string& default_method() const { return bound_.default_method; }
  const std::string& path_info() const { return bound_.path_info; }
  const QueryArgs& query_args() const { return bound_.query_args; }
  bool websocket() const { return websocket_; }

 private:
  std::string make_redirect_url(std::string_view path, const QueryArgs& query_args,
                                const std::optional<std::string>& domain) const;
  std::string build_error(std::string_view endpoint, const Variables& values,
                          const std::optional<std::string>& method) const;

  const Map* map_;
  BindOptions bound_;  // script_name ends with "/", server_name is lower case and ASCII
  std::string subdomain_;
  bool websocket_;
};

}  // namespace retort::routing
