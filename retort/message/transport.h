// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a message can ask of the connection it travels by. Servers and the test client
// implement these; request and response know nothing else of them. Used on one worker.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "retort/base/function.h"

namespace retort {

/// Runs a function that may wait for a disk, where that holds up nobody else.
using RunBlocking = void (*)(Function<void()>);

/// The connection a request came by.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Reads up to `size` bytes of the request's body that were not handed over with the
  /// head. Parks the calling fiber until at least one byte is there; 0 at the body's end.
  /// Throws ClientDisconnected, BadRequest (framing), RequestTimeout or
  /// RequestEntityTooLarge (the server's own bound on bodies).
  virtual std::size_t read_body(char* out, std::size_t size) = 0;

  /// The client's address as text, without a port; empty for a unix socket.
  virtual std::string_view remote_addr() const = 0;
  virtual std::uint16_t remote_port() const = 0;
  /// The address that the listener was bound to, and its port (0 for a unix socket).
  virtual std::string_view server_addr() const = 0;
  virtual std::uint16_t server_port() const = 0;
  /// True when the connection is encrypted.
  virtual bool secure() const = 0;
  /// May be called as long as the program runs, unlike the rest.
  virtual RunBlocking blocking() const {
    return [](Function<void()> f) { f(); };
  }
};

/// Where a streamed response body is written to.
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;

  /// Sends a piece of the body. Parks while the client reads too slowly; throws
  /// ClientDisconnected when it has gone or the write timeout has passed. An empty piece sends
  /// nothing, lets others run and looks whether the client is still there. In a range of a body
  /// what is written outside of it goes nowhere, and after its end write throws what is no
  /// std::exception, to be let through.
  virtual void write(std::string_view piece) = 0;
  /// Hands what was written to the system now; without it pieces may be joined.
  virtual void flush() = 0;
};

/// The raw connection after a 101 response: bytes both ways, each call parks.
class UpgradedConnection {
 public:
  virtual ~UpgradedConnection() = default;

  /// Reads at least one byte; 0 when the peer has closed. What followed the request's
  /// head on the wire comes first.
  virtual std::size_t read(char* out, std::size_t size) = 0;
  virtual void write(std::string_view bytes) = 0;
};

}  // namespace retort
