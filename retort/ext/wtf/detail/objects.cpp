// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/detail/objects.h"

#include <memory>
#include <string>
#include <utility>

#include "retort/base/function.h"
#include "retort/ext/wtf/choices.h"
#include "retort/ext/wtf/translations.h"
#include "retort/value/object.h"

namespace retort::wtf {
namespace detail {
namespace {

Value text_list(const std::vector<std::string>& texts) {
  Value out = Value::list();
  for (const std::string& text : texts) out.push_back(text);
  return out;
}

/// form.hidden_tag and its like.
class Method final : public Object {
 public:
  Method(std::string_view name, Function<Value(const CallArguments&)> function)
      : name_(name), function_(std::move(function)) {}
  std::string_view type_name() const override { return "method"; }
  bool is_callable() const override { return true; }
  Value call(const CallArguments& arguments) const override { return function_(arguments); }
  void append_repr(std::string& out) const override {
    out += "<bound method ";
    out += name_;
    out += '>';
  }

 private:
  std::string_view name_;  // a literal
  Function<Value(const CallArguments&)> function_;
};

Value method(std::string_view name, Function<Value(const CallArguments&)> function) {
  return Value::object(std::make_unique<Method>(name, std::move(function)));
}

void no_positional(const CallArguments& arguments, std::string_view function) {
  if (!arguments.positional.empty())
    throw TypeError(std::string(function) + "() takes keyword arguments alone");
}

/// What renders itself: {{ x }}, {{ x(class_="big") }}.
class Rendered : public Object {
 public:
  bool is_callable() const override { return true; }
  bool append_html(std::string& out) const override {
    append_str(out);
    return true;
  }
};

class LabelObject final : public Rendered {
 public:
  explicit LabelObject(Label label) : label_(std::move(label)) {}
  std::string_view type_name() const override { return "Label"; }
  Value attribute(std::string_view name) const override {
    if (name == "text") return label_.text;
    if (name == "field_id") return label_.field_id;
    return {};
  }
  Value call(const CallArguments& arguments) const override {
    Value text;
    Attributes attributes;
    for (const Value::Member& named : arguments.named) {
      if (named.key == "text") {
        text = named.value;
      } else {
        attributes.set(named.key, named.value);
      }
    }
    if (arguments.positional.size() > 1) throw TypeError("Label() takes one text");
    if (!arguments.positional.empty()) text = arguments.positional[0];
    std::string out;
    append_label(out, label_.field_id, text.truthy() ? text : Value(label_.text), std::move(attributes));
    return Value::markup(out);
  }
  void append_str(std::string& out) const override {
    append_label(out, label_.field_id, Value(label_.text), {});
  }
  void append_repr(std::string& out) const override {
    out += "Label(" + Value(label_.field_id).repr() + ", " + Value(label_.text).repr() + ")";
  }

 private:
  Label label_;
};

class FlagsObject final : public Object {
 public:
  explicit FlagsObject(const Flags& flags) : flags_(flags) {}
  std::string_view type_name() const override { return "Flags"; }
  Value attribute(std::string_view name) const override { return flags_[name]; }
  Value attribute_names() const override {
    Value out = Value::list();
    for (const Flag& flag : flags_) out.push_back(flag.name);
    return out;
  }
  bool contains(const Value& needle, bool& out) const override {
    out = needle.is_string() && flags_.contains(needle.as_string());
    return true;
  }

 private:
  Flags flags_;
};

class WidgetObject final : public Object {
 public:
  explicit WidgetObject(std::string_view input_type) : input_type_(input_type) {}
  std::string_view type_name() const override { return "Widget"; }
  Value attribute(std::string_view name) const override {
    if (name == "input_type" && !input_type_.empty()) return input_type_;
    return {};
  }

