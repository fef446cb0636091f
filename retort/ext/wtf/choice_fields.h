// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Fields whose data is one of several choices, or some of them (WTForms: SelectField, RadioField,
// SelectMultipleField). The choices are of any type: text, numbers, an enum, whose enumerators they
// then are by themselves.
//
//   wtf::SelectField language{"Language", {}, {.choices = {{"cpp", "C++"}, {"py", "Python"}}}};
//   wtf::SelectFieldOf<Color> color{"Color"};      // color.data: std::optional<Color>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/memory.h"
#include "retort/ext/wtf/choices.h"
#include "retort/ext/wtf/field_of.h"

namespace retort::wtf {

namespace detail {

std::optional<std::int64_t> choice_int(std::string_view text);
std::optional<double> choice_float(std::string_view text);

/// The choice that such a text stands for; nothing when none could.
template <class T>
std::optional<T> choice_of_text(std::string_view text) {
  if constexpr (std::is_same_v<T, std::string>) {
    return std::string(text);
  } else if constexpr (std::is_same_v<T, bool>) {
    if (text == "True" || text == "true") return true;
    if (text == "False" || text == "false") return false;
    return {};
  } else if constexpr (std::is_integral_v<T>) {
    const std::optional<std::int64_t> number = choice_int(text);
    if (!number || !std::in_range<T>(*number)) return {};
    return static_cast<T>(*number);
  } else if constexpr (std::is_floating_point_v<T>) {
    const std::optional<double> number = choice_float(text);
    if (!number) return {};
    return static_cast<T>(*number);
  } else {
    T out{};
    FieldErrors errors;
    if (!from_value(Value(text), out, errors)) return {};
    return out;
  }
}

/// A choice of an object's value, or of a default.
template <class T>
std::optional<T> choice_of_value(const Value& value) {
  if (value.is_none() || value.is_undefined()) return {};
  return choice_of_text<T>(value.str());
}

extern const std::string_view kCannotCoerce;
extern const std::string_view kCannotCoerceAll;
/// Throws TypeError: the field has no choices.
[[noreturn]] void throw_no_choices(const Field& field);
[[noreturn]] void throw_not_a_choice(const Field& field);
/// A value that is there several times is named once.
[[noreturn]] void throw_not_choices(const Field& field, std::vector<std::string> values);

/// An option of a field that is walked over; its number.
Subfield make_option(const Field& field, const ShownChoice& choice, std::size_t i, const Widget& widget);

const Widget& select_widget();
const Widget& select_multiple_widget();
const Widget& option_widget();
const Widget& radio_list_widget();
const Widget& radio_widget();

}  // namespace detail

/// What a choice field may be made with; D is T, or of a multiple one a vector of them.
template <class T, class D = T>
struct SelectOptions {
  Choices<T> choices = {};
  bool validate_choice = true;  ///< what is sent must be one of the choices
  Default<D> default_ = {};
  std::string description = {};
  Filters<D> filters = {};
  Value render_kw = {};
  std::string id = {};
  std::string name = {};
  OwnWidget widget = {};
};

/// One of several choices, as a <select>.
template <class T>
class SelectFieldOf : public FieldOf<T>, public ShownChoices {
 public:
  using Options = SelectOptions<T>;
  SelectFieldOf(LabelText label = nullptr, std::initializer_list<Validator> validators = {},
                Options options = {})
      : SelectFieldOf(std::move(label), std::vector<Validator>(validators), std::move(options)) {}
  SelectFieldOf(LabelText label, Options options)
      : SelectFieldOf(std::move(label), std::vector<Validator>(), std::move(options)) {}
  template <class V, std::enable_if_t<std::is_same_v<V, std::vector<Validator>>, int> = 0>
  SelectFieldOf(LabelText label, V validators, Options options = {})
      : FieldOf<T>(std::move(label), std::move(validators), options),
        choices(std::move(options.choices)),
        validate_choice_(options.validate_choice) {}

  Choices<T> choices;

  std::string_view type() const override { return "SelectField"; }
  Value value_text() const override {
    return this->has_data() ? Value(detail::choice_text(this->value())) : Value("");
  }
  Owned<Field> clone() const override { return std::make_unique<SelectFieldOf>(*this); }
  void define(std::string_view name, bool immortal) override {
    FieldOf<T>::define(name, immortal);
    if (immortal) choices.make_immortal();
  }
  void process(const FormData* formdata, const Value* data) override {
    choices.load();
    FieldOf<T>::process(formdata, data);
  }

  const ShownChoices* shown_choices() const override { return this; }
  std::size_t choice_count() const override { return choices.size(); }
  ShownChoice shown_choice(std::size_t i) const override {
    const Choice<T>& choice = choices[i];
    return {detail::choice_text(choice.value), choice.label, choice.group, &choice.render_kw,
            this->has_data() && choice.value == this->value()};
  }
  bool has_groups() const override { return choices.grouped(); }
  std::size_t subfield_count() const override { return choices.size(); }
  Subfield subfield(std::size_t i) const override {
    return detail::make_option(*this, shown_choice(i), i, option_widget());
  }

