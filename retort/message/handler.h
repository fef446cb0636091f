// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Handler: what a server serves. A request in, a response out, as WSGI has it. App is
// one; a program that needs no App writes its own, and middleware wraps another.

namespace retort {

class Request;
class Response;

class Handler {
 public:
  virtual ~Handler() = default;

  /// Answers `request` by filling `response`, which arrives reset (status 200, no
  /// headers, empty body) with capacity kept from earlier use. May park the calling
  /// fiber. Called by every worker at once, so it must be safe for concurrent use.
  /// An exception that leaves it is answered with a bare 500 and logged.
  virtual void handle(Request& request, Response& response) = 0;
};

}  // namespace retort
