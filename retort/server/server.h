// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Server: serves a Handler over HTTP/1.1, on TCP or a unix socket, with one thread a
// worker and one fiber a running request. Knows nothing of App. Signals are left alone:
// a program that wants them calls request_stop() from its own handler (retort::main does).
// Every function may be called from any thread unless it says otherwise.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "retort/base/duration.h"
#include "retort/base/function.h"
#include "retort/base/memory.h"
#include "retort/message/handler.h"
#include "retort/server/tls.h"

namespace retort::fiber {
class Watchdog;
}

namespace retort::server {

/// Bounds on what a client may send. What is above gets the status in the comment.
struct Limits {
  std::size_t max_header_bytes = 16 * 1024;     ///< request line and fields; 431
  std::size_t max_headers = 100;                ///< fields; 431
  std::size_t max_target = 8 * 1024;            ///< the request target; 414
  std::optional<std::uint64_t> max_body_bytes;  ///< whatever the application allows; 413
  std::uint64_t max_drain_bytes = 256 * 1024;   ///< of an unread body read to keep the connection
};

/// How long the server waits. Zero means for ever.
struct Timeouts {
  milliseconds header{10'000};        ///< from the first byte of a head to its end; 408
  milliseconds body_idle{20'000};     ///< between two pieces of a body; 408
  milliseconds keep_alive{75'000};    ///< between an answer and the next request
  milliseconds write{30'000};         ///< while the client takes nothing of an answer
  milliseconds request{0};            ///< for the whole of a request; the handler is cancelled
  milliseconds drain{10'000};         ///< for running requests once the server was told to stop
  std::uint64_t min_body_rate = 240;  ///< bytes a second that a body must keep up on average
  milliseconds body_grace{10'000};    ///< before min_body_rate is asked for
};

/// What the access log says of one request.
struct AccessRecord {
  std::string_view remote_addr;  ///< "" for a unix socket
  std::string_view method;       ///< "" where not even the request line could be read
  std::string_view target;       ///< as sent: escape it before it is printed
  std::string_view line;         ///< the request line as sent, or its beginning, where method is ""
  int minor_version = 1;
  int status = 0;
  std::uint64_t body_bytes = 0;
  microseconds duration{0};  ///< from the end of the request's head to the end of its answer
  std::string_view referrer;
  std::string_view user_agent;
};

/// "GET /path HTTP/1.1", or what was sent in its place; escaped.
std::string request_line(const AccessRecord& record);

struct ServerOptions {
  std::string host = "127.0.0.1";  ///< an address, v4 or v6, or a name; "" for all
  std::uint16_t port = 5000;       ///< 0: any free one, see Server::port()
  std::string unix_path;           ///< a unix socket instead of host and port
  unsigned unix_mode = 0660;       ///< the socket file's mode
  /// A socket that listens already, which all workers share, in place of the above; the server
  /// closes it. host and port are what address() says.
  int listen_fd = -1;
  std::optional<TlsOptions> tls;  ///< https in place of http
  unsigned workers = 1;           ///< threads, each with its own listening socket
  int backlog = 4096;
  bool reuse_port = false;  ///< let other processes share the port (always on between workers)
  Limits limits;
  Timeouts timeouts;
  std::string server_name = "retort";             ///< the Server field; "" leaves it out
  std::size_t stack_bytes = 256 * 1024;           ///< of a fiber
  std::size_t max_connections = 0;                ///< a worker; 0: as many as descriptors allow
  std::uint64_t max_requests_per_connection = 0;  ///< then the connection is closed; 0: no bound
  bool cancel_on_disconnect = true;               ///< cancel a parked request whose client has gone
  fiber::Watchdog* watchdog = nullptr;            ///< of the workers; must outlive the server
  bool access_log = false;  ///< a line on stderr for each request, as Werkzeug prints it
  /// Called on the worker for each request in place of access_log's line.
  Function<void(const AccessRecord&)> on_access;
  /// Told of what escaped a handler, before the bare 500 goes out: `what` is for the
  /// log, never for the client. Default: a line on stderr.
  Function<void(std::string_view what)> on_error;
};

/// Counters of a running server, over all workers. Not exact while requests run.
struct ServerStats {
  std::uint64_t connections = 0;  ///< open now
  std::uint64_t accepted = 0;
  std::uint64_t requests = 0;
  std::uint64_t active = 0;     ///< requests running now
  std::uint64_t exchanges = 0;  ///< request slots in use now
  std::uint64_t buffers = 0;    ///< borrowed by connections now
};

class Server {
 public:
  /// `handler` must outlive the server.
  explicit Server(Handler& handler, ServerOptions options = {});
  /// Stops at once, without draining, if it still runs.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and listens; clients can connect from here on. Throws std::system_error, whose
  /// text names the address, and what load_tls throws.
  void start();
  /// Serves until the server is stopped and drained: one worker on this thread, the
  /// others on threads of their own. Calls start() if nobody has.
  void run();

  /// The bound port; 0 for a unix socket. After start().
  std::uint16_t port() const;
  /// "http://127.0.0.1:5000", "https://[::1]:5000" or "unix:/run/app.sock". After start().
  std::string address() const;

  /// Stops accepting, closes idle connections, lets running requests finish until the
  /// drain timeout and cancels them then. Returns at once; run() returns when all is done.
  void stop() { request_stop(); }
  /// The same; safe in a signal handler. A second call skips the rest of the draining.
  void request_stop() noexcept;

  ServerStats stats() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Serves `handler` on this thread until the process ends (or the server throws at start).
void serve(Handler& handler, ServerOptions options = {});

}  // namespace retort::server
