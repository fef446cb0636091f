// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What Json<T>, Query<T> and Form<T> throw: a 422 whose body names the fields.

#include <string>

#include "retort/http/errors.h"
#include "retort/value/convert.h"

namespace retort {

/// Answered as JSON, `{"errors": {"name": ["Not a valid string."]}}`, unless the app has a
/// handler for it (or for UnprocessableEntity, or 422).
class ValidationError : public UnprocessableEntity {
 public:
  explicit ValidationError(FieldErrors errors) : errors_(std::move(errors)) {}
  const FieldErrors& errors() const { return errors_; }
  /// {field: [messages]}; what concerns the whole body is under "_schema".
  Value messages() const;

 private:
  FieldErrors errors_;
};

}  // namespace retort
