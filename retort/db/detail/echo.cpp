// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/echo.h"

#include <utility>

#include "retort/db/detail/forwarding_connection.h"
#include "retort/db/dialect.h"
#include "retort/db/error.h"

namespace retort::db::detail {
namespace {

constexpr std::size_t kLongestValue = 300;  // bytes, as SQLAlchemy cuts

std::string shown(const Datum& value, const Dialect& dialect) {
  if (value.text.size() > kLongestValue) return "(" + std::to_string(value.text.size()) + " bytes)";
  try {
    return dialect.literal(value);
  } catch (const Error&) {  // the statement will be refused too
    return "?";
  }
}

class EchoConnection final : public ForwardingConnection {
 public:
  EchoConnection(Owned<Connection> connection, const Logger& logger)
      : connection_(std::move(connection)), logger_(logger) {}

  ExecuteResult execute(const std::string& sql, const Parameters& parameters, const RowSink& sink) override {
    log(sql, parameters);
    return connection_->execute(sql, parameters, sink);
  }
  void stream(const std::string& sql, const Parameters& parameters, const RowSink& sink,
              std::size_t batch) override {
    log(sql, parameters);
    connection_->stream(sql, parameters, sink, batch);
  }
  void execute_batch(std::vector<BatchItem>& items) override {
    for (const BatchItem& item : items) log(item.sql, item.parameters);
    connection_->execute_batch(items);
  }
  void execute_script(const std::string& sql) override {
    log(sql, {});
    connection_->execute_script(sql);
  }
  void begin() override {
    log("BEGIN", {});
    connection_->begin();
  }
  void commit() override {
    log("COMMIT", {});
    connection_->commit();
  }
  void rollback() override {
    log("ROLLBACK", {});
    connection_->rollback();
  }

 private:
  Connection& target() const override { return *connection_; }
  void log(std::string_view sql, const Parameters& parameters) const {
    logger_.info(echo_line(sql, parameters, connection_->dialect()));
  }

  Owned<Connection> connection_;
  Logger logger_;
};

}  // namespace

std::string echo_line(std::string_view sql, const Parameters& parameters, const Dialect& dialect) {
  std::string line(sql);
  const char* separator = " [";
  for (const Datum& value : parameters) {
    line += separator + shown(value, dialect);
    separator = ", ";
  }
  if (!parameters.empty()) line += ']';
  return line;
}

Owned<Connection> echoing(Owned<Connection> connection, const Logger& logger) {
  return Owned<Connection>(new EchoConnection(std::move(connection), logger));
}

}  // namespace retort::db::detail
