// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The widgets that WTForms has, with its attributes and their order. A field has the one that
// belongs to its kind; another one is named in its options:
//
//   wtf::StringField code{"Code", {}, {.widget = wtf::TextArea()}};

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "retort/ext/wtf/widget.h"
#include "retort/value/value.h"

namespace retort::wtf {

/// An <input>; which flags it shows depends on its type.
class Input : public Widget {
 public:
  explicit Input(std::string_view type) : type_(type) {}
  void render(std::string& out, const Field& field, Attributes attributes) const override;
  std::string_view input_type() const override { return type_; }

 private:
  std::string type_;
};

class TextInput : public Input {
 public:
  TextInput() : Input("text") {}
};
class SearchInput : public Input {
 public:
  SearchInput() : Input("search") {}
};
class TelInput : public Input {
 public:
  TelInput() : Input("tel") {}
};
class URLInput : public Input {
 public:
  URLInput() : Input("url") {}
};
class EmailInput : public Input {
 public:
  EmailInput() : Input("email") {}
};
class DateTimeInput : public Input {
 public:
  DateTimeInput() : Input("datetime") {}
};
class DateInput : public Input {
 public:
  DateInput() : Input("date") {}
};
class MonthInput : public Input {
 public:
  MonthInput() : Input("month") {}
};
class WeekInput : public Input {
 public:
  WeekInput() : Input("week") {}
};
class TimeInput : public Input {
 public:
  TimeInput() : Input("time") {}
};
class DateTimeLocalInput : public Input {
 public:
  DateTimeLocalInput() : Input("datetime-local") {}
};
class ColorInput : public Input {
 public:
  ColorInput() : Input("color") {}
};

class PasswordInput : public Input {
 public:
  /// Without `hide_value` what was sent is shown again.
  explicit PasswordInput(bool hide_value = true) : Input("password"), hide_value_(hide_value) {}
  void render(std::string& out, const Field& field, Attributes attributes) const override;

 private:
  bool hide_value_;
};

class HiddenInput : public Input {
 public:
  HiddenInput() : Input("hidden") {}
  const Flags* field_flags() const override;
};

/// On when the field's data is.
class CheckboxInput : public Input {
 public:
  CheckboxInput() : Input("checkbox") {}
  void render(std::string& out, const Field& field, Attributes attributes) const override;
};

class RadioInput : public Input {
 public:
  RadioInput() : Input("radio") {}
  void render(std::string& out, const Field& field, Attributes attributes) const override;
};

class FileInput : public Input {
 public:
  explicit FileInput(bool multiple = false) : Input("file"), multiple_(multiple) {}
  void render(std::string& out, const Field& field, Attributes attributes) const override;

 private:
  bool multiple_;
};

/// A button that says the field's label.
class SubmitInput : public Input {
 public:
  SubmitInput() : Input("submit") {}
  void render(std::string& out, const Field& field, Attributes attributes) const override;
};

/// Attributes that a number's input begins with.
struct NumberAttributes {
  Value step = {};
  Value min = {};
  Value max = {};
};

class NumberInput : public Input {
 public:
  explicit NumberInput(NumberAttributes attributes = {}) : NumberInput("number", std::move(attributes)) {}
  void render(std::string& out, const Field& field, Attributes attributes) const override;

 protected:
  NumberInput(std::string_view type, NumberAttributes attributes);

 private:
  NumberAttributes attributes_;
};

class RangeInput : public NumberInput {
 public:
  explicit RangeInput(NumberAttributes attributes = {}) : NumberInput("range", std::move(attributes)) {}
};

class TextArea : public Widget {
 public:
  void render(std::string& out, const Field& field, Attributes attributes) const override;
};

/// A <select> of a choice field.
class Select : public Widget {
 public:
  explicit Select(bool multiple = false) : multiple_(multiple) {}
  void render(std::string& out, const Field& field, Attributes attributes) const override;

 private:
  bool multiple_;
};

/// One <option> of a choice field that is walked over.
class Option : public Widget {
 public:
  void render(std::string& out, const Field& field, Attributes attributes) const override;
};

/// The fields inside of a field as a list, each with its label before or behind it.
class ListWidget : public Widget {
 public:
  explicit ListWidget(std::string_view html_tag = "ul", bool prefix_label = true);
  void render(std::string& out, const Field& field, Attributes attributes) const override;

 private:
  std::string html_tag_;
  bool prefix_label_;
};

/// The fields inside of a field as rows of a table; hidden ones get no row.
class TableWidget : public Widget {
 public:
  explicit TableWidget(bool with_table_tag = true) : with_table_tag_(with_table_tag) {}
  void render(std::string& out, const Field& field, Attributes attributes) const override;

 private:
  bool with_table_tag_;
};

}  // namespace retort::wtf
