// SPDX-License-Identifier: BSD-3-Clause
// ecosystem.jsonl: WTForms' forms, fields, validators and widgets.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/conformance/driver.h"
#include "tests/conformance/tags.h"

#include "retort/ext/wtf/base_form.h"
#include "retort/ext/wtf/choice_fields.h"
#include "retort/ext/wtf/date_fields.h"
#include "retort/ext/wtf/number_fields.h"
#include "retort/ext/wtf/text_fields.h"
#include "retort/ext/wtf/validators.h"
#include "retort/ext/wtf/widgets.h"
#include "retort/http/multidict.h"
#include "retort/value/decimal_time.h"
#include "retort/value/uuid_time.h"

namespace retort::conformance {
namespace {

using wtf::Validator;

// Validators.

wtf::Message message_of(const Value& v) {
  return has(v, "message") ? wtf::Message(std::string(text(v, "message"))) : std::nullopt;
}

wtf::Literal literal(const Value& value) {
  if (value.is_bool()) return value.as_bool();
  if (value.is_int()) return value.as_int();
  if (value.is_double()) return value.as_double();
  return value.as_string();
}

wtf::Literals values(const Value& v) {
  std::vector<wtf::Literal> out;
  for (const Value& value : v["values"].items()) out.push_back(literal(value));
  return out;
}

wtf::Bound bound(const Value& number) {
  if (number.is_int()) return number.as_int();
  if (number.is_double()) return number.as_double();
  return {};
}

Validator validator(const Value& v) {
  const std::string type(text(v, "type"));
  if (type == "DataRequired") return wtf::data_required(message_of(v));
  if (type == "InputRequired") return wtf::input_required(message_of(v));
  if (type == "Optional") return wtf::optional();
  if (type == "Length") {
    return wtf::length(v.get("min", -1).as_int(), v.get("max", -1).as_int(), message_of(v));
  }
  if (type == "NumberRange") return wtf::number_range(bound(v["min"]), bound(v["max"]), message_of(v));
  if (type == "EqualTo") return wtf::equal_to(text(v, "fieldname"), message_of(v));
  if (type == "Email") return wtf::email(message_of(v));
  if (type == "URL") return wtf::url({.require_tld = v.get("require_tld", true).truthy()}, message_of(v));
  if (type == "UUID") return wtf::uuid(message_of(v));
  if (type == "MacAddress") return wtf::mac_address(message_of(v));
  if (type == "AnyOf") return wtf::any_of(values(v), message_of(v));
  if (type == "NoneOf") return wtf::none_of(values(v), message_of(v));
  if (type == "ReadOnly") return wtf::readonly();
  if (type == "Disabled") return wtf::disabled();
  if (type == "IPAddress") {
    return wtf::ip_address({.ipv4 = v.get("ipv4", true).truthy(), .ipv6 = v.get("ipv6", false).truthy()},
                           message_of(v));
  }
  if (type == "Regexp") {
    return wtf::regexp(text(v, "regex"),
                       {.html_pattern = std::string(text(v, "html_pattern", "")), .message = message_of(v)});
  }
  throw Unsupported{"validator " + type};
}

// Fields.

// WTForms' own, which takes what browsers send as text; that of this project takes uploads.
class NameField : public wtf::StringField {
 public:
  using StringField::StringField;
  std::string_view type() const override { return "FileField"; }
  Owned<wtf::Field> clone() const override { return std::make_unique<NameField>(*this); }

 protected:
  const wtf::Widget& default_widget() const override {
    static const wtf::FileInput widget;
    return widget;
  }
};

class NamesField : public wtf::FieldOf<std::vector<std::string>> {
 public:
  template <class Options>
  NamesField(wtf::LabelText label, std::vector<Validator> validators, Options options)
      : FieldOf(std::move(label), std::move(validators), std::move(options)) {}
  std::string_view type() const override { return "MultipleFileField"; }
  Value value_text() const override { return Value(false); }
  Owned<wtf::Field> clone() const override { return std::make_unique<NamesField>(*this); }

