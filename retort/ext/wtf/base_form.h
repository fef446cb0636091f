// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// BaseForm: the fields of a form, whatever struct they lie in (WTForms: BaseForm), and
// FormHandle, which keeps it alive. Made by wtf::form<T>() (retort/ext/wtf/form.h), or of fields that
// are only known when the program runs, by make_form(). Belongs to one thread.

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/optional_seconds.h"
#include "retort/base/owned.h"
#include "retort/base/reflect.h"
#include "retort/ext/wtf/field.h"
#include "retort/value/convert.h"
#include "retort/value/value.h"

namespace retort {
class FileStorage;
namespace http {
class MultiDict;
}
}  // namespace retort

namespace retort::wtf {

class FormData;
class Translations;

/// Where a form's data comes from: the current request when it is submitted, a MultiDict (another
/// request's, `request->args` of a search), or nothing.
class FormSource {
 public:
  FormSource() = default;
  FormSource(decltype(nullptr)) : request_(false) {}                                // NOLINT
  FormSource(const http::MultiDict& fields) : request_(false), fields_(&fields) {}  // NOLINT
  /// Its files as well.
  FormSource(const FormData& data) : request_(false), data_(&data) {}  // NOLINT
  bool from_request() const { return request_; }
  const http::MultiDict* fields() const { return fields_; }
  const FormData* data() const { return data_; }

 private:
  bool request_ = true;
  const http::MultiDict* fields_ = nullptr;
  const FormData* data_ = nullptr;
};

/// An object whose members fill a form: an aggregate, a model, what points to one; or a Value, a dict
/// or an object. Borrows it.
class ObjectView {
 public:
  ObjectView() = default;
  template <class O, std::enable_if_t<!std::is_same_v<O, ObjectView>, int> = 0>
  ObjectView(const O& object) {  // NOLINT: implicit by design
    if constexpr (std::is_same_v<O, Value>) {
      object_ = &object;
      get_ = &member_of_value;
    } else if constexpr (retort::detail::OptionalLike<O> || retort::detail::PointerLike<O> ||
                         std::is_pointer_v<O>) {
      if (object) *this = ObjectView(*object);
    } else {
      object_ = &object;
      get_ = &member_of<O>;
    }
  }

  explicit operator bool() const { return object_ != nullptr; }
  /// The member of that name into `out`; false when there is none.
  bool get(std::string_view name, Value& out) const { return get_(object_, name, out); }

 private:
  template <class O>
  static bool member_of(const void* object, std::string_view name, Value& out) {
    bool found = false;
    reflect::for_each_member(*static_cast<const O*>(object), [&](std::string_view own, const auto& member) {
      if constexpr (!retort::detail::LeadsElsewhere<std::remove_cvref_t<decltype(member)>>) {
        if (found || own != name) return;
        out = to_value(member);
        found = true;
      }
    });
    return found;
  }
  static bool member_of_value(const void* object, std::string_view name, Value& out);

  const void* object_ = nullptr;
  bool (*get_)(const void* object, std::string_view name, Value& out) = nullptr;
};

struct FormOptions {
  std::string_view prefix = {};  ///< before the names in the request: "billing" makes "billing-city"
  FormSource formdata = {};
  ObjectView obj = {};                         ///< fills what formdata does not
  Value data = {};                             ///< a dict that fills what obj does not
  std::optional<bool> csrf = {};               ///< in place of WTF_CSRF_ENABLED
  OptionalSeconds csrf_time_limit = {};        ///< in place of WTF_CSRF_TIME_LIMIT
  const Translations* translations = nullptr;  ///< for this form; outlives it
};

/// Validators for one validate() alone: {"email", {unused}}.
struct ExtraValidators {
  std::string_view field;
  std::vector<Validator> validators;
};

class BaseForm {
 public:
  struct Entry {
    std::string_view name;  ///< the member's
    Field* field;
  };

  BaseForm(const BaseForm&) = delete;
  BaseForm& operator=(const BaseForm&) = delete;
  virtual ~BaseForm();

  /// A walk over the fields, in order.
  class Iterator {
   public:
    explicit Iterator(const Entry* at) : at_(at) {}
    Field& operator*() const { return *at_->field; }
    Field* operator->() const { return at_->field; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const Entry* at_;
  };
  Iterator begin() const { return Iterator(entries_.data()); }
  Iterator end() const { return Iterator(entries_.data() + entries_.size()); }
  std::size_t size() const { return entries_.size(); }
  /// Null when there is none of that name: the member's.
  Field* find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name) != nullptr; }
  /// Throws KeyError.
  Field& operator[](std::string_view name) const;
  /// Takes a field out of this form alone (Python: del form.email); false when there is none.
  bool remove(std::string_view name);

