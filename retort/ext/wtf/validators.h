// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The validators of WTForms and Flask-WTF, with their messages (docs/validators.md):
//
//   wtf::StringField name{"Name", {wtf::data_required(), wtf::length(3, 80)}};
//
// Each takes a message of the program's own in place of its own one, which is translated (see
// retort/ext/wtf/translations.h). They are made with a form's type, once, and called by all workers
// at once; what is wrong with their arguments is a SetupError then. A program's own validators
// are functions: retort/ext/wtf/validator.h.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/decimal.h"
#include "retort/ext/wtf/checks.h"
#include "retort/ext/wtf/detail/copyable_function.h"
#include "retort/ext/wtf/validator.h"
#include "retort/value/value.h"

namespace retort::wtf {

using Message = std::optional<std::string>;

/// A text, a number or a truth value that a validator compares with.
class Literal {
 public:
  Literal(const char* text) : text_(text), kind_(Kind::text) {}               // NOLINT: implicit, all
  Literal(std::string_view text) : text_(text), kind_(Kind::text) {}          // NOLINT
  Literal(std::string text) : text_(std::move(text)), kind_(Kind::text) {}    // NOLINT
  Literal(const Decimal& number) : decimal_(number), kind_(Kind::decimal) {}  // NOLINT
  template <class T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
  Literal(T value) {  // NOLINT
    if constexpr (std::is_floating_point_v<T>) {
      real_ = static_cast<double>(value);
      kind_ = Kind::real;
    } else {
      integer_ = static_cast<std::int64_t>(value);
      kind_ = std::is_same_v<T, bool> ? Kind::boolean : Kind::integer;
    }
  }
  /// Borrows its text.
  Value value() const;

 private:
  enum class Kind : std::uint8_t { text, boolean, integer, real, decimal };

  std::string text_;
  Decimal decimal_;
  std::int64_t integer_ = 0;
  double real_ = 0;
  Kind kind_;
};

/// Several, out of braces or a container.
class Literals {
 public:
  Literals(std::initializer_list<Literal> values) : values_(values) {}  // NOLINT: implicit, both
  template <class C, class = decltype(std::declval<const C&>().begin())>
  Literals(const C& container) : values_(container.begin(), container.end()) {}  // NOLINT
  std::vector<Literal>& values() { return values_; }

 private:
  std::vector<Literal> values_;
};

/// A bound of number_range: an integer, a double, a Decimal, or none.
class Bound {
 public:
  Bound() = default;
  template <class T, std::enable_if_t<std::is_arithmetic_v<T> || std::is_same_v<T, Decimal>, int> = 0>
  Bound(T number) : number_(Literal(number)) {}  // NOLINT: implicit by design
  const std::optional<Literal>& number() const { return number_; }

 private:
  std::optional<Literal> number_;
};

// What must be there.

/// Data that is true: not empty, not 0, not false, not only white space. Else nothing further is
/// checked. Flag: required.
Validator data_required(Message message = {});
/// Something was sent, "0" and " " included (WTForms: InputRequired). Flag: required.
Validator input_required(Message message = {});
/// Where nothing, or only white space, was sent: no error, and nothing further is checked.
/// Flag: optional.
Validator optional(bool strip_whitespace = true);

// What it must be like.

struct LengthOptions {
  std::int64_t min = -1;  ///< code points of text, items of a list; -1: any
  std::int64_t max = -1;
  Message message = {};  ///< may say %(min)d, %(max)d, %(length)d
};
/// Flags: minlength, maxlength.
Validator length(LengthOptions options);
Validator length(std::int64_t min, std::int64_t max = -1, Message message = {});

struct NumberRangeOptions {
  Bound min = {};
  Bound max = {};
  Message message = {};  ///< may say %(min)s, %(max)s
};
/// A number, the bounds included; no data is out of any range. Flags: min, max.
Validator number_range(NumberRangeOptions options);
Validator number_range(Bound min, Bound max, Message message = {});

/// The data of another field of the form; `message` may say %(other_name)s, %(other_label)s.
Validator equal_to(std::string_view fieldname, Message message = {});

using ValuesFormatter = detail::CopyableFunction<std::string(const std::vector<std::string>&)>;

/// One of the values; of a list, each item. `message` may say %(values)s: what the formatter makes
/// of them, by default with commas between.
Validator any_of(Literals values, Message message = {}, ValuesFormatter values_formatter = {});
/// None of the values; of a list, no item.
Validator none_of(Literals values, Message message = {}, ValuesFormatter values_formatter = {});

enum class RegexpMode : std::uint8_t { match, fullmatch, search };

struct RegexpOptions {
  bool ignore_case = false;
  bool multiline = false;
  bool dotall = false;
  bool ascii = false;                   ///< \d, \w, \s and \b mean ASCII alone
  RegexpMode mode = RegexpMode::match;  ///< from the start of the text; the whole; anywhere
  std::string html_pattern = {};        ///< flag: pattern, which browsers match against the whole
  Message message = {};
};
/// RE2's regular expressions, with Python's \d, \w and \s; $ is the end of the text. What RE2 does not
/// have (look around, back references) is a SetupError. Linear in the text's length.
Validator regexp(std::string_view regex, Message message = {});
Validator regexp(std::string_view regex, RegexpOptions options);

Validator email(Message message = {});
Validator email(EmailRules rules, Message message = {});
Validator url(Message message = {});
Validator url(UrlRules rules, Message message = {});

struct IpVersions {
  bool ipv4 = true;
  bool ipv6 = false;
};
Validator ip_address(Message message = {});
Validator ip_address(IpVersions versions, Message message = {});
Validator mac_address(Message message = {});
Validator uuid(Message message = {});

// Files (Flask-WTF), for FileField and MultipleFileField; of several, each must fit.

/// A file was sent; else nothing further is checked. Flag: required.
Validator file_required(Message message = {});
/// Its name ends with one of the extensions, in small letters and without the dot. What is in the file
/// may be anything. `message` is shown as it is.
Validator file_allowed(std::vector<std::string> extensions, Message message = {});
/// It has at most, and at least, so many bytes.
Validator file_size(std::uint64_t max_size, std::uint64_t min_size = 0, Message message = {});

// What must not change.

/// What came must be what the form was made with. Flag: readonly.
Validator readonly();
/// Nothing must have come. Flag: disabled.
Validator disabled();

}  // namespace retort::wtf
