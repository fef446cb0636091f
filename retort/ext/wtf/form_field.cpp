// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/form_field.h"

#include "retort/ext/wtf/detail/field_kind.h"
#include "retort/ext/wtf/widgets.h"

namespace retort::wtf {

FormFieldBase::FormFieldBase(LabelText label, FormFieldOptions options)
    : Field({.label = std::move(label.text()),
             .description = std::move(options.description),
             .render_kw = std::move(options.render_kw),
             .id = std::move(options.id),
             .name = std::move(options.name),
             .widget = std::move(options.widget)}),
      own_({std::move(options.separator), std::move(options.default_)}) {}

void FormFieldBase::define(std::string_view name, bool immortal) {
  Field::define(name, immortal);
  if (!immortal) return;
  own_.own().default_.freeze();
  own_.make_immortal();
}

Value FormFieldBase::data_value() const { return inner_ ? inner_->data() : Value::dict(); }

Value FormFieldBase::errors_value() const { return inner_ ? inner_->errors() : Value::dict(); }

bool FormFieldBase::has_errors() const { return inner_ && inner_->has_errors(); }

Subfield FormFieldBase::subfield(std::size_t i) const {
  BaseForm::Iterator at = inner_->begin();
  for (; i > 0; --i) ++at;
  return {&*at, {}};
}

void FormFieldBase::process(const FormData* formdata, const Value* data) {
  object_data_ = data ? *data : own_->default_;
  set_inner(make_inner());
  inner_->begin_inside(inner_prefix(), formdata, object_data_.is_undefined() ? nullptr : &object_data_,
                       form() ? form()->translations() : nullptr);
}

bool FormFieldBase::validate(BaseForm&, const std::vector<Validator>& extra) {
  if (!extra.empty() || !validators().empty())
    throw TypeError(
        "FormField does not accept in-line validators, as it gets errors from the enclosed form.");
  return inner_->validate();
}

void FormFieldBase::on_bound() {
  if (inner_) inner_->rename(inner_prefix());
}

const Widget& FormFieldBase::default_widget() const { return detail::widget_of<TableWidget>(); }

}  // namespace retort::wtf
