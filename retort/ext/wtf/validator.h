// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Validator: a check of a field, made from any function that throws ValidationError (the field is
// not valid) or StopValidation (and no further validator runs). The ones that WTForms has are in
// retort/ext/wtf/validators.h.
//
//   void unused(const wtf::StringField& name) { if (taken(name.data)) throw wtf::ValidationError("Taken."); }
//   wtf::StringField name{"Name", {wtf::data_required(), unused}};
//
// A function takes the field, as Field& or as the kind that it is for; or the field's data, as
// const std::string& or as the type that it has, and is then not called without any (an integer that
// a smaller type does not hold is not valid); or the form and one of these, the form as BaseForm& or as the
// struct. It is called by all workers at once.

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/ext/wtf/detail/copyable_function.h"
#include "retort/ext/wtf/flags.h"
#include "retort/ext/wtf/validation_error.h"

namespace retort::wtf {

class BaseForm;
class Field;
template <class T>
class FieldOf;

namespace detail {

/// A function pointer, or an object with one operator().
template <class F>
concept PlainFunction = std::is_function_v<std::remove_pointer_t<F>> || requires {
  &F::operator();
};

template <class F>
struct Parameters : Parameters<decltype(&F::operator())> {};
template <class R, class... A>
struct Parameters<R (*)(A...)> {
  static constexpr int kCount = sizeof...(A);
  template <class First, class...>
  struct Ends {
    using first = First;
    using last = First;
  };
  template <class First, class Second>
  struct Ends<First, Second> {
    using first = First;
    using last = Second;
  };
  using first = typename Ends<A...>::first;
  using last = typename Ends<A...>::last;
};
template <class R, class C, class... A>
struct Parameters<R (C::*)(A...) const> : Parameters<R (*)(A...)> {};
template <class R, class C, class... A>
struct Parameters<R (C::*)(A...)> : Parameters<R (*)(A...)> {};
template <class R, class... A>
struct Parameters<R (*)(A...) noexcept> : Parameters<R (*)(A...)> {};
template <class R, class C, class... A>
struct Parameters<R (C::*)(A...) const noexcept> : Parameters<R (*)(A...)> {};

[[noreturn]] void throw_wrong_field(const Field& field);
[[noreturn]] void throw_wrong_form(const Field& field);
/// ValidationError: the field's integer is none of the type that a validator takes.
[[noreturn]] void throw_out_of_range(const Field& field);
/// The struct of a form, when it is of that type; else null.
void* form_fields(BaseForm& form, const void* type);
/// Tells types of forms' structs apart.
template <class T>
inline constexpr char kFormType = 0;

/// The type that a field keeps such a parameter as.
template <class P>
using DataType = std::conditional_t<
    std::is_same_v<P, bool>, bool,
    std::conditional_t<
        std::is_integral_v<P>, std::int64_t,
        std::conditional_t<std::is_floating_point_v<P>, double,
                           std::conditional_t<std::is_convertible_v<P, std::string_view>, std::string, P>>>>;

template <class P>
auto& form_argument(BaseForm& form, const Field& field) {
  using Struct = std::remove_cvref_t<P>;
  if constexpr (std::is_same_v<Struct, BaseForm>) {
    return form;
  } else {
    void* const fields = form_fields(form, &kFormType<Struct>);
    if (!fields) throw_wrong_form(field);
    return *static_cast<Struct*>(fields);
  }
}

/// call(what the parameter stands for).
template <class P, class C>
void with_field_argument(Field& field, C&& call) {
  using A = std::remove_cvref_t<P>;
  if constexpr (std::is_same_v<A, Field>) {
    call(field);
  } else if constexpr (std::is_base_of_v<Field, A>) {
    auto* const same = dynamic_cast<A*>(&field);
    if (!same) throw_wrong_field(field);
    call(*same);
  } else {
    using D = DataType<A>;
    const auto* const typed = dynamic_cast<const FieldOf<D>*>(&field);
    if (!typed) throw_wrong_field(field);
    if (!typed->has_data()) return;
    if constexpr (std::is_integral_v<A> && !std::is_same_v<A, bool>) {
      if (!std::in_range<A>(typed->value())) throw_out_of_range(field);
    }
    if constexpr (std::is_arithmetic_v<A>) {
      call(static_cast<A>(typed->value()));
    } else {
      call(typed->value());
    }
  }
}

}  // namespace detail

class Validator {
 public:
  /// `f` may say flags for the field: a member `Flags field_flags() const`.
  template <detail::PlainFunction F>
  Validator(F f) {  // NOLINT: implicit by design
    using D = std::decay_t<F>;
    using P = detail::Parameters<D>;
    static_assert(P::kCount == 1 || P::kCount == 2,
                  "retort::wtf: a validator takes the field, its data, or the form and one of these");
    if constexpr (requires(const D& d) { d.field_flags(); }) flags_ = f.field_flags();
    if constexpr (P::kCount == 1) {
      call_ = [f = std::move(f)](BaseForm&, Field& field) {
        detail::with_field_argument<typename P::last>(field, f);
      };
    } else {
      call_ = [f = std::move(f)](BaseForm& form, Field& field) {
        auto& first = detail::form_argument<typename P::first>(form, field);
        detail::with_field_argument<typename P::last>(field, [&](auto&& last) { f(first, last); });
      };
    }
  }
  template <detail::PlainFunction F>
  Validator(F f, Flags flags) : Validator(std::move(f)) {
    flags_ = std::move(flags);
  }

  /// Throws ValidationError, StopValidation.
  void operator()(BaseForm& form, Field& field) const { call_(form, field); }
  const Flags& field_flags() const { return flags_; }

 private:
  detail::CopyableFunction<void(BaseForm&, Field&)> call_;
  Flags flags_;
};

}  // namespace retort::wtf
