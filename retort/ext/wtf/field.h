// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Field: one field of a form (WTForms: Field): what it is made with, what came for it, what is
// wrong with that, and how it looks. The kinds are in retort/ext/wtf/fields.h; a program's own
// kind derives from FieldOf<T>, from one of those, or from Field itself.
//
// What a field is made with (its definition: label, validators, filters, default, ...) belongs to
// its form's type and is made once, as the body of a Python class is; what is to differ from
// request to request is set on the request's form, or comes from a function. A field belongs to
// its form, and that to one thread.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/owned.h"
#include "retort/ext/wtf/detail/definition.h"
#include "retort/ext/wtf/flags.h"
#include "retort/ext/wtf/html.h"
#include "retort/ext/wtf/validation_error.h"
#include "retort/ext/wtf/validator.h"
#include "retort/ext/wtf/widget.h"
#include "retort/value/error.h"
#include "retort/value/markup.h"
#include "retort/value/value.h"

namespace retort::wtf {

class FormData;
class ShownChoices;
class Translations;

namespace detail {

/// "confirm_password" as a label: "Confirm Password" (Python: name.replace("_", " ").title()).
std::string title_of(std::string_view name);

}  // namespace detail

/// A label's text, or nullptr for the field's name with capitals.
class LabelText {
 public:
  LabelText(decltype(nullptr)) {}                                 // NOLINT: implicit by design
  LabelText(const char* text) : text_(std::string(text)) {}       // NOLINT
  LabelText(std::string_view text) : text_(std::string(text)) {}  // NOLINT
  LabelText(std::string text) : text_(std::move(text)) {}         // NOLINT
  std::optional<std::string>& text() { return text_; }

 private:
  std::optional<std::string> text_;
};

/// A field's label (WTForms: Label).
struct Label {
  std::string field_id;
  std::string text;

  /// `<label for="field_id">text</label>`; `attributes` as in a template: {{"class_", "big"}}.
  Markup operator()(std::initializer_list<Value::Member> attributes = {}) const;
  Markup operator()(std::string_view text, std::initializer_list<Value::Member> attributes = {}) const;
};

class Field;

/// One thing inside a field: an entry of a FieldList, a field of a FormField, an option. Owns
/// the option, which is made when asked for.
struct Subfield {
  Field* field = nullptr;
  Owned<Field> made = {};
};

class Field {
 public:
  virtual ~Field();

  /// The name of its class: "StringField".
  virtual std::string_view type() const = 0;

  /// In the request, with the form's prefix.
  std::string_view name() const;
  std::string_view short_name() const;
  std::string_view id() const;
  std::string label_text() const;
  virtual Label label() const { return {std::string(id()), label_text()}; }
  std::string_view description() const { return definition_->description; }
  const Value& render_kw() const { return definition_->render_kw; }
  const std::vector<Validator>& validators() const { return definition_->validators; }
  const Flags& flags() const { return definition_->flags; }
  const Widget& widget() const;

  // What came.
  std::vector<std::string> errors;          ///< what validate() found
  std::vector<std::string> process_errors;  ///< what could not be read
  std::vector<std::string> raw_data;        ///< what was sent, as text
  /// What the form was made with for this field, or its default.
  const Value& object_data() const { return object_data_; }
  /// Its `data` as a Value: none without any.
  virtual Value data_value() const = 0;
  /// Its errors as a template sees them: a list of texts.
  virtual Value errors_value() const;
  virtual bool has_errors() const { return !errors.empty(); }

  // For this form alone.
  void set_label(std::string text) { definition_.own().label = std::move(text); }
  void set_description(std::string text) { definition_.own().description = std::move(text); }
  /// A dict of attributes.
  void set_render_kw(Value attributes) { definition_.own().render_kw = std::move(attributes); }
  void set_flag(std::string_view name, Value value);
  void add_validator(Validator validator);
  void set_widget(OwnWidget widget) { definition_.own().widget = std::move(widget); }
  /// Another data, as from an object. Throws ValueError where the kind refuses it.
  void set_data(const Value& data) { process_data(data); }

  // HTML.

  /// As a template's `{{ form.email(class_="big") }}`; names and values are escaped.
  Markup operator()(std::initializer_list<Value::Member> attributes = {}) const;
  Markup operator()(Attributes attributes) const;
  /// Appends it.
  void render(std::string& out, Attributes attributes) const;
  /// What an input has as its value (WTForms: _value); false: no value attribute.
  virtual Value value_text() const = 0;
  /// Whether a checkbox or an option is on.
  virtual bool checked() const { return data_value().truthy(); }

