// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/validators.h"

#include <cmath>

#include "retort/app/scaffold.h"
#include "retort/base/utf8.h"
#include "retort/ext/wtf/base_form.h"
#include "retort/ext/wtf/detail/field_text.h"
#include "retort/ext/wtf/detail/messages.h"
#include "retort/ext/wtf/field.h"
#include "retort/value/decimal_time.h"
#include "retort/value/unicode.h"

namespace retort::wtf {

namespace {

using detail::fill_places;
using detail::message_of;

bool is_blank(std::string_view text) {
  for (std::size_t at = 0; at < text.size();)
    if (!unicode::is_space(utf8::decode(text, at))) return false;
  return true;
}

[[noreturn]] void require(const Message& message, Field& field) {
  std::string text = message_of(message, field, "This field is required.");
  field.errors.clear();
  throw StopValidation(std::move(text));
}

/// A validator that asks one question about the text.
template <class F>
Validator text_check(F is_valid, Message message, std::string_view otherwise) {
  return [is_valid = std::move(is_valid), message = std::move(message), otherwise](const Field& field) {
    if (!detail::with_text(field, is_valid)) throw ValidationError(message_of(message, field, otherwise));
  };
}

}  // namespace

Value Literal::value() const {
  switch (kind_) {
    case Kind::text:
      return Value::borrow(text_);
    case Kind::boolean:
      return Value(integer_ != 0);
    case Kind::integer:
      return Value(integer_);
    case Kind::real:
      return Value(real_);
    case Kind::decimal:
      return decimal_value(decimal_);
  }
  return Value(nullptr);
}

// What must be there.

Validator data_required(Message message) {
  return {[message = std::move(message)](Field& field) {
            const Value data = field.data_value();
            if (!data.truthy() || (data.is_string() && is_blank(data.as_string()))) require(message, field);
          },
          {{"required", true}}};
}

Validator input_required(Message message) {
  return {[message = std::move(message)](Field& field) {
            if (field.raw_data.empty() || field.raw_data.front().empty()) require(message, field);
          },
          {{"required", true}}};
}

Validator optional(bool strip_whitespace) {
  return {[strip_whitespace](Field& field) {
            if (!field.raw_data.empty()) {
              const std::string& sent = field.raw_data.front();
              if (!(strip_whitespace ? is_blank(sent) : sent.empty())) return;
            }
            field.errors.clear();
            throw StopValidation();
          },
          {{"optional", true}}};
}

// Lengths and ranges.

namespace {

std::string length_message(const LengthOptions& o, const Field& field) {
  if (o.message) return *o.message;
  if (o.max == -1)
    return field.ngettext("Field must be at least %(min)d character long.",
                          "Field must be at least %(min)d characters long.", o.min);
  if (o.min == -1)
    return field.ngettext("Field cannot be longer than %(max)d character.",
                          "Field cannot be longer than %(max)d characters.", o.max);
  if (o.min == o.max)
    return field.ngettext("Field must be exactly %(max)d character long.",
                          "Field must be exactly %(max)d characters long.", o.max);
  return field.gettext("Field must be between %(min)d and %(max)d characters long.");
}

}  // namespace

Validator length(LengthOptions options) {
  if (options.min == -1 && options.max == -1)
    throw SetupError("wtf::length: say min or max: length({.min = 3, .max = 80})");
  if (options.max != -1 && options.min > options.max)
    throw SetupError("wtf::length: min cannot be more than max");
  Flags flags;
  if (options.min != -1) flags.set("minlength", options.min);
  if (options.max != -1) flags.set("maxlength", options.max);
  return {[options = std::move(options)](const Field& field) {
            const Value data = field.data_value();
            const auto size = static_cast<std::int64_t>(data.truthy() ? data.size() : 0);
            if (size >= options.min && (options.max == -1 || size <= options.max)) return;
            throw ValidationError(
                fill_places(length_message(options, field), {{"min", std::to_string(options.min)},
                                                             {"max", std::to_string(options.max)},
                                                             {"length", std::to_string(size)}}));
          },
          std::move(flags)};
}

Validator length(std::int64_t min, std::int64_t max, Message message) {
  return length({.min = min, .max = max, .message = std::move(message)});
}

namespace {

// Decimals exactly among one another and with integers.
bool less(const Value& a, const Value& b) {
  const Decimal* const x = as_decimal(a);
  const Decimal* const y = as_decimal(b);
  if (!x && !y) return Value::compare(a, b) < 0;
  if (a.is_double() || b.is_double())
    return (x ? x->to_double() : a.as_double()) < (y ? y->to_double() : b.as_double());
  return (x ? *x : Decimal(a.as_int())) < (y ? *y : Decimal(b.as_int()));
}

bool is_number(const Value& value) {
  if (value.is_double()) return !std::isnan(value.as_double());
  return value.is_int() || as_decimal(value) != nullptr;
}

}  // namespace

Validator number_range(NumberRangeOptions options) {
  const std::optional<Literal>& min = options.min.number();
  const std::optional<Literal>& max = options.max.number();
  if (min && max && less(max->value(), min->value()))
    throw SetupError("wtf::number_range: min cannot be more than max");
  Flags flags;
  if (min) flags.set("min", min->value());
  if (max) flags.set("max", max->value());
  return {[options = std::move(options)](const Field& field) {
            const std::optional<Literal>& least = options.min.number();
            const std::optional<Literal>& most = options.max.number();
            const Value data = field.data_value();
            if (is_number(data) && !(least && less(data, least->value())) &&
                !(most && less(most->value(), data))) {
              return;
            }
            const char* const otherwise = !most    ? "Number must be at least %(min)s."
                                          : !least ? "Number must be at most %(max)s."
                                                   : "Number must be between %(min)s and %(max)s.";
            throw ValidationError(fill_places(message_of(options.message, field, otherwise),
                                              {{"min", least ? least->value().str() : "None"},
                                               {"max", most ? most->value().str() : "None"}}));
          },
          std::move(flags)};
}

Validator number_range(Bound min, Bound max, Message message) {
  return number_range({.min = std::move(min), .max = std::move(max), .message = std::move(message)});
}

// Comparisons.

Validator equal_to(std::string_view fieldname, Message message) {
  return [fieldname = std::string(fieldname), message = std::move(message)](BaseForm& form, Field& field) {
    const Field* const other = form.find(fieldname);
    if (!other) {
      std::string text = field.gettext("Invalid field name '%s'.");
      if (const std::size_t at = text.find("%s"); at != std::string::npos) text.replace(at, 2, fieldname);
      throw ValidationError(std::move(text));
    }
    if (field.data_value() == other->data_value()) return;
    std::string label = other->label_text();
    if (label.empty()) label = fieldname;
    throw ValidationError(fill_places(message_of(message, field, "Field must be equal to %(other_name)s."),
                                      {{"other_label", std::move(label)}, {"other_name", fieldname}}));
  };
}

namespace {

struct Choice {
  std::vector<Literal> values;
  Message message;
  ValuesFormatter formatter;

