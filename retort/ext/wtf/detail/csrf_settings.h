// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// CsrfSettings: an app's WTF_CSRF_* settings, read once. Immutable, shared by its threads.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/optional_seconds.h"
#include "retort/ext/wtf/detail/csrf_signer.h"

namespace retort {
class App;
class Request;
}  // namespace retort

namespace retort::wtf::detail {

struct CsrfSettings {
  /// Throws SetupError for a setting of another kind.
  explicit CsrfSettings(const App& app);

  bool is_checked(std::string_view method) const;

  bool enabled;
  bool check_default;
  bool ssl_strict;
  bool cache_private;
  std::vector<std::string> methods;
  std::vector<std::string> headers;
  std::string field_name;
  std::string meta_name;
  OptionalSeconds time_limit;
  std::optional<CsrfSigner> signer;  ///< none without a key
};

/// What a request says is its token: a form's field, with or without a prefix, or a header; never a
/// part of the URL. Empty without one.
std::string_view sent_token(const Request& request, const CsrfSettings& settings);

/// Whether `referrer` is a page of https://`host`. Stricter than Werkzeug's users know from urlparse:
/// what no browser sends (user names, backslashes, blanks) is not the same.
bool is_same_origin(std::string_view referrer, std::string_view host);

}  // namespace retort::wtf::detail
