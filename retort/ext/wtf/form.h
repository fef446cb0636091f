// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Forms (WTForms: Form; Flask-WTF: FlaskForm). A form is a struct of fields:
//
//   struct LoginForm {
//     wtf::StringField email{"Email", {wtf::data_required(), wtf::email()}};
//     wtf::PasswordField password{"Password", {wtf::data_required()}};
//   };
//
//   auto form = wtf::form<LoginForm>();          // of the current request
//   if (form.validate_on_submit()) sign_in(form->email.data);
//   return render_template("login.html", {{"form", form}});
//
// The struct is made once for each type; each form is a copy that borrows what fields are made
// with. What a template holds of a form keeps it alive. A form belongs to one thread.

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
#include "retort/ext/wtf/base_form.h"
#include "retort/ext/wtf/field.h"
#include "retort/value/convert.h"
#include "retort/value/value.h"

namespace retort::wtf {

namespace detail {

/// The fields of a struct: where they lie, by their order.
template <class T>
void list_fields(T& fields, std::vector<BaseForm::Entry>& out) {
  out.reserve(reflect::member_count<T> + 1);  // and a token
  reflect::for_each_member(fields, [&out](std::string_view name, auto& member) {
    if constexpr (std::is_base_of_v<Field, std::remove_cvref_t<decltype(member)>>)
      out.push_back({name, &member});
  });
}

/// What is in `slot`, or null.
const void* shared_prototype(const void* const& slot);
/// Puts `made` there, unless another thread or fiber was faster; returns what is there then.
const void* share_prototype(const void*& slot, const void* made);

/// What all forms of a type are copied from. It is never destroyed, so that copies may borrow. Made
/// without a lock, by each who comes before the first has finished: a constructor that waits, for a
/// database say, would let other fibers of the same thread wait for a lock for ever.
template <class T>
const T& prototype() {
  static constinit const void* slot = nullptr;
  if (const void* const there = shared_prototype(slot)) return *static_cast<const T*>(there);
  Owned<T> made(new T{});
  std::vector<BaseForm::Entry> entries;
  list_fields(*made, entries);
  for (const BaseForm::Entry& entry : entries) entry.field->define(entry.name, true);
  const void* const shared = share_prototype(slot, made.get());
  if (shared == made.get()) made.release();
  return *static_cast<const T*>(shared);
}

template <class T>
class FormOf final : public BaseForm {
 public:
  FormOf() : fields(prototype<T>()) { list_fields(fields, entries()); }
  T fields;

 private:
  void* fields_of(const void* type) override { return type == &kFormType<T> ? &fields : nullptr; }
  bool validate_whole() override {
    if constexpr (requires { fields.validate(*this); }) {
      return validate_with([this] { return fields.validate(*this); });
    } else if constexpr (requires { fields.validate(); }) {
      return validate_with([this] { return fields.validate(); });
    } else {
      return true;
    }
  }
  template <class F>
  bool validate_with(F&& f) {
    if constexpr (std::is_convertible_v<decltype(f()), bool>) {
      return f();
    } else {
      f();
      return true;
    }
  }
};

/// Each field's data into the member of the same name.
template <class O>
void populate(BaseForm& form, O& object);

template <class M>
void populate_member(Field& field, M& member) {
  if (BaseForm* const inner = field.inner_form()) {
    if constexpr (reflect::Aggregate<M> && !retort::detail::kIsScalarType<M>) {
      populate(*inner, member);
    } else if constexpr (retort::detail::kIsOptionalType<M>) {
      if (!member) member.emplace();
      populate_member(field, *member);
    }
    return;
  }
  if (field.is_file()) return;
  if constexpr (retort::detail::Appendable<M> && retort::detail::ListLike<M>) {
    if (field.is_list()) {
      member.resize(field.subfield_count());
      for (std::size_t i = 0; i < member.size(); ++i) {
        if constexpr (std::is_same_v<M, std::vector<bool>>) {  // gives no references
          bool item = member[i];
          populate_member(*field.subfield(i).field, item);
          member[i] = item;
        } else {
          populate_member(*field.subfield(i).field, member[i]);
        }
      }
      return;
    }
  }
  if constexpr (!retort::detail::LeadsElsewhere<M>) {
    const Value value = field.data_value();
    if constexpr (std::is_same_v<M, std::string>) {
      if (value.is_none()) return member.clear();
    }
    FieldErrors errors;
    from_value(value, member, errors);
  }
}

template <class O>
void populate(BaseForm& form, O& object) {
  reflect::for_each_member(object, [&form](std::string_view name, auto& member) {
    Field* const field = form.find(name);
    if (field && !form.is_token(*field)) populate_member(*field, member);
  });
}

}  // namespace detail

/// A form of T: `form->email` is its field, `form.validate()` the whole.
template <class T>
class Form : public FormHandle {
 public:
  explicit Form(detail::FormOf<T>* form) : FormHandle(form), fields_(&form->fields) {}

  T* operator->() const { return fields_; }
  T& operator*() const { return *fields_; }
  /// The data of each field whose name a member of `object` has, into that member. What does not
  /// fit it, none into a number say, leaves it as it is.
  template <class O>
  void populate_obj(O& object) const {
    detail::populate(base(), object);
  }

 private:
  T* fields_;
};

/// The form of the current request: filled from it when it is submitted (POST, PUT, PATCH, DELETE),
/// and with `options.obj`, `options.data` and the fields' defaults otherwise. In a request context
/// its last field is the CSRF token, where WTF_CSRF_ENABLED does not say otherwise.
template <class T>
Form<T> form(FormOptions options = {}) {
  Form<T> out(new detail::FormOf<T>());
  out.base().begin(options);
  return out;
}
/// The same, filled from the members of an object.
template <class T, class O, std::enable_if_t<!std::is_same_v<O, FormOptions>, int> = 0>
Form<T> form(const O& object, FormOptions options = {}) {
  options.obj = ObjectView(object);
  return form<T>(std::move(options));
}

}  // namespace retort::wtf
