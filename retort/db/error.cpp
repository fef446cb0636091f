// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/error.h"

#include <utility>

namespace retort::db {
namespace {

std::string describe(const Failure& failure) {
  std::string text = failure.message;
  if (!failure.code.empty()) text += " [" + failure.code + "]";
  if (!failure.statement.empty()) text += "\n[SQL: " + failure.statement + "]";
  return text;
}

}  // namespace

DatabaseError::DatabaseError(Failure failure) : Error(describe(failure)), failure_(std::move(failure)) {}

}  // namespace retort::db