  /// Errors of the form as a whole, not of one of its fields.
  std::vector<std::string> form_errors;
  bool validate(std::initializer_list<ExtraValidators> extra = {});
  bool is_submitted() const;
  bool validate_on_submit(std::initializer_list<ExtraValidators> extra = {}) {
    return is_submitted() && validate(extra);
  }
  /// A dict of what is wrong, by fields' names; the form's own errors under none.
  Value errors() const;
  bool has_errors() const;
  /// A dict of the fields' data.
  Value data() const;
  /// The hidden fields, or those of the names that are hidden (Flask-WTF: hidden_tag).
  Markup hidden_tag(std::initializer_list<std::string_view> names = {}) const;
  /// Whether a field takes files: its <form> then needs enctype="multipart/form-data".
  bool is_multipart() const;
  /// Whether it is the CSRF token, which is no data.
  bool is_token(const Field& field) const { return &field == token_.get(); }
  std::string_view prefix() const { return prefix_; }
  const Translations* translations() const { return translations_; }
  /// The struct that it is of, if it is a T.
  template <class T>
  T* as() {
    return static_cast<T*>(fields_of(&detail::kFormType<T>));
  }

  // For whoever makes one.

  /// Binds the fields, adds the token, takes the data in.
  void begin(const FormOptions& options);
  /// The same without a request and a token: what a FormField does with its form.
  void begin_inside(std::string_view prefix, const FormData* formdata, const Value* data,
                    const Translations* translations);
  void process(const FormData* formdata, const ObjectView& obj, const Value& data);
  /// Gives the fields of an inner form their names.
  void rename(std::string_view prefix) { bind(prefix, translations_); }
  void retain() { ++count_; }
  void release() {
    if (--count_ == 0) delete this;
  }
  /// As templates see it.
  Value to_object();

 protected:
  BaseForm() = default;
  std::vector<Entry>& entries() { return entries_; }
  /// The struct, when it is of this type (detail::kFormType); else null.
  virtual void* fields_of(const void* /*type*/) { return nullptr; }
  /// The struct's own validate(), after the fields'.
  virtual bool validate_whole() { return true; }

 private:
  friend void* detail::form_fields(BaseForm& form, const void* type);
  void bind(std::string_view prefix, const Translations* translations);
  void add_token(const FormOptions& options);

  std::vector<Entry> entries_;
  std::string prefix_;
  const Translations* translations_ = nullptr;
  Owned<Field> token_;
  std::size_t count_ = 0;
};

/// Keeps a form alive, and stands for it: copies are the same form.
class FormHandle {
 public:
  explicit FormHandle(BaseForm* form) : form_(form) { form_->retain(); }
  FormHandle(const FormHandle& o) : form_(o.form_) { form_->retain(); }
  FormHandle& operator=(const FormHandle& o) {
    o.form_->retain();
    form_->release();
    form_ = o.form_;
    return *this;
  }
  ~FormHandle() { form_->release(); }

  BaseForm& base() const { return *form_; }
  bool validate(std::initializer_list<ExtraValidators> extra = {}) const { return form_->validate(extra); }
  bool is_submitted() const { return form_->is_submitted(); }
  bool validate_on_submit(std::initializer_list<ExtraValidators> extra = {}) const {
    return form_->validate_on_submit(extra);
  }
  Value errors() const { return form_->errors(); }
  std::vector<std::string>& form_errors() const { return form_->form_errors; }
  Value data() const { return form_->data(); }
  Markup hidden_tag(std::initializer_list<std::string_view> names = {}) const {
    return form_->hidden_tag(names);
  }
  BaseForm::Iterator begin() const { return form_->begin(); }
  BaseForm::Iterator end() const { return form_->end(); }
  Field* find(std::string_view name) const { return form_->find(name); }
  bool contains(std::string_view name) const { return form_->contains(name); }
  Field& operator[](std::string_view name) const { return (*form_)[name]; }
  bool remove(std::string_view name) const { return form_->remove(name); }

  /// As templates see it: `render_template("login.html", {{"form", form}})`.
  operator Value() const { return form_->to_object(); }  // NOLINT: implicit by design

 private:
  BaseForm* form_;
};

/// A form of fields that are made when the program runs, under the names given.
struct NamedField {
  std::string name;
  Owned<Field> field;
};
FormHandle make_form(std::vector<NamedField> fields, const FormOptions& options = {});

}  // namespace retort::wtf
