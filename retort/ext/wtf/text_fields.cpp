// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/text_fields.h"

#include "retort/ext/wtf/widgets.h"

namespace retort::wtf {

void StringField::process_data(const Value& value) {
  if (value.is_none() || value.is_undefined()) return put_none();
  put(value.str());
}

void StringField::process_formdata(const std::vector<std::string>& values) {
  if (!values.empty()) put(values.front());
}

const Widget& StringField::default_widget() const {
  static const TextInput widget;
  return widget;
}

const Widget& TextAreaField::default_widget() const {
  static const TextArea widget;
  return widget;
}

const Widget& PasswordField::default_widget() const {
  static const PasswordInput widget;
  return widget;
}

const Widget& HiddenField::default_widget() const {
  static const HiddenInput widget;
  return widget;
}

const Widget& SearchField::default_widget() const {
  static const SearchInput widget;
  return widget;
}

const Widget& TelField::default_widget() const {
  static const TelInput widget;
  return widget;
}

const Widget& URLField::default_widget() const {
  static const URLInput widget;
  return widget;
}

const Widget& EmailField::default_widget() const {
  static const EmailInput widget;
  return widget;
}

const Widget& ColorField::default_widget() const {
  static const ColorInput widget;
  return widget;
}

}  // namespace retort::wtf
