// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The built-in converters, described by data so that the matcher runs them without a
// virtual call and without a regex.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/memory.h"
#include "retort/routing/converter.h"

namespace retort::routing::detail {

/// What a built-in converter matches and accepts.
struct NativeSpec {
  enum class Kind : unsigned char { string, any, path, integer, real, uuid };
  static constexpr std::size_t kUnbounded = std::numeric_limits<std::size_t>::max();

  Kind kind = Kind::string;
  bool is_signed = false;
  std::size_t min_length = 1;                                    // string: code points
  std::size_t max_length = kUnbounded;                           // string
  std::size_t fixed_digits = 0;                                  // integer; 0: any number
  std::int64_t low = std::numeric_limits<std::int64_t>::min();   // integer
  std::int64_t high = std::numeric_limits<std::int64_t>::max();  // integer
  bool has_low = false, has_high = false;
  double real_low = -std::numeric_limits<double>::infinity();
  double real_high = std::numeric_limits<double>::infinity();
  std::vector<std::string> items;  // any, in the rule's order

  /// Is the value the text itself?
  bool is_text() const { return kind == Kind::string || kind == Kind::any || kind == Kind::path; }
  /// Digits only, of any number and value.
  bool is_plain_integer() const {
    return kind == Kind::integer && !is_signed && fixed_digits == 0 && !has_low && !has_high;
  }
  /// Any text without a slash.
  bool is_plain_string() const { return kind == Kind::string && min_length == 1 && max_length == kUnbounded; }
};

class NativeConverter final : public Converter {
 public:
  explicit NativeConverter(NativeSpec spec) : spec_(std::move(spec)) {}
  const NativeSpec& spec() const { return spec_; }

  std::string regex() const override;
  int weight() const override;
  bool part_isolating() const override { return spec_.kind != NativeSpec::Kind::path; }
  std::optional<Variable> to_value(std::string_view text) const override;
  UrlText to_url(const Variable& value) const override;

 private:
  UrlText any_to_url(const Variable& value) const;
  UrlText integer_to_url(const Variable& value) const;

  NativeSpec spec_;
};

/// A factory for one of "string", "any", "path", "int", "float", "uuid"; its products are
/// NativeConverters.
ConverterFactory native_factory(NativeSpec::Kind kind);

/// re.escape
std::string regex_escape(std::string_view text);

}  // namespace retort::routing::detail
