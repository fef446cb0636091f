// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// str.encode and bytes.decode for the codecs that a template may need: UTF-8, ASCII,
// Latin-1. Pure functions; errors in Python's words.

#include <string>
#include <string_view>

#include "retort/value/error.h"

namespace retort::detail {

class UnicodeEncodeError : public ValueError {
 public:
  using ValueError::ValueError;
  const char* name() const noexcept override { return "UnicodeEncodeError"; }
};

class UnicodeDecodeError : public ValueError {
 public:
  using ValueError::ValueError;
  const char* name() const noexcept override { return "UnicodeDecodeError"; }
};

/// An encoding or a way to handle errors that there is not.
class LookupError : public EvaluationError {
 public:
  using EvaluationError::EvaluationError;
  const char* name() const noexcept override { return "LookupError"; }
};

/// `errors`: strict, ignore, replace, xmlcharrefreplace. At most ten bytes for one of text.
std::string encode(std::string_view text, std::string_view encoding, std::string_view errors);
/// `errors`: strict, ignore, replace. At most three bytes for one.
std::string decode(std::string_view bytes, std::string_view encoding, std::string_view errors);

}  // namespace retort::detail