 protected:
  void process_formdata(const std::vector<std::string>& values) override { put(values); }
  const wtf::Widget& default_widget() const override {
    static const wtf::FileInput widget(true);
    return widget;
  }
};

/// A case's value as the fields know it: dates and decimals are no dicts.
Value native(const Value& value) {
  if (const Value* tagged = untag(value, "__datetime__"))
    return datetime_value(parse_iso_datetime(tagged->as_string()).value());
  if (const Value* tagged = untag(value, "__date__"))
    return date_value(parse_iso_date(tagged->as_string()).value());
  if (const Value* tagged = untag(value, "__time__"))
    return time_value(parse_iso_time(tagged->as_string()).value());
  if (const Value* tagged = untag(value, "__decimal__")) return decimal_value(Decimal(tagged->as_string()));
  return value;
}

Value tagged(const Value& value) {
  if (const DateTime* time = as_datetime(value)) return tag("__datetime__", iso_format(*time));
  if (const Date* date = as_date(value)) return tag("__date__", iso_format(*date));
  if (const Time* time = as_time(value)) return tag("__time__", iso_format(*time));
  if (const Decimal* number = as_decimal(value)) return tag("__decimal__", number->str());
  return value;
}

void read_default(const Value& value, wtf::Default<std::string>& out) {
  out = std::string(value.as_string());
}
void read_default(const Value& value, wtf::Default<std::int64_t>& out) { out = value.as_int(); }
void read_default(const Value& value, wtf::Default<double>& out) { out = value.as_double(); }
void read_default(const Value& value, wtf::Default<bool>& out) { out = value.truthy(); }
template <class T>
void read_default(const Value& value, wtf::Default<std::vector<T>>& out) {
  std::vector<T> items;
  for (const Value& item : value.items()) {  // as coerce() would
    if constexpr (std::is_same_v<T, std::string>) {
      items.push_back(item.str());
    } else {
      items.push_back(static_cast<T>(std::stoll(item.str())));
    }
  }
  out = std::move(items);
}
template <class T>
void read_default(const Value&, wtf::Default<T>&) {
  throw Unsupported{"a default of this type"};
}

template <class F, class Options>
Owned<wtf::Field> field(const Value& f, Options options) {
  std::vector<Validator> validators;
  if (has(f, "validators"))
    for (const Value& v : f["validators"].items()) validators.push_back(validator(v));
  options.description = std::string(text(f, "description", ""));
  if (has(f, "render_kw")) options.render_kw = f["render_kw"];
  if (has(f, "default")) read_default(f["default"], options.default_);
  wtf::LabelText label = nullptr;
  if (has(f, "label")) label = text(f, "label");
  return std::make_unique<F>(std::move(label), std::move(validators), std::move(options));
}

template <class F>
Owned<wtf::Field> time_field(const Value& f) {
  typename F::Options options;
  if (has(f, "format")) {
    const Value& format = f["format"];
    std::vector<std::string> formats;
    if (format.is_string()) formats.emplace_back(format.as_string());
    if (format.is_list())
      for (const Value& each : format.items()) formats.emplace_back(each.as_string());
    options.format = std::move(formats);
  }
  return field<F>(f, std::move(options));
}

template <class T>
T choice_value(const Value& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    return value.str();
  } else {
    return static_cast<T>(value.as_double());
  }
}

template <class T>
std::vector<wtf::Choice<T>> choice_list(const Value& list) {
  std::vector<wtf::Choice<T>> out;
  for (const Value& choice : list.items()) {
    if (choice.is_sequence()) {
      out.emplace_back(choice_value<T>(choice[0]), choice[1].str());
    } else {
      out.emplace_back(choice_value<T>(choice));
    }
  }
  return out;
}

template <class T>
wtf::Choices<T> choices(const Value& f) {
  if (!has(f, "choices")) return {};
  const Value& all = f["choices"];
  if (!all.is_dict()) return choice_list<T>(all);
  std::vector<wtf::ChoiceGroup<T>> groups;
  for (const Value::Entry& group : all.entries())
    groups.push_back({group.key.str(), choice_list<T>(group.value)});
  return wtf::groups<T>(groups);
}

template <template <class> class F, class T>
Owned<wtf::Field> choice_field_of(const Value& f) {
  typename F<T>::Options options;
  options.choices = choices<T>(f);
  options.validate_choice = f.get("validate_choice", true).truthy();
  return field<F<T>>(f, std::move(options));
}

template <template <class> class F>
Owned<wtf::Field> choice_field(const Value& f) {
  const std::string_view coerce = text(f, "coerce", "str");
  if (coerce == "int") return choice_field_of<F, std::int64_t>(f);
  if (coerce == "float") return choice_field_of<F, double>(f);
  return choice_field_of<F, std::string>(f);
}

template <class F>
Owned<wtf::Field> text_field(const Value& f) {
  return field<F>(f, wtf::StringOptions());
}

using Make = Owned<wtf::Field> (*)(const Value&);
struct Kind {
  std::string_view type;
  Make make;
};
constexpr Kind kKinds[] = {
    {"StringField", text_field<wtf::StringField>},
    {"TextAreaField", text_field<wtf::TextAreaField>},
    {"PasswordField", text_field<wtf::PasswordField>},
    {"HiddenField", text_field<wtf::HiddenField>},
    {"SearchField", text_field<wtf::SearchField>},
    {"TelField", text_field<wtf::TelField>},
    {"URLField", text_field<wtf::URLField>},
    {"EmailField", text_field<wtf::EmailField>},
    {"ColorField", text_field<wtf::ColorField>},
    {"FileField", text_field<NameField>},
    {"MultipleFileField",
     [](const Value& f) { return field<NamesField>(f, wtf::OptionsOf<std::vector<std::string>>()); }},
    {"IntegerField", [](const Value& f) { return field<wtf::IntegerField>(f, wtf::IntegerOptions()); }},
    {"IntegerRangeField",
     [](const Value& f) { return field<wtf::IntegerRangeField>(f, wtf::IntegerOptions()); }},
    {"FloatField", [](const Value& f) { return field<wtf::FloatField>(f, wtf::FloatOptions()); }},
    {"DecimalField", [](const Value& f) { return field<wtf::DecimalField>(f, wtf::DecimalOptions()); }},
    {"DecimalRangeField",
     [](const Value& f) { return field<wtf::DecimalRangeField>(f, wtf::DecimalOptions()); }},
    {"BooleanField", [](const Value& f) { return field<wtf::BooleanField>(f, wtf::BooleanOptions()); }},
    {"SubmitField", [](const Value& f) { return field<wtf::SubmitField>(f, wtf::BooleanOptions()); }},
    {"DateField", time_field<wtf::DateField>},
    {"DateTimeField", time_field<wtf::DateTimeField>},
    {"DateTimeLocalField", time_field<wtf::DateTimeLocalField>},
    {"TimeField", time_field<wtf::TimeField>},
    {"MonthField", time_field<wtf::MonthField>},
    {"WeekField", time_field<wtf::WeekField>},
    {"SelectField", choice_field<wtf::SelectFieldOf>},
    {"RadioField", choice_field<wtf::RadioFieldOf>},
    {"SelectMultipleField", choice_field<wtf::SelectMultipleFieldOf>},
};

Owned<wtf::Field> made(const Value& f) {
  const std::string_view type = text(f, "type");
  for (const Kind& kind : kKinds)
    if (kind.type == type) return kind.make(f);
  throw Unsupported{"field " + std::string(type)};
}

// Forms.

Value shown(const wtf::FormHandle& form, const Value& a) {
  Value data = Value::dict(), html = Value::dict(), labels = Value::dict();
  for (const wtf::Field& field : form) {
    data.set(field.name(), tagged(field.data_value()));
    wtf::Attributes attributes;
    if (has(a, "render_kw")) attributes.set_defaults(a["render_kw"]);
    html.set(field.name(), field(std::move(attributes)).view());
    labels.set(field.name(), field.label()().view());
  }
  Value out = Value::dict();
  out.set("data", data);
  out.set("html", html);
  out.set("labels", labels);
  return out;
}

Value wtforms(const Value& c) {
  const Value& a = args(c);
  std::vector<wtf::NamedField> fields;
  for (const Value& f : a["fields"].items()) fields.push_back({std::string(text(f, "name")), made(f)});
  http::MultiDict formdata;
  wtf::FormOptions options;
  options.csrf = false;
  options.formdata = nullptr;
  if (has(a, "formdata")) {
    for (const Value& pair : a["formdata"].items())
      formdata.add(std::string(pair[0].as_string()), std::string(pair[1].as_string()));
    options.formdata = formdata;
  }
  if (has(a, "data")) {
    options.data = Value::dict();
    for (const Value::Entry& entry : a["data"].entries()) options.data.set(entry.key, native(entry.value));
  }
  const wtf::FormHandle form = wtf::make_form(std::move(fields), options);
  if (!a.get("validate", true).truthy()) return shown(form, a);
  const bool valid = form.validate();
  Value out = shown(form, a);
  out.set("valid", valid);
  out.set("errors", form.errors());
  return out;
}

}  // namespace

void add_forms_ops(Table& table);
void add_forms_ops(Table& table) { table.add("wtforms", wtforms); }

}  // namespace retort::conformance
