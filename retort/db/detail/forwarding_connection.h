// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// ForwardingConnection: passes every call on to another connection; for those that add to it.

#include "retort/db/connection.h"

namespace retort::db::detail {

class ForwardingConnection : public Connection {
 public:
  const Dialect& dialect() const override { return target().dialect(); }
  Connection& driver() override { return target().driver(); }
  ExecuteResult execute(const std::string& sql, const Parameters& parameters, const RowSink& sink) override {
    return target().execute(sql, parameters, sink);
  }
  void stream(const std::string& sql, const Parameters& parameters, const RowSink& sink,
              std::size_t batch) override {
    target().stream(sql, parameters, sink, batch);
  }
  void execute_batch(std::vector<BatchItem>& items) override { target().execute_batch(items); }
  void execute_script(const std::string& sql) override { target().execute_script(sql); }
  void begin() override { target().begin(); }
  void commit() override { target().commit(); }
  void rollback() override { target().rollback(); }
  bool in_transaction() const override { return target().in_transaction(); }
  void set_deadline(TimePoint deadline) override { target().set_deadline(deadline); }
  bool usable() const override { return target().usable(); }
  bool ping() override { return target().ping(); }
  void close() override { target().close(); }

 protected:
  virtual Connection& target() const = 0;
};

}  // namespace retort::db::detail
