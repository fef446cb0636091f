// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// FieldOf<T>: a field whose data is a T, and what it is made with: a default and filters of that
// type. A program's own kind of field derives from it and says type(), process_formdata and
// value_text.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/ext/wtf/field.h"
#include "retort/value/convert.h"
#include "retort/value/value.h"

namespace retort::wtf {

namespace detail {

template <class T>
inline constexpr bool kIsList = false;
template <class T>
inline constexpr bool kIsList<std::vector<T>> = true;

/// Whether a function's parameter is a std::optional<T>, which a T would convert to as well.
template <class F, class T>
constexpr bool takes_optional() {
  if constexpr (PlainFunction<F>) {
    return std::is_same_v<std::remove_cvref_t<typename Parameters<F>::first>, std::optional<T>>;
  } else {
    return false;
  }
}

// Text, lists and bool have a natural empty value; others are absent as an optional.
template <class T>
inline constexpr bool kHasEmpty = std::is_same_v<T, std::string> || std::is_same_v<T, bool> || kIsList<T>;

}  // namespace detail

/// A change to a field's data on its way in (WTForms: filters): a function from T to T, which is not
/// called without data, or from std::optional<T> to it, which always is.
template <class T>
class Filter {
 public:
  template <class F, class D = std::decay_t<F>,
            std::enable_if_t<!std::is_same_v<D, Filter> && (std::is_invocable_v<const D&, T> ||
                                                            std::is_invocable_v<const D&, std::optional<T>>),
                             int> = 0>
  Filter(F f) {  // NOLINT: implicit by design
    if constexpr (detail::takes_optional<D, T>()) {
      call_ = [f = std::move(f)](std::optional<T> data) -> std::optional<T> { return f(std::move(data)); };
    } else {
      call_ = [f = std::move(f)](std::optional<T> data) -> std::optional<T> {
        if (!data) return data;
        return f(*std::move(data));
      };
    }
  }
  std::optional<T> operator()(std::optional<T> data) const { return call_(std::move(data)); }

 private:
  detail::CopyableFunction<std::optional<T>(std::optional<T>)> call_;
};

/// {strip, to_lower}. A class of its own, as GCC 12 cannot have a vector here in an aggregate that is a
/// template.
template <class T>
class Filters {
 public:
  Filters() {}
  Filters(std::initializer_list<Filter<T>> filters) : list_(filters) {}
  bool empty() const { return list_.empty(); }
  const Filter<T>* begin() const { return list_.data(); }
  const Filter<T>* end() const { return list_.data() + list_.size(); }

 private:
  std::vector<Filter<T>> list_;
};

/// A field's default: a T, or a function that gives one for each form.
template <class T>
class Default {
 public:
  Default() {}
  template <class V, class D = std::decay_t<V>,
            std::enable_if_t<!std::is_same_v<D, Default> &&
                                 (std::is_convertible_v<V, T> || std::is_invocable_v<const D&>),
                             int> = 0>
  Default(V value) {                                // NOLINT: implicit by design
    if constexpr (std::is_invocable_v<const D&>) {  // asked first: a lambda converts to bool
      get_ = [f = std::move(value)] { return std::optional<T>(f()); };
    } else {
      get_ = [value = static_cast<T>(std::move(value))] { return std::optional<T>(value); };
    }
  }
  std::optional<T> get() const { return get_ ? get_() : std::optional<T>(); }

 private:
  detail::CopyableFunction<std::optional<T>()> get_;
};

/// What a field of T may be made with.
template <class T>
struct OptionsOf {
  Default<T> default_ = {};
  std::string description = {};
  Filters<T> filters = {};
  Value render_kw = {};   ///< attributes for its tag: Value::dict({{"rows", 5}})
  std::string id = {};    ///< in place of its name
  std::string name = {};  ///< in the request, in place of its member's
  OwnWidget widget = {};
};

template <class T>
class FieldOf : public Field {
 public:
  /// Empty text, an empty list and false where there is none; else an empty optional.
  using Data = std::conditional_t<detail::kHasEmpty<T>, T, std::optional<T>>;
  Data data{};

  /// Whether anything was sent, or came from an object, or was assigned.
  bool has_data() const {
    if constexpr (std::is_same_v<T, bool>) {
      return true;
    } else if constexpr (detail::kHasEmpty<T>) {
      return set_ || !data.empty();
    } else {
      return data.has_value();
    }
  }
  /// Precondition: has_data().
  const T& value() const {
    if constexpr (detail::kHasEmpty<T>) {
      return data;
    } else {
      return *data;
    }
  }
  Value data_value() const override { return has_data() ? to_value(value()) : Value(nullptr); }

 protected:
  template <class Options>
  FieldOf(LabelText label, std::vector<Validator> validators, Options options)
      : Field({.label = std::move(label.text()),
               .validators = std::move(validators),
               .description = std::move(options.description),
               .render_kw = std::move(options.render_kw),
               .id = std::move(options.id),
               .name = std::move(options.name),
               .widget = std::move(options.widget)}),
        own_({std::move(options.default_), std::move(options.filters)}) {}

  void put(T value) {
    data = std::move(value);
    set_ = true;
  }
  void put_none() {
    data = Data{};
    set_ = false;
  }
  void put(std::optional<T> value) {
    if (value) return put(*std::move(value));
    put_none();
  }

  void process_data(const Value& value) override {
    T read{};
    FieldErrors errors_found;
    if (value.is_none() || value.is_undefined() || !from_value(value, read, errors_found)) return put_none();
    put(std::move(read));
  }
  Value default_value() const override {
    const std::optional<T> value = own_->default_.get();
    return value ? to_value(*value) : Value(nullptr);
  }
  void run_filters() override {
    if (own_->filters.empty()) return;
    std::optional<T> held;
    if (has_data()) held = value();
    for (const Filter<T>& filter : own_->filters) held = filter(std::move(held));
    put(std::move(held));
  }
  void define(std::string_view name, bool immortal) override {
    Field::define(name, immortal);
    if (immortal) own_.make_immortal();
  }

 private:
  struct Own {
    Default<T> default_ = {};
    Filters<T> filters = {};
  };
  detail::Definition<Own> own_;
  bool set_ = false;  // `data` is empty because that is what there is
};

}  // namespace retort::wtf