 protected:
  void process_data(const Value& value) override { this->put(detail::choice_of_value<T>(value)); }
  void process_formdata(const std::vector<std::string>& values) override {
    if (values.empty()) return;
    std::optional<T> chosen = detail::choice_of_text<T>(values.front());
    if (!chosen) throw ValueError(this->gettext(detail::kCannotCoerce));
    this->put(*std::move(chosen));
  }
  void pre_validate(BaseForm&) override {
    if (!validate_choice_ || !this->process_errors.empty()) return;
    if (!choices.given()) detail::throw_no_choices(*this);
    for (const Choice<T>& choice : choices) {
      if (this->has_data() && choice.value == this->value()) return;
    }
    detail::throw_not_a_choice(*this);
  }
  const Widget& default_widget() const override { return detail::select_widget(); }
  virtual const Widget& option_widget() const { return detail::option_widget(); }

 private:
  bool validate_choice_;
};

/// One of several choices, as radio buttons: walking over the field gives the buttons.
template <class T>
class RadioFieldOf : public SelectFieldOf<T> {
 public:
  using SelectFieldOf<T>::SelectFieldOf;
  std::string_view type() const override { return "RadioField"; }
  /// Of the buttons together: each has one that leads to it.
  Label label() const override { return {{}, this->label_text()}; }
  Owned<Field> clone() const override { return std::make_unique<RadioFieldOf>(*this); }

 protected:
  const Widget& default_widget() const override { return detail::radio_list_widget(); }
  const Widget& option_widget() const override { return detail::radio_widget(); }
};

/// Some of several choices: data is a vector.
template <class T>
class SelectMultipleFieldOf : public FieldOf<std::vector<T>>, public ShownChoices {
 public:
  using Options = SelectOptions<T, std::vector<T>>;
  SelectMultipleFieldOf(LabelText label = nullptr, std::initializer_list<Validator> validators = {},
                        Options options = {})
      : SelectMultipleFieldOf(std::move(label), std::vector<Validator>(validators), std::move(options)) {}
  SelectMultipleFieldOf(LabelText label, Options options)
      : SelectMultipleFieldOf(std::move(label), std::vector<Validator>(), std::move(options)) {}
  template <class V, std::enable_if_t<std::is_same_v<V, std::vector<Validator>>, int> = 0>
  SelectMultipleFieldOf(LabelText label, V validators, Options options = {})
      : FieldOf<std::vector<T>>(std::move(label), std::move(validators), options),
        choices(std::move(options.choices)),
        validate_choice_(options.validate_choice) {}

  Choices<T> choices;

  std::string_view type() const override { return "SelectMultipleField"; }
  Value value_text() const override { return Value(""); }
  Owned<Field> clone() const override { return std::make_unique<SelectMultipleFieldOf>(*this); }
  void define(std::string_view name, bool immortal) override {
    FieldOf<std::vector<T>>::define(name, immortal);
    if (immortal) choices.make_immortal();
  }
  void process(const FormData* formdata, const Value* data) override {
    choices.load();
    FieldOf<std::vector<T>>::process(formdata, data);
  }

  const ShownChoices* shown_choices() const override { return this; }
  std::size_t choice_count() const override { return choices.size(); }
  ShownChoice shown_choice(std::size_t i) const override {
    const Choice<T>& choice = choices[i];
    return {detail::choice_text(choice.value), choice.label, choice.group, &choice.render_kw,
            contains(this->data, choice.value)};
  }
  bool has_groups() const override { return choices.grouped(); }
  std::size_t subfield_count() const override { return choices.size(); }
  Subfield subfield(std::size_t i) const override {
    return detail::make_option(*this, shown_choice(i), i, detail::option_widget());
  }

 protected:
  void process_data(const Value& value) override {
    this->put_none();
    if (!value.is_sequence()) return;
    std::vector<T> chosen;
    for (const Value& item : value.items()) {
      std::optional<T> one = detail::choice_of_value<T>(item);
      if (!one) return;
      chosen.push_back(*std::move(one));
    }
    this->put(std::move(chosen));
  }
  void process_formdata(const std::vector<std::string>& values) override {
    std::vector<T> chosen;
    for (const std::string& text : values) {
      std::optional<T> one = detail::choice_of_text<T>(text);
      if (!one) throw ValueError(this->gettext(detail::kCannotCoerceAll));
      chosen.push_back(*std::move(one));
    }
    this->put(std::move(chosen));
  }
  void pre_validate(BaseForm&) override {
    if (!validate_choice_ || this->data.empty()) return;
    if (!choices.given()) detail::throw_no_choices(*this);
    std::vector<std::string> wrong;
    for (const T& value : this->data) {
      bool known = false;
      for (const Choice<T>& choice : choices) known = known || choice.value == value;
      if (!known) wrong.push_back(detail::choice_text(value));
    }
    if (!wrong.empty()) detail::throw_not_choices(*this, std::move(wrong));
  }
  const Widget& default_widget() const override { return detail::select_multiple_widget(); }

 private:
  template <class V>
  static bool contains(const std::vector<V>& list, const V& value) {
    for (const V& each : list) {
      if (each == value) return true;
    }
    return false;
  }

  bool validate_choice_;
};

using SelectField = SelectFieldOf<std::string>;
using RadioField = RadioFieldOf<std::string>;
using SelectMultipleField = SelectMultipleFieldOf<std::string>;

}  // namespace retort::wtf
