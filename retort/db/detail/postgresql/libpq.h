// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// libpq's handles with owners.

#include <string>
#include <utility>

#include <libpq-fe.h>

namespace retort::db::detail {

class ResultPtr {
 public:
  ResultPtr() = default;
  explicit ResultPtr(PGresult* result) : result_(result) {}
  ResultPtr(ResultPtr&& o) noexcept : result_(std::exchange(o.result_, nullptr)) {}
  ResultPtr& operator=(ResultPtr&& o) noexcept {
    std::swap(result_, o.result_);
    return *this;
  }
  ~ResultPtr() { reset(); }

  PGresult* get() const { return result_; }
  explicit operator bool() const { return result_ != nullptr; }
  ExecStatusType status() const { return PQresultStatus(result_); }
  void reset() {
    if (result_) PQclear(std::exchange(result_, nullptr));
  }

 private:
  PGresult* result_ = nullptr;
};

class ConnectionPtr {
 public:
  ConnectionPtr() = default;
  explicit ConnectionPtr(PGconn* connection) : connection_(connection) {}
  ConnectionPtr(ConnectionPtr&& o) noexcept : connection_(std::exchange(o.connection_, nullptr)) {}
  ConnectionPtr& operator=(ConnectionPtr&& o) noexcept {
    std::swap(connection_, o.connection_);
    return *this;
  }
  ~ConnectionPtr() { reset(); }

  PGconn* get() const { return connection_; }
  explicit operator bool() const { return connection_ != nullptr; }
  void reset() {
    if (connection_) PQfinish(std::exchange(connection_, nullptr));
  }

 private:
  PGconn* connection_ = nullptr;
};

}  // namespace retort::db::detail
