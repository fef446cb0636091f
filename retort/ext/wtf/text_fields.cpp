// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/text_fields.h"

#include "retort/ext/wtf/detail/field_kind.h"
#include "retort/ext/wtf/widgets.h"

namespace retort::wtf {

template class FieldOf<std::string>;

StringField::StringField(LabelText label, std::initializer_list<Validator> validators, StringOptions options)
    : FieldOf(std::move(label), validators, std::move(options)) {}

StringField::StringField(LabelText label, StringOptions options)
    : FieldOf(std::move(label), {}, std::move(options)) {}

void StringField::process_data(const Value& value) {
  if (value.is_none() || value.is_undefined()) return put_none();
  put(value.str());
}

void StringField::process_formdata(const std::vector<std::string>& values) {
  if (!values.empty()) put(values.front());
}

std::string_view StringField::type() const { return "StringField"; }
Owned<Field> StringField::clone() const { return detail::copy_of(*this); }
const Widget& StringField::default_widget() const { return detail::widget_of<TextInput>(); }

std::string_view TextAreaField::type() const { return "TextAreaField"; }
Owned<Field> TextAreaField::clone() const { return detail::copy_of(*this); }
const Widget& TextAreaField::default_widget() const { return detail::widget_of<TextArea>(); }

std::string_view PasswordField::type() const { return "PasswordField"; }
Owned<Field> PasswordField::clone() const { return detail::copy_of(*this); }
const Widget& PasswordField::default_widget() const { return detail::widget_of<PasswordInput>(); }

std::string_view HiddenField::type() const { return "HiddenField"; }
Owned<Field> HiddenField::clone() const { return detail::copy_of(*this); }
const Widget& HiddenField::default_widget() const { return detail::widget_of<HiddenInput>(); }

std::string_view SearchField::type() const { return "SearchField"; }
Owned<Field> SearchField::clone() const { return detail::copy_of(*this); }
const Widget& SearchField::default_widget() const { return detail::widget_of<SearchInput>(); }

std::string_view TelField::type() const { return "TelField"; }
Owned<Field> TelField::clone() const { return detail::copy_of(*this); }
const Widget& TelField::default_widget() const { return detail::widget_of<TelInput>(); }

std::string_view URLField::type() const { return "URLField"; }
Owned<Field> URLField::clone() const { return detail::copy_of(*this); }
const Widget& URLField::default_widget() const { return detail::widget_of<URLInput>(); }

std::string_view EmailField::type() const { return "EmailField"; }
Owned<Field> EmailField::clone() const { return detail::copy_of(*this); }
const Widget& EmailField::default_widget() const { return detail::widget_of<EmailInput>(); }

std::string_view ColorField::type() const { return "ColorField"; }
Owned<Field> ColorField::clone() const { return detail::copy_of(*this); }
const Widget& ColorField::default_widget() const { return detail::widget_of<ColorInput>(); }

}  // namespace retort::wtf
