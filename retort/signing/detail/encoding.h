// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Pieces of signed texts.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace retort::signing::detail {

/// Base64url as ItsDangerous reads it: what is not of the alphabet is skipped, padding may
/// be missing, unused bits are ignored.
std::optional<std::string> base64_decode(std::string_view text);

/// zlib's format at its default level.
std::string compress(std::string_view data);
/// Empty for what is no such data, and for what would become more than `most` bytes. What
/// stands behind the end is ignored.
std::optional<std::string> decompress(std::string_view data, std::size_t most);

}  // namespace retort::signing::detail
