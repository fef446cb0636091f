// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// ModelChange: what a session did to one object: Session::track_modifications, and the signals
// of "retort/ext/sqlalchemy/track_modifications.h". Of the session's fiber.

#include <string>
#include <utility>

#include "retort/db/session.h"

namespace retort::db {

enum class Operation : unsigned char { insert, update, delete_ };

/// "insert", "update", "delete".
constexpr const char* operation_name(Operation operation) {
  return operation == Operation::insert ? "insert" : operation == Operation::update ? "update" : "delete";
}

/// Holds the object.
class ModelChange {
 public:
  ModelChange(detail::EntityBase& entity, Operation operation) : entity_(&entity), operation_(operation) {
    detail::retain(entity_);
  }
  ModelChange(const ModelChange& o) : entity_(o.entity_), operation_(o.operation_) {
    detail::retain(entity_);
  }
  ModelChange(ModelChange&& o) noexcept
      : entity_(std::exchange(o.entity_, nullptr)), operation_(o.operation_) {}
  ModelChange& operator=(ModelChange o) noexcept {
    std::swap(entity_, o.entity_);
    operation_ = o.operation_;
    return *this;
  }
  ~ModelChange() { detail::release(entity_); }

  Operation operation() const { return operation_; }
  const std::string& table() const { return entity_->mapping->name(); }
  /// The object, where it is of that model; else empty.
  template <class T>
  Handle<T> instance() const {
    return entity_->mapping == &mapping_of<T>() ? Handle<T>(entity_) : Handle<T>();
  }
  const detail::EntityBase* base() const { return entity_; }

 private:
  detail::EntityBase* entity_;
  Operation operation_;
};

}  // namespace retort::db
