// SPDX-License-Identifier: BSD-3-Clause
#include "retort/routing/detail/builtin.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <stdexcept>

#include "retort/base/text.h"
#include "retort/routing/detail/python_text.h"

namespace retort::routing::detail {
namespace {

using Kind = NativeSpec::Kind;
using Names = std::initializer_list<std::string_view>;

[[noreturn]] void refuse(const std::string& message) { throw std::invalid_argument(message); }

// So that no rule makes URLs without end.
constexpr std::size_t kMostDigits = 1000;

// Python's binding of arguments to parameters.
void check_names(const ConverterArguments& arguments, Names names) {
  if (arguments.positional.size() > names.size()) {
    refuse("takes at most " + std::to_string(names.size()) + " arguments");
  }
  for (const auto& [name, value] : arguments.named) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) refuse("takes no argument '" + name + "'");
    if (static_cast<std::size_t>(found - names.begin()) < arguments.positional.size()) {
      refuse("is given '" + name + "' twice");
    }
  }
}

// A given argument that is not None.
const Variable* given(const ConverterArguments& arguments, std::string_view name, std::size_t place) {
  const Variable* value = arguments.get(name, place);
  return value && !value->is_null() ? value : nullptr;
}

std::optional<std::size_t> size_argument(const ConverterArguments& arguments, std::string_view name,
                                         std::size_t place) {
  const Variable* value = given(arguments, name, place);
  if (!value) return std::nullopt;
  std::optional<std::int64_t> number;
  if (value->integer()) number = *value->integer();
  if (value->boolean()) number = *value->boolean() ? 1 : 0;
  if (value->string()) {
    if (const auto digits = python_int(*value->string())) number = to_int64(*digits);
  }
  if (!number || *number < 0) refuse("needs a whole number for '" + std::string(name) + "'");
  return static_cast<std::size_t>(*number);
}

// A bound of a number; integers stay exact.
std::optional<Variable> bound_argument(const ConverterArguments& arguments, std::string_view name,
                                       std::size_t place) {
  const Variable* value = given(arguments, name, place);
  if (!value) return std::nullopt;
  if (value->boolean()) return Variable(*value->boolean() ? 1 : 0);
  if (value->wide_integer()) return Variable(python_float(value->wide_integer()->digits).value_or(0.0));
  if (!value->integer() && !value->real()) refuse("needs a number for '" + std::string(name) + "'");
  return *value;
}

bool truth_argument(const ConverterArguments& arguments, std::string_view name, std::size_t place) {
  const Variable* value = given(arguments, name, place);
  if (!value) return false;
  if (value->boolean()) return *value->boolean();
  if (value->integer()) return *value->integer() != 0;
  if (value->real()) return *value->real() != 0;
  return !value->str().empty();
}

double as_double(const Variable& bound) {
  return bound.real() ? *bound.real() : static_cast<double>(*bound.integer());
}

constexpr double kTwo63 = 9223372036854775808.0;

// The least integer that is not below the bound; nullopt: none fits.
std::optional<std::int64_t> least_integer(const Variable& bound) {
  if (bound.integer()) return *bound.integer();
  const double up = std::ceil(*bound.real());
  if (!(up < kTwo63)) return std::nullopt;
  return up < -kTwo63 ? std::numeric_limits<std::int64_t>::min() : static_cast<std::int64_t>(up);
}

std::optional<std::int64_t> greatest_integer(const Variable& bound) {
  if (bound.integer()) return *bound.integer();
  const double down = std::floor(*bound.real());
  if (!(down >= -kTwo63)) return std::nullopt;
  return down < kTwo63 ? static_cast<std::int64_t>(down) : std::numeric_limits<std::int64_t>::max();
}

NativeSpec string_spec(const ConverterArguments& arguments) {
  check_names(arguments, {"minlength", "maxlength", "length"});
  NativeSpec spec;
  const auto minimum = size_argument(arguments, "minlength", 0);
  const auto maximum = size_argument(arguments, "maxlength", 1);
  const auto exact = size_argument(arguments, "length", 2);
  spec.min_length = exact ? *exact : minimum.value_or(1);
  spec.max_length = exact ? *exact : maximum.value_or(NativeSpec::kUnbounded);
  if (spec.min_length > spec.max_length) refuse("has a minlength above its maxlength");
  return spec;
}

