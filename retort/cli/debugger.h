// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Debugger: the pages that `run --debug` answers errors with. For an exception that nothing
// handled: its type and message, the stack from where it was thrown with the source around each
// line, the templates it came through, the request, the session, the config with secrets masked.
// For a path without a route: the routes that come close. As plain text for clients that ask for
// that, and for curl. Nothing is run from these pages.
//
// Only clients on loopback that ask for a loopback name see them, and those that ask for a host
// of TRUSTED_HOSTS.

#include "retort/app/debug_pages.h"
#include "retort/base/owned.h"

namespace retort {

class Debugger final : public DebugPages {
 public:
  /// From now on the stacks of throws are kept, in the whole program.
  Debugger();
  ~Debugger() override;
  Debugger(const Debugger&) = delete;
  Debugger& operator=(const Debugger&) = delete;

  bool exception(Context& context, Response& response, const std::exception_ptr& error) override;
  void not_found(Context& context, Response& response) override;

 private:
  struct Pages;
  Owned<Pages> pages_;
};

}  // namespace retort