 private:
  std::string input_type_;
};

/// (value, label, selected, render_kw) of a choice.
Value choice_tuple(const ShownChoice& choice) {
  return Value::tuple({Value(choice.value), Value(choice.label), choice.selected,
                       choice.render_kw->is_dict() ? *choice.render_kw : Value::dict()});
}

Value choice_tuples(const ShownChoices& choices) {
  Value out = Value::list();
  for (std::size_t i = 0; i < choices.choice_count(); ++i)
    out.push_back(choice_tuple(choices.shown_choice(i)));
  return out;
}

/// A list of (label, choices).
Value choice_groups(const ShownChoices& choices) {
  Value out = Value::list();
  Value members;
  for (std::size_t i = 0; i < choices.choice_count(); ++i) {
    const ShownChoice choice = choices.shown_choice(i);
    if (out.empty() || out[out.size() - 1][0].as_string() != choice.group) {
      members = Value::list();
      out.push_back(Value::tuple({Value(choice.group), members}));
    }
    members.push_back(choice_tuple(choice));
  }
  return out;
}

class SubfieldIterator final : public ValueIterator {
 public:
  SubfieldIterator(const FormHandle& form, const Field& field) : form_(form), field_(field) {}
  bool next(Value& out) override {
    if (at_ >= field_.subfield_count()) return false;
    out = subfield_object(form_, field_.subfield(at_++));
    return true;
  }

 private:
  FormHandle form_;
  const Field& field_;
  std::size_t at_ = 0;
};

class FieldObject final : public Rendered {
 public:
  FieldObject(const FormHandle& form, const Field& field, Owned<Field> made = {})
      : form_(form), field_(field), made_(std::move(made)) {}
  std::string_view type_name() const override { return field_.type(); }

  Value attribute(std::string_view name) const override {
    if (name == "errors") return field_.errors_value();
    if (name == "label") return Value::object(std::make_unique<LabelObject>(field_.label()));
    if (name == "data") return field_.data_value();
    if (name == "name") return field_.name();
    if (name == "id") return field_.id();
    if (name == "type") return field_.type();
    if (name == "flags") return Value::object(std::make_unique<FlagsObject>(field_.flags()));
    if (name == "description") return field_.description();
    if (name == "short_name") return field_.short_name();
    if (name == "widget") return Value::object(std::make_unique<WidgetObject>(field_.widget().input_type()));
    if (name == "render_kw") return field_.render_kw().is_dict() ? field_.render_kw() : Value(nullptr);
    if (name == "raw_data") return text_list(field_.raw_data);
    if (name == "process_errors") return text_list(field_.process_errors);
    if (name == "object_data") return field_.object_data();
    return more(name);
  }
  Value item(const Value& key) const override {
    if (BaseForm* const inner = field_.inner_form()) {
      const Field* const found = key.is_string() ? inner->find(key.as_string()) : nullptr;
      return found ? field_object(FormHandle(inner), *found) : Value();
    }
    if (!field_.is_list() || !key.is_int()) return {};
    const auto size = static_cast<std::int64_t>(field_.subfield_count());
    const std::int64_t at = key.as_int() < 0 ? key.as_int() + size : key.as_int();
    if (at < 0 || at >= size) return {};
    return subfield_object(form_, field_.subfield(static_cast<std::size_t>(at)));
  }
  bool length(std::size_t& out) const override {
    if (!field_.is_list()) return false;
    out = field_.subfield_count();
    return true;
  }
  bool truthy() const override { return !field_.is_list() || field_.subfield_count() != 0; }
  Owned<ValueIterator> iterate() const override {
    if (!field_.has_subfields()) return {};
    return Owned<ValueIterator>(new SubfieldIterator(form_, field_));
  }
  bool contains(const Value& needle, bool& out) const override {
    const BaseForm* const inner = field_.inner_form();
    if (!inner) return false;
    out = needle.is_string() && inner->contains(needle.as_string());
    return true;
  }
  Value call(const CallArguments& arguments) const override {
    no_positional(arguments, field_.type());
    return Value(field_(Attributes(arguments.named)));
  }
  void append_str(std::string& out) const override { field_.render(out, {}); }
  void append_repr(std::string& out) const override { Object::append_repr(out); }

