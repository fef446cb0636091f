// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Fields of text (WTForms: StringField and what derives from it): data is a std::string.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/ext/wtf/field_of.h"

namespace retort::wtf {

using StringOptions = OptionsOf<std::string>;
extern template class FieldOf<std::string>;

/// A line of text.
class StringField : public FieldOf<std::string> {
 public:
  StringField(LabelText label = nullptr, std::initializer_list<Validator> validators = {},
              StringOptions options = {});
  StringField(LabelText label, StringOptions options);
  template <class V, std::enable_if_t<std::is_same_v<V, std::vector<Validator>>, int> = 0>
  StringField(LabelText label, V validators, StringOptions options = {})
      : FieldOf(std::move(label), std::move(validators), std::move(options)) {}

  std::string_view type() const override;
  Value value_text() const override { return Value(data); }
  Owned<Field> clone() const override;

 protected:
  void process_data(const Value& value) override;
  void process_formdata(const std::vector<std::string>& values) override;
  const Widget& default_widget() const override;
};

/// Several lines.
class TextAreaField : public StringField {
 public:
  using StringField::StringField;
  std::string_view type() const override;
  Owned<Field> clone() const override;

 protected:
  const Widget& default_widget() const override;
};

/// What is sent is not shown again.
class PasswordField : public StringField {
 public:
  using StringField::StringField;
  std::string_view type() const override;
  Owned<Field> clone() const override;

 protected:
  const Widget& default_widget() const override;
};

class HiddenField : public StringField {
 public:
  using StringField::StringField;
  std::string_view type() const override;
  Owned<Field> clone() const override;

 protected:
  const Widget& default_widget() const override;
};

class SearchField : public StringField {
 public:
  using StringField::StringField;
  std::string_view type() const override;
  Owned<Field> clone() const override;

 protected:
  const Widget& default_widget() const override;
};

class TelField : public StringField {
 public:
  using StringField::StringField;
  std::string_view type() const override;
  Owned<Field> clone() const override;

 protected:
  const Widget& default_widget() const override;
};

class URLField : public StringField {
 public:
  using StringField::StringField;
  std::string_view type() const override;
  Owned<Field> clone() const override;

 protected:
  const Widget& default_widget() const override;
};

class EmailField : public StringField {
 public:
  using StringField::StringField;
  std::string_view type() const override;
  Owned<Field> clone() const override;

 protected:
  const Widget& default_widget() const override;
};

class ColorField : public StringField {
 public:
  using StringField::StringField;
  std::string_view type() const override;
  Owned<Field> clone() const override;

 protected:
  const Widget& default_widget() const override;
};

}  // namespace retort::wtf
