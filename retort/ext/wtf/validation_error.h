// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What validators throw (WTForms: ValidationError, StopValidation). The message is for the
// person who filled in the form.

#include <exception>
#include <string>
#include <utility>

namespace retort::wtf {

/// The field is not valid; the validators behind this one still run.
class ValidationError : public std::exception {
 public:
  explicit ValidationError(std::string message = {}) : message_(std::move(message)) {}
  const std::string& message() const { return message_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string message_;
};

/// Ends the field's validation: with an error, or, without a message, with none.
class StopValidation : public std::exception {
 public:
  explicit StopValidation(std::string message = {}) : message_(std::move(message)) {}
  const std::string& message() const { return message_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string message_;
};

}  // namespace retort::wtf
