// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// FormField: a form within a form (WTForms: FormField). Its fields' names begin with its own:
//
//   struct Address { wtf::StringField street{"Street"}, city{"City"}; };
//   struct Order { wtf::FormField<Address> billing{"Billing address"}; };    // "billing-city"
//   form->billing->city.data
//
// Validators belong to the fields of the inner form, or to its struct's validate().

#include <string>
#include <string_view>
#include <utility>

#include "retort/base/memory.h"
#include "retort/ext/wtf/form.h"

namespace retort::wtf {

struct FormFieldOptions {
  std::string separator = "-";
  std::string description = {};
  Value default_ = {};  ///< a dict of the fields' data
  Value render_kw = {};
  std::string id = {};
  std::string name = {};
  OwnWidget widget = {};
};

/// What it is whatever the inner form's type.
class FormFieldBase : public Field {
 public:
  FormFieldBase(const FormFieldBase& o) : Field(o), own_(o.own_) {}
  FormFieldBase& operator=(const FormFieldBase& o) {
    Field::operator=(o);
    own_ = o.own_;
    set_inner(nullptr);
    return *this;
  }
  ~FormFieldBase() override { set_inner(nullptr); }

  std::string_view type() const override { return "FormField"; }
  Value data_value() const override;
  Value errors_value() const override;
  bool has_errors() const override;
  Value value_text() const override { return Value(""); }
  BaseForm* inner_form() const override { return inner_; }
  std::size_t subfield_count() const override { return inner_ ? inner_->size() : 0; }
  Subfield subfield(std::size_t i) const override;
  void process(const FormData* formdata, const Value* data) override;
  /// Throws TypeError with validators: they belong to the inner form.
  bool validate(BaseForm& form, const std::vector<Validator>& extra = {}) override;
  void define(std::string_view name, bool immortal) override;

 protected:
  FormFieldBase(LabelText label, FormFieldOptions options);
  virtual BaseForm* make_inner() const = 0;
  /// Takes over.
  void set_inner(BaseForm* inner) {
    if (inner) inner->retain();
    if (inner_) inner_->release();
    inner_ = inner;
  }
  void process_data(const Value&) override {}
  void process_formdata(const std::vector<std::string>&) override {}
  const Widget& default_widget() const override;
  void on_bound() override;

 private:
  struct Own {
    std::string separator = "-";
    Value default_ = {};
  };
  std::string inner_prefix() const { return std::string(name()) + own_->separator; }

  detail::Definition<Own> own_;
  BaseForm* inner_ = nullptr;  // counted
};

template <class T>
class FormField : public FormFieldBase {
 public:
  FormField(LabelText label = nullptr, FormFieldOptions options = {})  // NOLINT: implicit, for braces
      : FormFieldBase(std::move(label), std::move(options)) {}

  /// The inner form's struct. Precondition: the field is one of a form.
  T* operator->() const { return inner_form()->template as<T>(); }
  T& operator*() const { return *inner_form()->template as<T>(); }
  Owned<Field> clone() const override { return std::make_unique<FormField>(*this); }

 protected:
  BaseForm* make_inner() const override { return new detail::FormOf<T>(); }
};

}  // namespace retort::wtf
