// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Listening, and why that cannot be, for people.

#include <cstdint>
#include <string>

#include "retort/fiber/socket.h"

namespace retort::detail {

/// The program that listens on this TCP port, "nginx (process 812)", where this user may see it;
/// else "".
std::string port_owner(std::uint16_t port);

/// One sentence on what an errno of bind or listen means, and one on what to do.
std::string listen_error(const std::string& host, std::uint16_t port, int error);

/// A socket that no other listener shares; `host` may be a name, and "" is every address. Throws
/// std::runtime_error with listen_error's text.
fiber::Listener listen_alone(const std::string& host, std::uint16_t port);

}  // namespace retort::detail