NativeSpec any_spec(const ConverterArguments& arguments) {
  NativeSpec spec;
  spec.kind = Kind::any;
  if (!arguments.named.empty()) refuse("takes no argument '" + arguments.named.begin()->first + "'");
  for (const Variable& item : arguments.positional) {
    if (!item.string()) refuse("needs texts; put " + item.str() + " in quotes");
    spec.items.push_back(*item.string());
  }
  return spec;
}

void set_real_bounds(NativeSpec& spec, const std::optional<Variable>& low,
                     const std::optional<Variable>& high) {
  if (low) spec.real_low = as_double(*low);
  if (high) spec.real_high = as_double(*high);
}

NativeSpec integer_spec(const ConverterArguments& arguments) {
  check_names(arguments, {"fixed_digits", "min", "max", "signed"});
  NativeSpec spec;
  spec.kind = Kind::integer;
  spec.fixed_digits = size_argument(arguments, "fixed_digits", 0).value_or(0);
  if (spec.fixed_digits > kMostDigits) refuse("takes at most 1000 fixed_digits");
  const auto low = bound_argument(arguments, "min", 1);
  const auto high = bound_argument(arguments, "max", 2);
  spec.is_signed = truth_argument(arguments, "signed", 3);
  spec.has_low = low.has_value();
  spec.has_high = high.has_value();
  // A bound that nothing can meet leaves an empty range.
  if (low) spec.low = least_integer(*low).value_or(std::numeric_limits<std::int64_t>::max());
  if (high) spec.high = greatest_integer(*high).value_or(std::numeric_limits<std::int64_t>::min());
  set_real_bounds(spec, low, high);
  return spec;
}

NativeSpec real_spec(const ConverterArguments& arguments) {
  check_names(arguments, {"min", "max", "signed"});
  NativeSpec spec;
  spec.kind = Kind::real;
  set_real_bounds(spec, bound_argument(arguments, "min", 0), bound_argument(arguments, "max", 1));
  spec.is_signed = truth_argument(arguments, "signed", 2);
  return spec;
}

NativeSpec bare_spec(Kind kind, const ConverterArguments& arguments) {
  check_names(arguments, {});
  NativeSpec spec;
  spec.kind = kind;
  return spec;
}

NativeSpec make_spec(Kind kind, const ConverterArguments& arguments) {
  switch (kind) {
    case Kind::string:
      return string_spec(arguments);
    case Kind::any:
      return any_spec(arguments);
    case Kind::integer:
      return integer_spec(arguments);
    case Kind::real:
      return real_spec(arguments);
    case Kind::path:
    case Kind::uuid:
      break;
  }
  return bare_spec(kind, arguments);
}

std::optional<Variable> integer_value(const NativeSpec& spec, std::string_view text) {
  if (spec.fixed_digits && text.size() != spec.fixed_digits) return std::nullopt;
  const auto digits = python_int(text);
  if (!digits) return std::nullopt;
  if (const auto number = to_int64(*digits)) {
    if (*number < spec.low || *number > spec.high) return std::nullopt;
    return Variable(*number);
  }
  const double wide = decimal_to_double(*digits);
  if (wide < spec.real_low || wide > spec.real_high) return std::nullopt;
  return Variable(WideInteger{*digits});
}

// Werkzeug's num_convert(value) for int.
std::optional<std::string> integer_text(const Variable& value) {
  if (value.integer()) return std::to_string(*value.integer());
  if (value.boolean()) return std::string(*value.boolean() ? "1" : "0");
  if (value.wide_integer()) return value.wide_integer()->digits;
  if (value.string()) return python_int(*value.string());
  if (!value.real() || !std::isfinite(*value.real())) return std::nullopt;
  std::string text = float_url_text(std::trunc(*value.real()));
  text.pop_back();  // the point
  if (text == "-0") return std::string("0");
  return text;
}

