// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/widgets.h"

#include <initializer_list>

#include "retort/ext/wtf/choices.h"
#include "retort/ext/wtf/field.h"
#include "retort/value/error.h"

namespace retort::wtf {
namespace {

// The flags that an input of a type shows, each where HTML has that attribute.
constexpr std::string_view kPlain[] = {"required", "disabled"};
constexpr std::string_view kText[] = {"required",  "disabled",  "readonly",
                                      "maxlength", "minlength", "pattern"};
constexpr std::string_view kArea[] = {"required", "disabled", "readonly", "maxlength", "minlength"};
constexpr std::string_view kNumber[] = {"required", "disabled", "readonly", "max", "min", "step"};
constexpr std::string_view kFile[] = {"required", "disabled", "accept"};

using Names = ValueSpan<std::string_view>;

template <std::size_t n>
Names span(const std::string_view (&names)[n]) {
  return Names(names, n);
}

bool is_one_of(std::string_view type, std::initializer_list<std::string_view> types) {
  for (const std::string_view each : types) {
    if (each == type) return true;
  }
  return false;
}

Names shown_flags(std::string_view input_type) {
  if (is_one_of(input_type, {"text", "search", "tel", "url", "email", "password"})) return span(kText);
  if (is_one_of(input_type,
                {"number", "range", "datetime", "date", "month", "week", "time", "datetime-local"}))
    return span(kNumber);
  return input_type == "file" ? span(kFile) : span(kPlain);
}

void add_flags(Attributes& attributes, const Flags& flags, Names shown) {
  for (const Flag& flag : flags) {
    for (const std::string_view name : shown) {
      if (name == flag.name) attributes.set_default(flag.name, flag.value);
    }
  }
}

void append_label_of(std::string& out, const Field& field) {
  append_label(out, field.id(), Value(field.label_text()), {});
}

}  // namespace

Markup Widget::operator()(const Field& field, Attributes attributes) const {
  std::string out;
  render(out, field, std::move(attributes));
  return Markup(std::move(out));
}

void Input::render(std::string& out, const Field& field, Attributes attributes) const {
  attributes.set_default("id", field.id());
  attributes.set_default("type", std::string_view(type_));
  if (!attributes.contains("value")) attributes.set("value", field.value_text());
  add_flags(attributes, field.flags(), shown_flags(type_));
  attributes.set("name", field.name());
  out += "<input";
  attributes.append_to(out);
  out += '>';
}

void PasswordInput::render(std::string& out, const Field& field, Attributes attributes) const {
  if (hide_value_) attributes.set("value", "");
  Input::render(out, field, std::move(attributes));
}

const Flags* HiddenInput::field_flags() const {
  static const Flags flags{{"hidden", true}};
  return &flags;
}

void CheckboxInput::render(std::string& out, const Field& field, Attributes attributes) const {
  if (field.checked()) attributes.set("checked", true);
  Input::render(out, field, std::move(attributes));
}

void RadioInput::render(std::string& out, const Field& field, Attributes attributes) const {
  if (field.checked()) attributes.set("checked", true);
  Input::render(out, field, std::move(attributes));
}

void FileInput::render(std::string& out, const Field& field, Attributes attributes) const {
  attributes.set("value", false);  // browsers ignore it
  if (multiple_) attributes.set("multiple", true);
  Input::render(out, field, std::move(attributes));
}

void SubmitInput::render(std::string& out, const Field& field, Attributes attributes) const {
  attributes.set_default("value", Value(field.label_text()));
  Input::render(out, field, std::move(attributes));
}

NumberInput::NumberInput(std::string_view type, NumberAttributes attributes)
    : Input(type), attributes_(std::move(attributes)) {
  attributes_.step.freeze();
  attributes_.min.freeze();
  attributes_.max.freeze();
}

void NumberInput::render(std::string& out, const Field& field, Attributes attributes) const {
  if (!attributes_.step.is_undefined()) attributes.set_default("step", attributes_.step);
  if (!attributes_.min.is_undefined()) attributes.set_default("min", attributes_.min);
  if (!attributes_.max.is_undefined()) attributes.set_default("max", attributes_.max);
  Input::render(out, field, std::move(attributes));
}

void TextArea::render(std::string& out, const Field& field, Attributes attributes) const {
  attributes.set_default("id", field.id());
  add_flags(attributes, field.flags(), span(kArea));
  attributes.set("name", field.name());
  out += "<textarea";
  attributes.append_to(out);
  out += ">\r\n";  // the parser of HTML drops the first line's end
  append_escaped(out, field.value_text().str());
  out += "</textarea>";
}

namespace {

void append_option(std::string& out, const Value& value, std::string_view label, bool selected,
                   Attributes attributes) {
  attributes.set("value", value);
  if (selected) attributes.set("selected", true);
  out += "<option";
  attributes.append_to(out);
  out += '>';
  append_escaped(out, label);
  out += "</option>";
}

void begin_group(std::string& out, std::string_view label) {
  Attributes attributes;
  attributes.set("label", label);
  out += "<optgroup";
  attributes.append_to(out);
  out += '>';
}

}  // namespace

void Select::render(std::string& out, const Field& field, Attributes attributes) const {
  attributes.set_default("id", field.id());
  if (multiple_) attributes.set("multiple", true);
  add_flags(attributes, field.flags(), span(kPlain));
  attributes.set("name", field.name());
  out += "<select";
  attributes.append_to(out);
  out += '>';
  const ShownChoices* const choices = field.shown_choices();
  bool in_group = false;
  std::string_view group;
  for (std::size_t i = 0; choices && i < choices->choice_count(); ++i) {
    const ShownChoice choice = choices->shown_choice(i);
    if (choices->has_groups() && (!in_group || choice.group != group)) {
      if (in_group) out += "</optgroup>";
      begin_group(out, choice.group);
      in_group = true;
      group = choice.group;
    }
    Attributes own;
    own.set_defaults(*choice.render_kw);
    append_option(out, Value(choice.value), choice.label, choice.selected, std::move(own));
  }
  if (in_group) out += "</optgroup>";
  out += "</select>";
}

void Option::render(std::string& out, const Field& field, Attributes attributes) const {
  append_option(out, field.value_text(), field.label_text(), field.checked(), std::move(attributes));
}

ListWidget::ListWidget(std::string_view html_tag, bool prefix_label)
    : html_tag_(html_tag), prefix_label_(prefix_label) {
  if (html_tag_ != "ul" && html_tag_ != "ol")
    throw ValueError("ListWidget's tag is ul or ol, not '" + html_tag_ + "'");
}

void ListWidget::render(std::string& out, const Field& field, Attributes attributes) const {
  attributes.set_default("id", field.id());
  out += '<';
  out += html_tag_;
  attributes.append_to(out);
  out += '>';
  for (std::size_t i = 0; i < field.subfield_count(); ++i) {
    const Subfield inside = field.subfield(i);
    out += "<li>";
    if (prefix_label_) {
      append_label_of(out, *inside.field);
      out += ' ';
    }
    inside.field->render(out, {});
    if (!prefix_label_) {
      out += ' ';
      append_label_of(out, *inside.field);
    }
    out += "</li>";
  }
  out += "</";
  out += html_tag_;
  out += '>';
}

void TableWidget::render(std::string& out, const Field& field, Attributes attributes) const {
  if (with_table_tag_) {
    attributes.set_default("id", field.id());
    out += "<table";
    attributes.append_to(out);
    out += '>';
  }
  std::string hidden;
  for (std::size_t i = 0; i < field.subfield_count(); ++i) {
    const Subfield inside = field.subfield(i);
    if (is_one_of(inside.field->type(), {"HiddenField", "CSRFTokenField"})) {
      inside.field->render(hidden, {});
      continue;
    }
    out += "<tr><th>";
    append_label_of(out, *inside.field);
    out += "</th><td>";
    out += hidden;
    hidden.clear();
    inside.field->render(out, {});
    out += "</td></tr>";
  }
  if (with_table_tag_) out += "</table>";
  out += hidden;
}

}  // namespace retort::wtf
