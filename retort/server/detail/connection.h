// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Connection: one client's HTTP/1 conversation. Idle, it is this object and a descriptor;
// while a request runs it borrows an exchange, while bytes wait an output buffer. Its
// requests run one after another, each on whatever fiber is the loop.

#include <string>

#include <netinet/in.h>
#include <sys/socket.h>

#include "retort/fiber/fiber.h"
#include "retort/http/chunked.h"
#include "retort/server/detail/tls_stream.h"
#include "retort/server/detail/worker.h"

namespace retort::server::detail {

class Connection final : private fiber::IoHandler, private fiber::Timer, private Transport {
 public:
  Connection(Worker& worker, int fd, const sockaddr_storage& peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Begins to listen to the client. May delete this.
  void start();
  /// For before_poll: sends what earlier requests of a pipeline left. Does not park.
  void flush_dirty();
  /// The server is stopping: closes (and deletes this) when idle and nothing more is to be expected.
  void drain();

  Connection* next = nullptr;  // the worker's list
  Connection* previous = nullptr;

 private:
  friend class StreamWriter;
  friend class RawWriter;

  enum class State : std::uint8_t {
    handshake,  // TLS is not established yet
    idle,       // between requests, nothing received
    head,       // part of a head received
    busy,       // a request runs (its fiber may be parked)
    sending,    // answered; bytes wait for the client to take them
    lingering,  // no more answers: what still comes is thrown away, then close
    closed,
  };
  enum class Wait : std::uint8_t { none, readable, writable };

  // Transport.
  std::size_t read_body(char* out, std::size_t size) override;
  std::string_view remote_addr() const override;
  std::string_view write_remote_addr(char* out, socklen_t size) const;
  std::uint16_t remote_port() const override { return ntohs(peer_port_); }
  std::string_view server_addr() const override { return worker_.address; }
  std::uint16_t server_port() const override { return worker_.port; }
  bool secure() const override { return tls_ != nullptr; }
  RunBlocking blocking() const override;

  void on_io(std::uint32_t events) override;
  void on_timer() override;

  // Reading requests (connection.cpp).
  void receive();
  bool process(Exchange& exchange, std::size_t size);
  void serve_one(Exchange& exchange, char* body, std::size_t available, std::size_t& used);
  void run_handler(Exchange& exchange);
  void close_response(Response& response);
  void keep_partial(const char* data, std::size_t size);
  void on_busy_io(std::uint32_t events);
  void discard();
  void finish_batch();
  void wait_to_send();

  // What goes wrong, and what is told of it (errors.cpp).
  void report(const std::exception_ptr& error) noexcept;
  std::size_t answer_error(int status, bool closes, std::string_view text = {});
  void refuse_head(std::string_view head, int status, std::string_view text = {});
  bool logs_accesses() const { return worker_.options.access_log || worker_.options.on_access; }
  void log_access(const Exchange& exchange, int status, std::uint64_t bytes);
  void log_refused(std::string_view head, int status, std::uint64_t bytes);
  void log_record(const AccessRecord& record);

  // TLS (tls_connection.cpp), or the bare socket where there is none.
  void shake_hands();
  bool begins_tls();
  void receive_held();
  ssize_t receive_bytes(char* out, std::size_t size) {
    if (tls_) [[unlikely]]
      return tls_->read(out, size);
    return recv(fd_, out, size, 0);
  }
  ssize_t send_bytes(std::string_view bytes) {
    if (tls_) [[unlikely]]
      return tls_->write(bytes);
    return send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  ssize_t send_two(std::string_view first, std::string_view second);
  std::uint32_t interest_for(std::uint32_t events) const { return tls_ ? tls_->interest(events) : events; }

  // Bodies (body.cpp).
  std::size_t read_socket(char* out, std::size_t size);
  std::size_t read_chunked(char* out, std::size_t size);
  void check_body_rate(std::size_t got);
  bool drain_body(Exchange& exchange);
  void begin_body(Exchange& exchange, char* body, std::size_t available, std::size_t& used,
                  std::string_view& here, bool& complete);

  // Answers (respond.cpp).
  void write_response(Exchange& exchange);
  void write_body(Exchange& exchange);
  void write_head(Exchange& exchange, bool chunked, std::optional<std::uint64_t> length);
  void write_stream(Exchange& exchange);
  void write_file(Exchange& exchange);
  void send_file(const Response::FileBody& file);
  void copy_file(const Response::FileBody& file);
  void run_upgrade(Exchange& exchange);

  // Output.
  OutBuffer& out() {
    if (!out_) out_ = worker_.take_out();
    return *out_;
  }
  bool send_some();                      // false: the client is gone
  void flush_all();                      // parks; throws ClientDisconnected
  void send_all(std::string_view body);  // what is in out_, then body, without copying it
  void wait_writable(int error);
  void release_out();

  std::uint32_t wait_for(Wait what, TimePoint deadline);  // parks; false at the deadline
  void set_interest(std::uint32_t events) {
    if (events != interest_) change_interest(events);
  }
  void change_interest(std::uint32_t events);
  // Deadlines are lazy: the timer stays where it is as long as it fires no later than needed.
  void set_deadline(TimePoint deadline) {
    deadline_ = deadline;
    if (deadline < armed_) arm(deadline);
  }
  void arm(TimePoint deadline);
  void allow(milliseconds time) {  // until the deadline; none: for ever
    set_deadline(time.count() > 0 ? worker_.scheduler.now() + time : fiber::kNever);
  }
  void linger();
  void close();

  Worker& worker_;
  int fd_;
  State state_ = State::idle;
  Wait wait_ = Wait::none;
  bool keep_alive_ = true;
  bool asked_ = false;         // a request has come
  bool speaks_tls_ = false;    // the client's first byte
  bool gone_ = false;          // the client has disconnected
  bool dirty_ = false;         // in the worker's dirty list
  bool continue_due_ = false;  // 100 Continue has been asked for and not sent
  bool head_sent_ = false;     // the current answer has begun
  bool chunked_body_ = false;
  bool body_done_ = true;
  bool ready_early_ = false;  // an event came that the parked request did not wait for
  std::uint16_t peer_family_ = 0;
  in_port_t peer_port_ = 0;
  std::uint32_t interest_ = 0;
  in6_addr peer_address_{};  // or the IPv4 address in its first bytes
  TlsStream* tls_ = nullptr;
  OutBuffer* out_ = nullptr;
  std::string* partial_ = nullptr;  // bytes of the next request
  std::size_t scanned_ = 0;         // how far the parser has looked at them
  Exchange* exchange_ = nullptr;    // of the request that runs
  http::ChunkedDecoder* chunked_ = nullptr;
  std::uint64_t body_left_ = 0;  // not read yet, of a body with a length
  std::uint64_t body_read_ = 0;
  TimePoint body_started_{};
  TimePoint deadline_ = fiber::kNever;
  TimePoint armed_ = fiber::kNever;
  std::uint64_t requests_ = 0;
  fiber::Ticket ticket_{};
  fiber::TaskId task_;
};

}  // namespace retort::server::detail