  bool contains(const Value& wanted) const {
    for (const Literal& value : values)
      if (value.value() == wanted) return true;
    return false;
  }

  [[noreturn]] void refuse(const Field& field, std::string_view otherwise) const {
    std::vector<std::string> texts;
    for (const Literal& value : values) texts.push_back(value.value().str());
    throw ValidationError(fill_places(message_of(message, field, otherwise),
                                      {{"values", formatter ? formatter(texts) : detail::joined(texts)}}));
  }
};

}  // namespace

Validator any_of(Literals values, Message message, ValuesFormatter values_formatter) {
  return [choice = Choice{std::move(values.values()), std::move(message), std::move(values_formatter)}](
             const Field& field) {
    const Value data = field.data_value();
    bool good = true;
    if (data.is_list()) {
      for (const Value& item : data.items()) good = good && choice.contains(item);
    } else {
      good = choice.contains(data);
    }
    if (!good) choice.refuse(field, "Invalid value, must be one of: %(values)s.");
  };
}

Validator none_of(Literals values, Message message, ValuesFormatter values_formatter) {
  return [choice = Choice{std::move(values.values()), std::move(message), std::move(values_formatter)}](
             const Field& field) {
    const Value data = field.data_value();
    bool good = true;
    if (data.is_list()) {
      for (const Value& item : data.items()) good = good && !choice.contains(item);
    } else {
      good = !choice.contains(data);
    }
    if (!good) choice.refuse(field, "Invalid value, can't be any of: %(values)s.");
  };
}

// Forms of text.

Validator email(Message message) { return email(EmailRules{}, std::move(message)); }

Validator email(EmailRules rules, Message message) {
  return text_check([rules](std::string_view text) { return is_email(text, rules); }, std::move(message),
                    "Invalid email address.");
}

Validator url(Message message) { return url(UrlRules{}, std::move(message)); }

Validator url(UrlRules rules, Message message) {
  return text_check([rules = std::move(rules)](std::string_view text) { return is_url(text, rules); },
                    std::move(message), "Invalid URL.");
}

Validator ip_address(Message message) { return ip_address(IpVersions{}, std::move(message)); }

Validator ip_address(IpVersions versions, Message message) {
  if (!versions.ipv4 && !versions.ipv6)
    throw SetupError("wtf::ip_address: let it allow ipv4 or ipv6: ip_address({.ipv4 = true, .ipv6 = true})");
  return text_check(
      [versions](std::string_view text) {
        return (versions.ipv4 && is_ipv4(text)) || (versions.ipv6 && is_ipv6(text));
      },
      std::move(message), "Invalid IP address.");
}

Validator mac_address(Message message) {
  return text_check([](std::string_view text) { return is_mac_address(text); }, std::move(message),
                    "Invalid Mac address.");
}

Validator uuid(Message message) {
  return text_check([](std::string_view text) { return is_uuid(text); }, std::move(message), "Invalid UUID.");
}

// What must not change.

Validator readonly() {
  return {[](const Field& field) {
            if (field.data_value() != field.object_data())
              throw ValidationError(field.gettext("This field cannot be edited."));
          },
          {{"readonly", true}}};
}

Validator disabled() {
  return {[](const Field& field) {
            if (!field.raw_data.empty())
              throw ValidationError(field.gettext("This field is disabled and cannot have a value."));
          },
          {{"disabled", true}}};
}

}  // namespace retort::wtf
