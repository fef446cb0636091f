// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the development server answers itself while there is no app that could: why.

#include <cstdint>
#include <memory>
#include <optional>

#include "retort/cli/detail/dev_state.h"
#include "retort/server/tls.h"

namespace retort::detail {

class TroublePages {
 public:
  /// Answers clients of a socket that listens, on a thread of its own, until it ends.
  TroublePages(int listen_fd, std::shared_ptr<const DevState> state, std::uint64_t generation,
               const std::optional<server::TlsOptions>& tls);
  ~TroublePages();
  TroublePages(const TroublePages&) = delete;
  TroublePages& operator=(const TroublePages&) = delete;

 private:
  struct Serving;
  std::unique_ptr<Serving> serving_;
};

}  // namespace retort::detail
