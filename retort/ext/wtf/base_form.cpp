// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/base_form.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "retort/app/globals.h"
#include "retort/ext/wtf/csrf.h"
#include "retort/ext/wtf/detail/csrf_token_field.h"
#include "retort/ext/wtf/form_data.h"
#include "retort/ext/wtf/translations.h"
#include "retort/message/files.h"
#include "retort/message/request.h"
#include "retort/value/object.h"

namespace retort::wtf {
namespace {

/// f(what the current request has for a form), or f(null) when there is nothing: it is not
/// submitted, or without fields, files and JSON.
template <class F>
void with_request_data(F&& f) {
  if (!has_request_context() || !is_submitted(*request)) return f(nullptr);
  if (!request->files->empty() || !request->form->empty()) {
    const FormData data(*request->form, &*request->files);
    return f(&data);
  }
  if (!request->is_json()) return f(nullptr);
  const http::MultiDict fields = fields_of_json(request->get_json());
  const FormData data(fields);
  return f(&data);
}

}  // namespace

namespace detail {

void* form_fields(BaseForm& form, const void* type) { return form.fields_of(type); }

const void* shared_prototype(const void* const& slot) { return __atomic_load_n(&slot, __ATOMIC_ACQUIRE); }

const void* share_prototype(const void*& slot, const void* made) {
  const void* there = nullptr;
  if (__atomic_compare_exchange_n(&slot, &there, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    return made;
  // Forms do not borrow from this one, but what it made immortal is kept where leak checkers see it.
  static std::mutex mutex;
  static std::vector<const void*>& late = *new std::vector<const void*>;
  const std::lock_guard lock(mutex);
  late.push_back(made);
  return there;
}

}  // namespace detail

bool ObjectView::member_of_value(const void* object, std::string_view name, Value& out) {
  const Value& value = *static_cast<const Value*>(object);
  if (value.is_dict()) {
    const Value* const found = value.find(name);
    if (found) out = *found;
    return found != nullptr;
  }
  if (!value.is_object()) return false;
  out = value.as_object().attribute(name);
  return !out.is_undefined();
}

BaseForm::~BaseForm() = default;

Field* BaseForm::find(std::string_view name) const {
  for (const Entry& entry : entries_) {
    if (entry.name == name) return entry.field;
  }
  return nullptr;
}

Field& BaseForm::operator[](std::string_view name) const {
  Field* const found = find(name);
  if (!found) throw KeyError("the form has no field '" + std::string(name) + "'");
  return *found;
}

bool BaseForm::remove(std::string_view name) {
  return std::erase_if(entries_, [name](const Entry& entry) { return entry.name == name; }) != 0;
}

bool BaseForm::is_submitted() const { return has_request_context() && wtf::is_submitted(*request); }

bool BaseForm::validate(std::initializer_list<ExtraValidators> extra) {
  bool valid = true;
  form_errors.clear();
  static const std::vector<Validator> kNone;
  for (const Entry& entry : entries_) {
    const std::vector<Validator>* more = &kNone;
    for (const ExtraValidators& each : extra) {
      if (each.field == entry.name) more = &each.validators;
    }
    if (!entry.field->validate(*this, *more)) valid = false;
  }
  if (!valid) return false;
  try {
    valid = validate_whole();
  } catch (const ValidationError& error) {
    form_errors.push_back(error.message());
  } catch (const StopValidation& error) {
    if (!error.message().empty()) form_errors.push_back(error.message());
  }
  return valid && !has_errors();
}

bool BaseForm::has_errors() const {
  return !form_errors.empty() || std::any_of(entries_.begin(), entries_.end(),
                                             [](const Entry& entry) { return entry.field->has_errors(); });
}

Value BaseForm::errors() const {
  Value out = Value::dict();
  for (const Entry& entry : entries_) {
    if (entry.field->has_errors()) out.set(entry.name, entry.field->errors_value());
  }
  if (!form_errors.empty()) {
    Value own = Value::list();
    for (const std::string& error : form_errors) own.push_back(error);
    out.set(Value(nullptr), std::move(own));
  }
  return out;
}

Value BaseForm::data() const {
  Value out = Value::dict();
  for (const Entry& entry : entries_) out.set(entry.name, entry.field->data_value());
  return out;
}

Markup BaseForm::hidden_tag(std::initializer_list<std::string_view> names) const {
  std::string out;
  const auto add = [&out](const Field& field) {
    if (field.widget().input_type() != "hidden") return;
    if (!out.empty()) out += '\n';
    field.render(out, {});
  };
  if (names.size() == 0) {
    for (const Field& field : *this) add(field);
  }
  for (const std::string_view name : names) {
    if (const Field* const field = find(name)) add(*field);
  }
  return Markup(std::move(out));
}

bool BaseForm::is_multipart() const {
  const auto takes_files = [](const Field& field, const auto& self) -> bool {
    if (field.is_file()) return true;
    for (std::size_t i = 0; i < field.subfield_count(); ++i) {
      if (self(*field.subfield(i).field, self)) return true;
    }
    return false;
  };
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Entry& entry) { return takes_files(*entry.field, takes_files); });
}

void BaseForm::bind(std::string_view prefix, const Translations* translations) {
  prefix_ = prefix;
  if (!prefix_.empty() && std::string_view("-_;:/.").find(prefix_.back()) == std::string_view::npos)
    prefix_ += '-';
  translations_ = translations;
  for (const Entry& entry : entries_) entry.field->bind(this, prefix_);
}

void BaseForm::begin(const FormOptions& options) {
  bind(options.prefix, options.translations ? options.translations : current_translations());
  add_token(options);
  const auto take = [this, &options](const FormData* formdata) {
    process(formdata, options.obj, options.data);
  };
  if (options.formdata.from_request()) return with_request_data(take);
  if (options.formdata.data()) return take(options.formdata.data());
  if (!options.formdata.fields()) return take(nullptr);
  const FormData formdata(*options.formdata.fields());
  take(&formdata);
}

void BaseForm::begin_inside(std::string_view prefix, const FormData* formdata, const Value* data,
                            const Translations* translations) {
  bind(prefix, translations);
  if (!data) return process(formdata, {}, {});
  if (data->is_dict()) return process(formdata, {}, *data);
  process(formdata, ObjectView(*data), {});
}

void BaseForm::process(const FormData* formdata, const ObjectView& obj, const Value& data) {
  Value found;
  for (const Entry& entry : entries_) {
    if (obj && obj.get(entry.name, found)) {
      entry.field->process(formdata, &found);
    } else {
      entry.field->process(formdata, data.find(entry.name));
    }
  }
}

void BaseForm::add_token(const FormOptions& options) {
  if (!has_request_context() || !options.csrf.value_or(csrf_enabled())) return;
  token_ = detail::CSRFTokenField::make(options.csrf_time_limit);
  token_->bind(this, prefix_, csrf_field_name(), {});
  entries_.push_back({token_->short_name(), token_.get()});
}

namespace {

class MadeForm final : public BaseForm {
 public:
  explicit MadeForm(std::vector<NamedField> fields) : fields_(std::move(fields)) {
    entries().reserve(fields_.size() + 1);
    for (NamedField& named : fields_) {
      named.field->define(named.name, false);
      entries().push_back({named.name, named.field.get()});
    }
  }

 private:
  std::vector<NamedField> fields_;
};

}  // namespace

FormHandle make_form(std::vector<NamedField> fields, const FormOptions& options) {
  FormHandle out(new MadeForm(std::move(fields)));
  out.base().begin(options);
  return out;
}

}  // namespace retort::wtf
