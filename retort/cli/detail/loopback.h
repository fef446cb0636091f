// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What stays on this machine.

#include <string_view>

namespace retort::detail {

/// Of an address: 127.0.0.0/8, ::1, ::ffff:127.0.0.0/104, and "", which is a unix socket's.
bool is_loopback_address(std::string_view address);

/// Of a Host field: localhost, *.localhost, or a loopback address, with any port.
bool is_loopback_host(std::string_view host);

}  // namespace retort::detail
