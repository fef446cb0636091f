// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// PostgresqlConnection as libpq does it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/db/detail/postgresql/connect.h"
#include "retort/db/detail/postgresql/patience.h"
#include "retort/db/detail/postgresql/pipeline.h"
#include "retort/db/postgresql.h"

namespace retort::db::detail {

/// True while it lives: a sink or a source runs, and other statements would have to wait for it.
struct Flag {
  explicit Flag(bool& f) : flag(f) { flag = true; }
  ~Flag() { flag = false; }
  Flag(const Flag&) = delete;
  Flag& operator=(const Flag&) = delete;
  bool& flag;
};

class PostgresqlDriver final : public PostgresqlConnection {
 public:
  PostgresqlDriver(ConnectionPtr connection, const ConnectSettings& settings)
      : pipeline_(std::move(connection), settings.statements),
        ping_time_(settings.connect_timeout),
        statement_time_(settings.statement_timeout) {}

  const Dialect& dialect() const override;
  ExecuteResult execute(const std::string& sql, const Parameters& parameters, const RowSink& sink) override;
  void stream(const std::string& sql, const Parameters& parameters, const RowSink& sink,
              std::size_t batch) override;
  void execute_batch(std::vector<BatchItem>& items) override;
  void execute_script(const std::string& sql) override;
  void begin() override;
  void commit() override;
  void rollback() override;
  bool in_transaction() const override;
  void set_deadline(TimePoint deadline) override { deadline_ = deadline; }
  bool usable() const override;
  bool ping() override;
  void close() override;

  std::int64_t copy_in(const std::string& sql, const Function<bool(std::string& out)>& source) override;
  std::int64_t copy_out(const std::string& sql, const Function<bool(std::string_view row)>& sink) override;
  void listen(std::string_view channel) override;
  void unlisten(std::string_view channel) override;
  void notify(std::string_view channel, std::string_view payload) override;
  std::optional<Notification> wait_notification(TimePoint deadline) override;
  int backend_pid() const override { return PQbackendPID(pipeline_.connection()); }

 private:
  class SimpleMode;

  void prepare_call(const std::string& sql);
  void send_begin(Unit& unit);
  bool is_failed() const;
  void settle(Unit& unit, const std::string& sql);
  void run_plain(const std::string& sql);

  void stream_cursor(const std::string& sql, const Parameters& parameters, const RowSink& sink,
                     std::size_t batch);
  void stream_single(const std::string& sql, const Parameters& parameters, const RowSink& sink);
  void give_single(Patience& patience, const std::string& sql, const RowSink& sink);

  // Outside the pipeline.
  void enter_simple(const std::string& sql);
  ResultPtr next_result(Patience& patience);
  ResultPtr drain(Patience& patience);
  void check_simple(const Patience& patience, const ResultPtr& result, const std::string& sql) const;
  void begin_copy(Patience& patience, const std::string& sql, ExecStatusType expected);
  void put_copy(Patience& patience, const std::string& data);
  char* read_copy(Patience& patience, int& size);
  void skip_copy(Patience& patience);
  std::optional<Notification> take_notification();

  Pipeline pipeline_;
  const milliseconds ping_time_;
  const milliseconds statement_time_;  // the server's own limit
  TimePoint deadline_ = TimePoint::max();
  std::uint64_t cursors_ = 0;
  bool begin_waits_ = false;  // BEGIN travels with the first statement
  bool streaming_ = false;
  bool closed_ = false;
};

/// Out of the pipeline for as long as it lives: for COPY, scripts and rows one by one.
class PostgresqlDriver::SimpleMode {
 public:
  explicit SimpleMode(Pipeline& pipeline) : pipeline_(pipeline) { PQexitPipelineMode(pipeline.connection()); }
  ~SimpleMode() {
    if (!pipeline_.is_lost() && !PQenterPipelineMode(pipeline_.connection()))
      pipeline_.lose("the connection is out of step");
  }
  SimpleMode(const SimpleMode&) = delete;
  SimpleMode& operator=(const SimpleMode&) = delete;

 private:
  Pipeline& pipeline_;
};

}  // namespace retort::db::detail
