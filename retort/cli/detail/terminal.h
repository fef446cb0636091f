// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a server says in the terminal: its first lines, and one for each request.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "retort/server/server.h"

namespace retort::detail {

/// The SGR codes of the terminal.
enum class Style : std::uint8_t { bold = 1, red = 31, green = 32, yellow = 33, magenta = 35, cyan = 36 };

/// Whether what is written to this descriptor may have colours: it is a terminal, and NO_COLOR is
/// not set to anything.
bool has_colours(int descriptor);
std::string styled(std::string_view text, std::initializer_list<Style> styles, bool colours);

/// " * Serving Retort app 'shop'", " * Debug mode: on".
std::string serving_text(std::string_view app, bool debug);
/// The warning that this is a development server, the addresses, and how to stop it.
std::string running_text(std::string_view scheme, std::string_view host, std::uint16_t port, bool colours);
/// A line for a request, with its end. What the client has sent is escaped.
std::string access_line(const server::AccessRecord& record, bool colours);

}  // namespace retort::detail
