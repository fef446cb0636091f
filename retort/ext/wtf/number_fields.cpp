// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/number_fields.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "retort/ext/wtf/detail/field_kind.h"
#include "retort/ext/wtf/detail/python_number.h"
#include "retort/ext/wtf/widgets.h"

namespace retort::wtf {
namespace {

/// Python's int() of a value.
std::optional<std::int64_t> int_of(const Value& value) {
  if (value.is_int()) return value.as_int();
  if (value.is_bool()) return value.as_bool() ? 1 : 0;
  if (value.is_string()) return detail::python_int(value.as_string());
  if (!value.is_double()) return {};
  const double number = std::trunc(value.as_double());
  if (!(number >= -9223372036854775808.0 && number < 9223372036854775808.0)) return {};
  return static_cast<std::int64_t>(number);
}

}  // namespace

template class FieldOf<std::int64_t>;
template class FieldOf<double>;
template class FieldOf<Decimal>;
template class FieldOf<bool>;

IntegerField::IntegerField(LabelText label, std::initializer_list<Validator> validators,
                           IntegerOptions options)
    : IntegerField(std::move(label), std::vector<Validator>(validators), std::move(options)) {}

IntegerField::IntegerField(LabelText label, IntegerOptions options)
    : IntegerField(std::move(label), std::vector<Validator>(), std::move(options)) {}

FloatField::FloatField(LabelText label, std::initializer_list<Validator> validators, FloatOptions options)
    : FloatField(std::move(label), std::vector<Validator>(validators), std::move(options)) {}

FloatField::FloatField(LabelText label, FloatOptions options)
    : FloatField(std::move(label), std::vector<Validator>(), std::move(options)) {}

DecimalField::DecimalField(LabelText label, std::initializer_list<Validator> validators,
                           DecimalOptions options)
    : DecimalField(std::move(label), std::vector<Validator>(validators), std::move(options)) {}

DecimalField::DecimalField(LabelText label, DecimalOptions options)
    : DecimalField(std::move(label), std::vector<Validator>(), std::move(options)) {}

BooleanField::BooleanField(LabelText label, std::initializer_list<Validator> validators,
                           BooleanOptions options)
    : BooleanField(std::move(label), std::vector<Validator>(validators), std::move(options)) {}

BooleanField::BooleanField(LabelText label, BooleanOptions options)
    : BooleanField(std::move(label), std::vector<Validator>(), std::move(options)) {}

Value IntegerField::value_text() const {
  if (!raw_data.empty()) return raw_data.front();
  return data ? Value(Value(*data).str()) : Value("");
}

void IntegerField::process_data(const Value& value) {
  put_none();
  if (value.is_none() || value.is_undefined()) return;
  put(int_of(value));
  if (!data) throw ValueError(gettext("Not a valid integer value."));
}

void IntegerField::process_formdata(const std::vector<std::string>& values) {
  if (values.empty()) return;
  put(detail::python_int(values.front()));
  if (!data) throw ValueError(gettext("Not a valid integer value."));
}

std::string_view IntegerField::type() const { return "IntegerField"; }
Owned<Field> IntegerField::clone() const { return detail::copy_of(*this); }
const Widget& IntegerField::default_widget() const { return detail::widget_of<NumberInput>(); }

std::string_view IntegerRangeField::type() const { return "IntegerRangeField"; }
Owned<Field> IntegerRangeField::clone() const { return detail::copy_of(*this); }
const Widget& IntegerRangeField::default_widget() const { return detail::widget_of<RangeInput>(); }

Value FloatField::value_text() const {
  if (!raw_data.empty()) return raw_data.front();
  return data ? Value(Value(*data).str()) : Value("");
}

void FloatField::process_data(const Value& value) {
  put_none();
  if (value.is_number()) put(value.as_double());
  if (value.is_string()) put(detail::python_float(value.as_string()));
}

void FloatField::process_formdata(const std::vector<std::string>& values) {
  if (values.empty()) return;
  put(detail::python_float(values.front()));
  if (!data) throw ValueError(gettext("Not a valid float value."));
}

std::string_view FloatField::type() const { return "FloatField"; }
Owned<Field> FloatField::clone() const { return detail::copy_of(*this); }
const Widget& FloatField::default_widget() const {
  static const NumberInput widget({.step = "any"});
  return widget;
}

Value DecimalField::value_text() const {
  if (!raw_data.empty()) return raw_data.front();
  if (!data) return "";
  if (!places_) return data->str();
  try {
    return data->round(*places_, rounding_).str();
  } catch (const std::overflow_error&) {  // as many places as it has digits for
    return data->str();
  }
}

void DecimalField::process_data(const Value& value) {
  FieldOf::process_data(value);
  if (!data && (value.is_double() || value.is_string())) put(detail::python_decimal(value.str()));
}

void DecimalField::process_formdata(const std::vector<std::string>& values) {
  if (values.empty()) return;
  put(detail::python_decimal(values.front()));
  if (!data) throw ValueError(gettext("Not a valid decimal value."));
}

std::string_view DecimalField::type() const { return "DecimalField"; }
Owned<Field> DecimalField::clone() const { return detail::copy_of(*this); }
const Widget& DecimalField::default_widget() const {
  static const NumberInput widget({.step = "any"});
  return widget;
}

std::string_view DecimalRangeField::type() const { return "DecimalRangeField"; }
Owned<Field> DecimalRangeField::clone() const { return detail::copy_of(*this); }
const Widget& DecimalRangeField::default_widget() const {
  static const RangeInput widget({.step = "any"});
  return widget;
}

Value BooleanField::value_text() const { return raw_data.empty() ? Value("y") : Value(raw_data.front()); }

void BooleanField::process_data(const Value& value) { put(value.truthy()); }

void BooleanField::process_formdata(const std::vector<std::string>& values) {
  put(!values.empty() &&
      std::find(false_values_->begin(), false_values_->end(), values.front()) == false_values_->end());
}

void BooleanField::define(std::string_view name, bool immortal) {
  FieldOf::define(name, immortal);
  if (immortal) false_values_.make_immortal();
}

std::string_view BooleanField::type() const { return "BooleanField"; }
Owned<Field> BooleanField::clone() const { return detail::copy_of(*this); }
const Widget& BooleanField::default_widget() const { return detail::widget_of<CheckboxInput>(); }

std::string_view SubmitField::type() const { return "SubmitField"; }
Owned<Field> SubmitField::clone() const { return detail::copy_of(*this); }
const Widget& SubmitField::default_widget() const { return detail::widget_of<SubmitInput>(); }

}  // namespace retort::wtf