std::optional<double> real_number(const Variable& value) {
  if (value.real()) return *value.real();
  if (value.integer()) return static_cast<double>(*value.integer());
  if (value.boolean()) return *value.boolean() ? 1.0 : 0.0;
  if (value.wide_integer()) return decimal_to_double(value.wide_integer()->digits);
  if (value.string()) return python_float(*value.string());
  return std::nullopt;
}

UrlText wrong_value(const Variable& value, const char* kind) {
  const std::string shown = value.string() ? text::repr(*value.string()) : value.str();
  return {{}, shown + " is no " + kind, false};
}

}  // namespace

std::string regex_escape(std::string_view text) {
  static constexpr std::string_view kSpecial = "()[]{}?*+-|^$\\.&~# \t\n\r\v\f";
  std::string result;
  for (const char c : text) {
    if (kSpecial.find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

std::string NativeConverter::regex() const {
  const char* sign = spec_.is_signed ? "-?" : "";
  switch (spec_.kind) {
    case Kind::string:
      break;
    case Kind::path:
      return "[^/].*?";
    case Kind::integer:
      return std::string(sign).append("\\d+");
    case Kind::real:
      return std::string(sign).append("\\d+\\.\\d+");
    case Kind::uuid:
      return "[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}";
    case Kind::any: {
      std::string choice = "(?:";
      for (std::size_t i = 0; i < spec_.items.size(); ++i) {
        choice.append(i == 0 ? "" : "|").append(regex_escape(spec_.items[i]));
      }
      return choice + ")";
    }
  }
  std::string result = "[^/]{" + std::to_string(spec_.min_length);
  if (spec_.max_length == NativeSpec::kUnbounded) return result + ",}";
  if (spec_.max_length != spec_.min_length) result.append(",").append(std::to_string(spec_.max_length));
  return result + "}";
}

int NativeConverter::weight() const {
  switch (spec_.kind) {
    case Kind::integer:
    case Kind::real:
      return 50;
    case Kind::path:
      return 200;
    default:
      return 100;
  }
}

std::optional<Variable> NativeConverter::to_value(std::string_view text) const {
  switch (spec_.kind) {
    case Kind::integer:
      return integer_value(spec_, text);
    case Kind::real: {
      const double number = decimal_to_double(text);
      if (number < spec_.real_low || number > spec_.real_high) return std::nullopt;
      return Variable(number);
    }
    case Kind::uuid: {
      Uuid id;
      if (!Uuid::parse(text, id)) return std::nullopt;
      return Variable(id);
    }
    default:
      return Variable(text);
  }
}

UrlText NativeConverter::any_to_url(const Variable& value) const {
  if (value.string() &&
      std::find(spec_.items.begin(), spec_.items.end(), *value.string()) != spec_.items.end()) {
    return {*value.string(), {}, false};
  }
  std::vector<std::string> sorted = spec_.items;
  std::sort(sorted.begin(), sorted.end());
  std::string message = "'";
  message.append(value.str()).append("' is not one of ");
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    message.append(i == 0 ? "'" : ", '").append(sorted[i]).append("'");
  }
  return {{}, message, false};
}

UrlText NativeConverter::integer_to_url(const Variable& value) const {
  auto text = integer_text(value);
  if (!text) return wrong_value(value, "integer");
  if (text->size() < spec_.fixed_digits) {  // str.zfill: the sign stays in front
    const std::size_t sign = text->front() == '-' ? 1 : 0;
    text->insert(sign, spec_.fixed_digits - text->size(), '0');
  }
  return {*text, {}, false};
}

UrlText NativeConverter::to_url(const Variable& value) const {
  switch (spec_.kind) {
    case Kind::any:
      return any_to_url(value);
    case Kind::integer:
      return integer_to_url(value);
    case Kind::real: {
      const auto number = real_number(value);
      if (!number) return wrong_value(value, "number");
      return {float_url_text(*number), {}, false};
    }
    case Kind::uuid:
      return {value.str(), {}, false};
    default:
      return Converter::to_url(value);
  }
}

ConverterFactory native_factory(Kind kind) {
  return [kind](const ConverterArguments& arguments) -> std::unique_ptr<Converter> {
    return std::make_unique<NativeConverter>(make_spec(kind, arguments));
  };
}

}  // namespace retort::routing::detail
