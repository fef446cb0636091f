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

class ToldConnection final : public ForwardingConnection {
 public:
  ToldConnection(Owned<Connection> connection, const EngineOptions& options, const Logger& logger)
      : connection_(std::move(connection)), logger_(logger) {
    options_.echo = options.echo;
    options_.observer = options.observer;
  }

  ExecuteResult execute(const std::string& sql, const Parameters& parameters, const RowSink& sink) override {
    const Told told = telling();
    told.before(sql, parameters);
    const ExecuteResult result = connection_->execute(sql, parameters, sink);
    told.after(sql, parameters);
    return result;
  }
  void stream(const std::string& sql, const Parameters& parameters, const RowSink& sink,
              std::size_t batch) override {
    const Told told = telling();
    told.before(sql, parameters);
    connection_->stream(sql, parameters, sink, batch);
    told.after(sql, parameters);
  }
  void execute_batch(std::vector<BatchItem>& items) override {
    const Told told = telling();
    told.before(items);
    connection_->execute_batch(items);
    told.after(items);
  }
  void execute_script(const std::string& sql) override {
    const Told told = telling();
    told.before(sql, {});
    connection_->execute_script(sql);
    told.after(sql, {});
  }
  void begin() override {
    telling().before("BEGIN", {});
    connection_->begin();
  }
  void commit() override {
    telling().before("COMMIT", {});
    connection_->commit();
  }
  void rollback() override {
    telling().before("ROLLBACK", {});
    connection_->rollback();
  }

 private:
  Connection& target() const override { return *connection_; }
  Told telling() const { return {options_, logger_, connection_->dialect()}; }

  Owned<Connection> connection_;
  EngineOptions options_;
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

void Told::before(const std::vector<BatchItem>& items) const {
  if (!options_.echo) return;
  for (const BatchItem& item : items) before(item.sql, item.parameters);
}

// Neighbours of one text are one event.
void Told::after(const std::vector<BatchItem>& items) const {
  if (!options_.observer) return;
  const TimePoint end = Clock::now();
  std::vector<const Parameters*> parameters;
  for (std::size_t i = 0; i < items.size(); ++i) {
    parameters.push_back(&items[i].parameters);
    if (i + 1 < items.size() && items[i + 1].sql == items[i].sql) continue;
    options_.observer->on_statement({items[i].sql, parameters.data(), parameters.size(), begin_, end});
    parameters.clear();
  }
}

Owned<Connection> told(Owned<Connection> connection, const EngineOptions& options, const Logger& logger) {
  if (!options.echo && !options.observer) return connection;
  return Owned<Connection>(new ToldConnection(std::move(connection), options, logger));
}

}  // namespace retort::db::detail
