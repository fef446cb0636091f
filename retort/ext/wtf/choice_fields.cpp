// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/choice_fields.h"

#include <set>

#include "retort/ext/wtf/detail/python_number.h"
#include "retort/ext/wtf/widgets.h"

namespace retort::wtf::detail {
namespace {

/// One choice of a field, on its own: a radio button, an <option>.
class OptionField final : public Field {
 public:
  OptionField(const Field& field, const ShownChoice& choice, const Widget& widget)
      : Field({.label = std::string(choice.label),
               .render_kw = attributes(field.render_kw(), *choice.render_kw),
               .name = std::string(field.name()),
               .flags = field.flags()}),
        value_(choice.value),
        selected_(choice.selected),
        widget_(widget) {}

  std::string_view type() const override { return "_Option"; }
  Value data_value() const override { return Value(value_); }
  Value value_text() const override { return Value(value_); }
  bool checked() const override { return selected_; }
  Owned<Field> clone() const override { return std::make_unique<OptionField>(*this); }

 protected:
  void process_data(const Value&) override {}
  void process_formdata(const std::vector<std::string>&) override {}
  const Widget& default_widget() const override { return widget_; }

 private:
  static Value attributes(const Value& of_field, const Value& of_choice) {
    if (!of_choice.is_dict()) return of_field;
    Value out = of_field.is_dict() ? of_field.copy() : Value::dict();
    for (const Value::Entry& entry : of_choice.entries()) out.set(entry.key, entry.value);
    return out;
  }

  std::string value_;
  bool selected_;
  const Widget& widget_;
};

}  // namespace

const std::string_view kCannotCoerce = "Invalid Choice: could not coerce.";
const std::string_view kCannotCoerceAll = "Invalid choice(s): one or more data inputs could not be coerced.";

std::optional<std::int64_t> choice_int(std::string_view text) { return python_int(text); }
std::optional<double> choice_float(std::string_view text) { return python_float(text); }

void throw_no_choices(const Field& field) { throw TypeError(field.gettext("Choices cannot be None.")); }

void throw_not_a_choice(const Field& field) { throw ValidationError(field.gettext("Not a valid choice.")); }

void throw_not_choices(const Field& field, std::vector<std::string> values) {
  std::set<std::string> seen;  // no table, whose collisions a client could choose
  std::erase_if(values, [&seen](const std::string& value) { return !seen.insert(value).second; });
  std::string all;
  for (const std::string& value : values) {
    if (&value != &values.front()) all += "', '";
    all += value;
  }
  std::string message = field.ngettext("'%(value)s' is not a valid choice for this field.",
                                       "'%(value)s' are not valid choices for this field.",
                                       static_cast<std::int64_t>(values.size()));
  constexpr std::string_view kPlace = "%(value)s";
  const std::size_t at = message.find(kPlace);
  if (at != std::string::npos) message.replace(at, kPlace.size(), all);
  throw ValidationError(std::move(message));
}

Subfield make_option(const Field& field, const ShownChoice& choice, std::size_t i, const Widget& widget) {
  auto option = std::make_unique<OptionField>(field, choice, widget);
  option->bind(field.form(), {}, field.name(), std::string(field.id()) + "-" + std::to_string(i));
  Subfield out;
  out.field = option.get();
  out.made = std::move(option);
  return out;
}

const Widget& select_widget() {
  static const Select widget;
  return widget;
}

const Widget& select_multiple_widget() {
  static const Select widget(true);
  return widget;
}

const Widget& option_widget() {
  static const Option widget;
  return widget;
}

const Widget& radio_list_widget() {
  static const ListWidget widget("ul", false);
  return widget;
}

const Widget& radio_widget() {
  static const RadioInput widget;
  return widget;
}

}  // namespace retort::wtf::detail
