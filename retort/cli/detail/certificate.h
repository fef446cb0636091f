// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// --cert and --key, by the rules of Flask's command line.

#include <optional>
#include <string>

#include "retort/server/tls.h"

namespace retort::detail {

/// What the two words mean; none where there is neither. "adhoc" is a certificate that is made now, unless a
/// file has that name. Throws UsageError, as Flask words it.
std::optional<server::TlsOptions> read_certificate(const std::optional<std::string>& cert,
                                                   const std::optional<std::string>& key);

/// A certificate and key in memory for another process: the descriptor of both texts, one after the other, or
/// -1 where that cannot be had. The caller's.
int share_certificate(const server::TlsOptions& tls);
/// What a parent process has shared under a descriptor; none where there is no such descriptor.
std::optional<server::TlsOptions> shared_certificate(int fd);

}  // namespace retort::detail
