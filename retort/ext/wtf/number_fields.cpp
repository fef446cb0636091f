// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/number_fields.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

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

const Widget& IntegerField::default_widget() const {
  static const NumberInput widget;
  return widget;
}

const Widget& IntegerRangeField::default_widget() const {
  static const RangeInput widget;
  return widget;
}

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
  put_none();
  if (value.is_number() || value.is_string()) put(detail::python_decimal(value.str()));
}

void DecimalField::process_formdata(const std::vector<std::string>& values) {
  if (values.empty()) return;
  put(detail::python_decimal(values.front()));
  if (!data) throw ValueError(gettext("Not a valid decimal value."));
}

const Widget& DecimalField::default_widget() const {
  static const NumberInput widget({.step = "any"});
  return widget;
}

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

const Widget& BooleanField::default_widget() const {
  static const CheckboxInput widget;
  return widget;
}

const Widget& SubmitField::default_widget() const {
  static const SubmitInput widget;
  return widget;
}

}  // namespace retort::wtf