 private:
  Value more(std::string_view name) const {
    if (name == "checked") return field_.checked();
    if (name == "gettext") {
      return method(name, [form = form_](const CallArguments& arguments) {  // an option may be gone by then
        if (arguments.positional.size() != 1) throw TypeError("gettext() takes one text");
        return Value(gettext(form.base().translations(), arguments.positional[0].as_string()));
      });
    }
    if (const ShownChoices* const choices = field_.shown_choices()) {
      if (name == "choices") return choice_tuples(*choices);
      if (name == "has_groups")
        return method(name, [has = choices->has_groups()](const CallArguments&) { return Value(has); });
      if (name == "iter_choices")
        return method(name, [all = choice_tuples(*choices)](const CallArguments&) { return all; });
      if (name == "iter_groups")
        return method(name, [all = choice_groups(*choices)](const CallArguments&) { return all; });
    }
    if (name == "entries" && field_.is_list()) {
      Value out = Value::list();
      for (std::size_t i = 0; i < field_.subfield_count(); ++i)
        out.push_back(subfield_object(form_, field_.subfield(i)));
      return out;
    }
    if (BaseForm* const inner = field_.inner_form()) {
      Value form = inner->to_object();
      return name == "form" ? form : form.as_object().attribute(name);
    }
    return field_.attribute(name);
  }

  FormHandle form_;
  const Field& field_;
  Owned<Field> made_;
};

class FieldIterator final : public ValueIterator {
 public:
  explicit FieldIterator(const FormHandle& form) : form_(form) {}
  bool next(Value& out) override {
    if (at_ >= form_.base().size()) return false;
    BaseForm::Iterator field = form_.begin();
    for (std::size_t i = 0; i < at_; ++i) ++field;
    ++at_;
    out = field_object(form_, *field);
    return true;
  }

 private:
  FormHandle form_;
  std::size_t at_ = 0;
};

/// form.hidden_tag("a", form.b): the hidden ones of them; without any, all.
Value hidden_tag(const FormHandle& form, const CallArguments& arguments) {
  if (arguments.positional.empty()) return Value(form.hidden_tag());
  std::string out;
  for (const Value& asked : arguments.positional) {
    Value object = asked;
    if (asked.is_string()) {
      const Field* const field = form.find(asked.as_string());
      if (!field) continue;
      object = field_object(form, *field);
    }
    const Value hidden = object.is_object() ? object.as_object().attribute("widget") : Value();
    if (!hidden.is_object() || hidden.as_object().attribute("input_type") != Value("hidden")) continue;
    if (!out.empty()) out += '\n';
    object.append_str(out);
  }
  return Value::markup(out);
}

class FormObject final : public Object {
 public:
  explicit FormObject(BaseForm& form) : form_(&form) {}
  std::string_view type_name() const override { return "Form"; }
  Value attribute(std::string_view name) const override {
    if (const Field* const field = form_.find(name)) return field_object(form_, *field);
    if (name == "hidden_tag") {
      return method(name, [form = form_](const CallArguments& arguments) {
        return detail::hidden_tag(form, arguments);
      });
    }
    if (name == "errors") return form_.errors();
    if (name == "data") return form_.data();
    if (name == "form_errors") return text_list(form_.form_errors());
    if (name == "is_multipart") return form_.base().is_multipart();
    if (name == "is_submitted")
      return method(name, [form = form_](const CallArguments&) { return Value(form.is_submitted()); });
    if (name == "validate")
      return method(name, [form = form_](const CallArguments&) { return Value(form.validate()); });
    if (name == "validate_on_submit")
      return method(name, [form = form_](const CallArguments&) { return Value(form.validate_on_submit()); });
    return {};
  }
  Value item(const Value& key) const override {
    const Field* const field = key.is_string() ? form_.find(key.as_string()) : nullptr;
    return field ? field_object(form_, *field) : Value();
  }
  bool contains(const Value& needle, bool& out) const override {
    out = needle.is_string() && form_.contains(needle.as_string());
    return true;
  }
  Owned<ValueIterator> iterate() const override { return Owned<ValueIterator>(new FieldIterator(form_)); }

 private:
  FormHandle form_;
};

}  // namespace

Value field_object(const FormHandle& form, const Field& field) {
  return Value::object(std::make_unique<FieldObject>(form, field));
}

Value subfield_object(const FormHandle& form, Subfield subfield) {
  const Field& field = *subfield.field;
  return Value::object(std::make_unique<FieldObject>(form, field, std::move(subfield.made)));
}

}  // namespace detail

Value BaseForm::to_object() { return Value::object(std::make_unique<detail::FormObject>(*this)); }

}  // namespace retort::wtf
