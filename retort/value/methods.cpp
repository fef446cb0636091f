// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/methods.h"

#include <algorithm>
#include <iterator>
#include <string>

#include <fmt/format.h>

#include "retort/value/detail/box.h"
#include "retort/value/detail/operands.h"
#include "retort/value/error.h"
#include "retort/value/evaluator.h"
#include "retort/value/undefined.h"
#include "retort/value/view_type.h"

namespace retort {
namespace {

using Kind = Value::Kind;

ValueSpan<Method> methods_of(Kind kind) {
  switch (kind) {
    case Kind::boolean:
    case Kind::integer:
      return detail::int_methods();
    case Kind::real:
      return detail::float_methods();
    case Kind::string:
      return detail::str_methods();
    case Kind::markup:
      return detail::markup_methods();
    case Kind::bytes:
      return detail::bytes_methods();
    case Kind::list:
      return detail::list_methods();
    case Kind::tuple:
      return detail::tuple_methods();
    case Kind::dict:
      return detail::dict_methods();
    default:
      return {};
  }
}

const Method* find_in(ValueSpan<Method> methods, std::string_view name) {
  const auto* found = std::lower_bound(methods.begin(), methods.end(), name,
                                       [](const Method& m, std::string_view n) { return m.name < n; });
  return found != methods.end() && found->name == name ? found : nullptr;
}

// Python's `is`, as far as values have an identity.
bool same(const Value& a, const Value& b) {
  if (ValueAccess::boxed(a) && ValueAccess::boxed(b)) return &ValueAccess::box(a) == &ValueAccess::box(b);
  return a.kind() == b.kind() && !ValueAccess::boxed(a) && !ValueAccess::boxed(b) && a == b;
}

class BoundMethod : public Object {
 public:
  BoundMethod(const Value& self, const Method& method) : self_(self), method_(method) {}

  std::string_view type_name() const override {
    return in_python() ? "method" : "builtin_function_or_method";
  }
  bool is_callable() const override { return true; }
  Value call(const CallArguments& arguments) const override { return method_.function(self_, arguments); }
  void append_repr(std::string& out) const override {
    if (in_python()) {
      out += fmt::format("<bound method Markup.{} of {}>", method_.name, self_.repr());
    } else {
      out += fmt::format("<built-in method {} of {} object>", method_.name, self_.type_name());
    }
  }
  bool equals(const Object& other) const override {
    const auto* method = dynamic_cast<const BoundMethod*>(&other);
    return method && method->method_.function == method_.function && same(method->self_, self_);
  }
  std::size_t hash() const override { return detail::hash_bytes(method_.name); }
  void freeze() override { self_.freeze(); }

 protected:
  const Value& self() const { return self_; }
  const Method& method() const { return method_; }

 private:
  // Markup is a class written in Python; what it does not override is str's.
  bool in_python() const {
    static constexpr std::string_view kOfStr[] = {"count", "encode",    "endswith", "find",      "index",
                                                  "rfind", "maketrans", "rindex",   "startswith"};
    if (!self_.is_markup() || method_.name.substr(0, 2) == "is") return false;
    return std::find(std::begin(kOfStr), std::end(kOfStr), method_.name) == std::end(kOfStr);
  }

  Value self_;
  Method method_;
};

// Of an int, a bool or a float; undefined for another name.
Value number_attribute(const Value& number, std::string_view name) {
  if (number.is_double()) {
    if (name == "real") return number;
    return name == "imag" ? Value(0.0) : Value();
  }
  if (name == "real" || name == "numerator")
    return number.is_bool() ? Value(number.as_bool() ? 1 : 0) : number;
  if (name == "imag") return 0;
  return name == "denominator" ? Value(1) : Value();
}

// A method of the list or dict that a view stands for: dict.get looks into the view, what
// walks it has a copy.
class ViewMethod final : public BoundMethod {
 public:
  using BoundMethod::BoundMethod;
  Value call(const CallArguments& arguments) const override {
    if (method().name == "get") return BoundMethod::call(arguments);
    Evaluator unbounded;
    const Value copy = detail::plain(self(), arguments.evaluator ? *arguments.evaluator : unbounded);
    return method().function(copy, arguments);
  }
};

// A view's own attribute, else a method of the list or dict that it stands for.
Value view_attribute(const Value& view, std::string_view name) {
  Value own = view.view_type().attribute(view.view_target(), name);
  const ViewType::Shape shape = view.view_type().shape();
  if (!own.is_undefined() || shape == ViewType::Shape::record) return own;
  const bool tuple = view.type_name() == "tuple";
  const Method* method = find_method(shape == ViewType::Shape::mapping ? Kind::dict
                                     : tuple                           ? Kind::tuple
                                                                       : Kind::list,
                                     name);
  if (!method || method->mutates) return {};
  return Value::object(std::make_unique<ViewMethod>(view, *method));
}

}  // namespace

const Method* find_method(Kind kind, std::string_view name) {
  const Method* method = find_in(methods_of(kind), name);
  if (!method && kind == Kind::markup) return find_in(detail::str_methods(), name);
  return method;
}

Value bind_method(const Value& self, const Method& method) {
  return Value::object(std::make_unique<BoundMethod>(self, method));
}

Value get_attribute(const Value& object, std::string_view name) {
  switch (object.kind()) {
    case Kind::undefined:
      if (const Undefined* info = object.undefined_info()) return info->attribute(name);
      fail_undefined(object);
    case Kind::object:
      return object.as_object().attribute(name);
    case Kind::view:
      return view_attribute(object, name);
    case Kind::boolean:
    case Kind::integer:
    case Kind::real:
      if (Value own = number_attribute(object, name); !own.is_undefined()) return own;
      break;
    default:
      break;
  }
  const Method* method = find_method(object.kind(), name);
  return method ? bind_method(object, *method) : Value();
}

}  // namespace retort
