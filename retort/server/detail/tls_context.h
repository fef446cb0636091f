// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// TlsContext: what all connections of a server share of TLS: certificate, key, the protocol's settings and
// the keys of session tickets. Read by every worker at once.

#include "retort/server/tls.h"

struct ssl_ctx_st;

namespace retort::server::detail {

/// The same with the texts of files that are only named. Throws std::runtime_error.
TlsOptions with_texts(TlsOptions options);

class TlsContext {
 public:
  /// Throws std::runtime_error, as load_tls.
  explicit TlsContext(const TlsOptions& options);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  ssl_ctx_st* get() const { return context_; }

 private:
  ssl_ctx_st* context_;
};

}  // namespace retort::server::detail
