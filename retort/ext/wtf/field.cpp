// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/field.h"

#include <utility>

#include "retort/app/scaffold.h"
#include "retort/ext/wtf/base_form.h"
#include "retort/ext/wtf/form_data.h"
#include "retort/ext/wtf/translations.h"
#include "retort/value/decimal_time.h"

namespace retort::wtf {
namespace {

std::string as_text(std::initializer_list<Value::Member> attributes, std::string_view field_id,
                    std::string_view text) {
  std::string out;
  append_label(out, field_id, Value(text),
               Attributes(ValueSpan<Value::Member>(attributes.begin(), attributes.size())));
  return out;
}

/// A value that counts for itself: text and Decimals, which are what validators give their flags.
Value unshared(const Value& value) {
  if (value.is_frozen()) return value;
  if (value.is_string()) return Value(value.as_string());
  if (const Decimal* const number = as_decimal(value)) return decimal_value(*number);
  return value;
}

}  // namespace

namespace detail {

std::string title_of(std::string_view name) {
  std::string out(name);
  bool inside = false;  // a word
  for (char& c : out) {
    if (c == '_') c = ' ';
    const bool lower = c >= 'a' && c <= 'z';
    const bool upper = c >= 'A' && c <= 'Z';
    if (lower && !inside) c = static_cast<char>(c - 'a' + 'A');
    if (upper && inside) c = static_cast<char>(c - 'A' + 'a');
    inside = lower || upper;
  }
  return out;
}

}  // namespace detail

Flags::Flags(const Flags& o) {
  flags_.reserve(o.flags_.size());
  for (const Flag& flag : o.flags_) flags_.push_back({flag.name, unshared(flag.value)});
}

Value Flags::operator[](std::string_view name) const {
  for (const Flag& flag : flags_) {
    if (flag.name == name) return flag.value;
  }
  return Value(nullptr);
}

void Flags::set(std::string_view name, Value value) {
  for (Flag& flag : flags_) {
    if (flag.name != name) continue;
    flag.value = std::move(value);
    return;
  }
  flags_.push_back({std::string(name), std::move(value)});
}

void Flags::update(const Flags& other) {
  for (const Flag& flag : other) set(flag.name, unshared(flag.value));
}

void Flags::freeze() {
  for (Flag& flag : flags_) flag.value.freeze();
}

Markup Label::operator()(std::initializer_list<Value::Member> attributes) const {
  return Markup(as_text(attributes, field_id, text));
}

Markup Label::operator()(std::string_view other, std::initializer_list<Value::Member> attributes) const {
  return Markup(as_text(attributes, field_id, other.empty() ? std::string_view(text) : other));
}

namespace detail {

void throw_wrong_field(const Field& field) {
  throw SetupError("a validator of the field '" + std::string(field.name()) + "' is for another kind than " +
                   std::string(field.type()));
}

void throw_wrong_form(const Field& field) {
  throw SetupError("a validator of the field '" + std::string(field.name()) + "' is for another form");
}

void throw_out_of_range(const Field& field) {
  throw ValidationError(field.gettext("Not a valid integer value."));
}

}  // namespace detail

Field::~Field() = default;

std::string_view Field::name() const { return name_.empty() ? std::string_view(definition_->name) : name_; }

std::string_view Field::short_name() const { return name().substr(prefix_size_); }

std::string_view Field::id() const {
  if (!id_.empty()) return id_;
  return definition_->id.empty() ? name() : std::string_view(definition_->id);
}

std::string Field::label_text() const {
  return definition_->label ? *definition_->label : gettext(detail::title_of(short_name()));
}

const Widget& Field::widget() const {
  const Widget* const own = definition_->widget.get();
  return own ? *own : default_widget();
}

Value Field::errors_value() const {
  Value out = Value::list();
  for (const std::string& error : errors) out.push_back(error);
  return out;
}

void Field::set_flag(std::string_view name, Value value) {
  definition_.own().flags.set(name, std::move(value));
}

void Field::add_validator(Validator validator) {
  Common& own = definition_.own();
  own.flags.update(validator.field_flags());
  own.validators.push_back(std::move(validator));
}

Markup Field::operator()(std::initializer_list<Value::Member> attributes) const {
  return (*this)(Attributes(ValueSpan<Value::Member>(attributes.begin(), attributes.size())));
}

Markup Field::operator()(Attributes attributes) const {
  std::string out;
  render(out, std::move(attributes));
  return Markup(std::move(out));
}

void Field::render(std::string& out, Attributes attributes) const {
  if (render_kw().is_dict()) attributes.set_defaults(render_kw());
  widget().render(out, *this, std::move(attributes));
}

Subfield Field::subfield(std::size_t) const { return {}; }

std::string Field::gettext(std::string_view message) const {
  const Translations* const translations = form_.form ? form_.form->translations() : nullptr;
  return translations ? translations->gettext(message) : std::string(message);
}

std::string Field::ngettext(std::string_view singular, std::string_view plural, std::int64_t n) const {
  const Translations* const translations = form_.form ? form_.form->translations() : nullptr;
  if (translations) return translations->ngettext(singular, plural, n);
  return std::string(n == 1 ? singular : plural);
}

void Field::process(const FormData* formdata, const Value* data) {
  process_errors.clear();
  object_data_ = data ? *data : default_value();
  note_errors([this] { process_data(object_data_); });
  if (formdata) note_errors([this, formdata] { read(*formdata); });
  note_errors([this] { run_filters(); });
}

void Field::read(const FormData& formdata) {
  raw_data = formdata.getlist(name());
  process_formdata(raw_data);
}

bool Field::run_validators(BaseForm& form, const std::vector<Validator>& validators) {
  for (const Validator& validator : validators) {
    try {
      validator(form, *this);
    } catch (const StopValidation& stop) {
      if (!stop.message().empty()) errors.push_back(stop.message());
      return true;
    } catch (const ValidationError& error) {
      errors.push_back(error.message());
    }
  }
  return false;
}

bool Field::validate(BaseForm& form, const std::vector<Validator>& extra) {
  errors = process_errors;
  bool stopped = false;
  try {
    pre_validate(form);
  } catch (const StopValidation& stop) {
    if (!stop.message().empty()) errors.push_back(stop.message());
    stopped = true;
  } catch (const ValidationError& error) {
    errors.push_back(error.message());
  }
  if (!stopped) stopped = run_validators(form, definition_->validators) || run_validators(form, extra);
  try {
    post_validate(form, stopped);
  } catch (const ValidationError& error) {
    errors.push_back(error.message());
  }
  return errors.empty();
}

void Field::define(std::string_view name, bool immortal) {
  Common& own = definition_.own();
  if (own.name.empty()) own.name = name;
  for (const Validator& validator : own.validators) own.flags.update(validator.field_flags());
  if (const Flags* const flags = widget().field_flags()) own.flags.update(*flags);
  if (!immortal) return;
  own.flags.freeze();
  own.render_kw.freeze();
  definition_.make_immortal();
}

void Field::bind(BaseForm* form, std::string_view prefix) {
  form_.form = form;
  prefix_size_ = prefix.size();
  if (!prefix.empty()) {
    name_.reserve(prefix.size() + definition_->name.size());
    name_ = prefix;
    name_ += definition_->name;
  }
  on_bound();
}

void Field::bind(BaseForm* form, std::string_view prefix, std::string_view short_name, std::string id) {
  form_.form = form;
  prefix_size_ = prefix.size();
  name_ = prefix;
  name_ += short_name;
  id_ = std::move(id);
  on_bound();
}

}  // namespace retort::wtf
