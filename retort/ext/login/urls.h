// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Where a login page is, and where to go after it.

#include <optional>
#include <string>
#include <string_view>

namespace retort::login {

/// The URL of the login page: `login_view` is an endpoint, or a URL. With `next_url` that follows in
/// the query, as short as it can be (Flask-Login: login_url).
std::string login_url(std::string_view login_view);
std::string login_url(std::string_view login_view, std::string_view next_url,
                      std::string_view next_field = "next");
/// `current_url` without scheme and host where those are the login page's (make_next_param).
std::string make_next_param(std::string_view login_url, std::string_view current_url);
/// An endpoint's URL; a URL stays as it is (expand_login_view).
std::string expand_login_view(std::string_view login_view);

/// Where to send somebody who has logged in: `target`, what a client sent as `next`, if that leads to
/// a page of this site however a browser reads it, and `fallback` if not. What is taken is a path
/// that begins with one slash, or a URL of the request's own scheme and host, of which the path is
/// left. In a request's context.
std::string safe_next(std::optional<std::string_view> target, std::string_view fallback = "/");

}  // namespace retort::login