  /// What a kind of field has beyond what every field has, for templates; undefined without.
  virtual Value attribute(std::string_view /*name*/) const { return {}; }

  // What is inside of it.
  /// Whether it can be walked over.
  virtual bool has_subfields() const { return is_list() || inner_form() || shown_choices(); }
  virtual std::size_t subfield_count() const { return 0; }
  /// Precondition: i < subfield_count().
  virtual Subfield subfield(std::size_t i) const;
  /// What there is to choose from, in a field of that kind; else null.
  virtual const ShownChoices* shown_choices() const { return nullptr; }
  /// The form of a FormField; else null.
  virtual BaseForm* inner_form() const { return nullptr; }
  /// Whether it is a FieldList.
  virtual bool is_list() const { return false; }
  /// Whether it takes files.
  virtual bool is_file() const { return false; }

  std::string gettext(std::string_view message) const;
  std::string ngettext(std::string_view singular, std::string_view plural, std::int64_t n) const;

  /// Takes in what came: `data` from an object (null: the default), then what a submitted form has
  /// (null: it is not submitted), then the filters (WTForms: process).
  virtual void process(const FormData* formdata, const Value* data);
  /// False when something is wrong, which is then in `errors`.
  virtual bool validate(BaseForm& form, const std::vector<Validator>& extra = {});

  // For forms.

  /// Once, before it is bound: `name` is the member's. `immortal` in the prototype of a form's type.
  virtual void define(std::string_view name, bool immortal);
  /// In a form: the name it has there, if that is not the definition's; and its id.
  void bind(BaseForm* form, std::string_view prefix);
  void bind(BaseForm* form, std::string_view prefix, std::string_view short_name, std::string id);
  /// A field alike that belongs to no form.
  virtual Owned<Field> clone() const = 0;
  BaseForm* form() const { return form_.form; }

 protected:
  /// After bind(): what is inside gets its names.
  virtual void on_bound() {}

  /// What every kind of field is made with.
  struct Common {
    std::optional<std::string> label = {};
    std::vector<Validator> validators = {};
    std::string description = {};
    Value render_kw = {};
    std::string id = {};
    std::string name = {};
    OwnWidget widget = {};
    Flags flags = {};
  };
  explicit Field(Common common) : definition_(std::move(common)) {}
  Field(const Field&) = default;
  Field(Field&&) noexcept = default;
  Field& operator=(const Field&) = default;
  Field& operator=(Field&&) noexcept = default;

  // What a kind of field says of itself. Each may throw ValueError (retort/value/error.h) with a
  // message for the person who filled in the form.

  /// Takes in an object's value, or the default; none without one.
  virtual void process_data(const Value& value) = 0;
  /// Takes in what was sent: raw_data; empty when the field was not.
  virtual void process_formdata(const std::vector<std::string>& values) = 0;
  /// Reads the field's part of a submitted form: raw_data, then process_formdata.
  virtual void read(const FormData& formdata);
  virtual Value default_value() const { return Value(nullptr); }
  virtual void run_filters() {}
  virtual const Widget& default_widget() const = 0;
  /// Before the validators; may throw as they do.
  virtual void pre_validate(BaseForm&) {}
  /// After them; may throw ValidationError.
  virtual void post_validate(BaseForm&, bool /*validation_stopped*/) {}

  /// True when a validator stopped it.
  bool run_validators(BaseForm& form, const std::vector<Validator>& validators);
  /// Takes notes of what `f` throws into process_errors.
  template <class F>
  void note_errors(F&& f) {
    try {
      f();
    } catch (const ValueError& error) {
      process_errors.emplace_back(error.what());
    } catch (const ValidationError& error) {
      process_errors.push_back(error.message());
    }
  }
  Value object_data_;

 private:
  // A copy belongs to no form.
  struct Link {
    Link() = default;
    Link(const Link&) {}
    Link& operator=(const Link&) { return *this; }
    BaseForm* form = nullptr;
  };

  detail::Definition<Common> definition_;
  Link form_;
  std::string name_;  // empty: the definition's
  std::size_t prefix_size_ = 0;
  std::string id_;  // empty: the definition's, or the name
};

}  // namespace retort::wtf
