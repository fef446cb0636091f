// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a choice field offers: values with labels, perhaps in groups. Written down with the field,
// given by a function for each form, or assigned to `choices` in a view.
//
//   {"cpp", "py"}                                   values that are their own labels
//   {{"cpp", "C++"}, {"py", "Python"}}
//   wtf::groups({{"Compiled", {{"cpp", "C++"}}}, {"Interpreted", {{"py", "Python"}}}})
//   [] { return std::vector<wtf::Choice<std::string>>{...}; }

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/reflect.h"
#include "retort/ext/wtf/detail/copyable_function.h"
#include "retort/ext/wtf/detail/definition.h"
#include "retort/ext/wtf/field.h"
#include "retort/value/convert.h"
#include "retort/value/value.h"

namespace retort::wtf {

namespace detail {

/// A choice's value as its <option> has it.
template <class T>
std::string choice_text(const T& value) {
  return to_value(value).str();
}

template <class T>
std::string choice_label(const T& value) {
  if constexpr (std::is_enum_v<T>) {
    return title_of(reflect::enum_name(value));
  } else {
    return choice_text(value);
  }
}

}  // namespace detail

template <class T>
struct Choice {
  T value;
  std::string label;
  Value render_kw = {};    ///< attributes of its <option>
  std::string group = {};  ///< by groups()

  template <class V, std::enable_if_t<std::is_convertible_v<V, T> && !std::is_same_v<std::decay_t<V>, Choice>,
                                      int> = 0>
  Choice(V&& own)
      : value(static_cast<T>(std::forward<V>(own))), label(detail::choice_label(value)) {}  // NOLINT
  Choice(T own, std::string_view text, Value attributes = {})
      : value(std::move(own)), label(text), render_kw(std::move(attributes)) {}
};

template <class T>
struct ChoiceGroup {
  std::string label;
  std::vector<Choice<T>> choices;
};

template <class T>
class Choices {
 public:
  using List = std::vector<Choice<T>>;

  /// Of an enum its enumerators; else nothing that could be chosen from (WTForms: None).
  Choices() {
    if constexpr (std::is_enum_v<T>) {
      for (const T value : reflect::enum_values<T>()) state_.own().list.push_back(value);
      state_.own().given = true;
    }
  }
  Choices(std::initializer_list<Choice<T>> choices) : Choices(List(choices)) {}
  Choices(List choices) : state_(State{std::move(choices), {}, true, false}) {}  // NOLINT: implicit by design
  /// A function that gives a List for each form.
  template <class F, std::enable_if_t<std::is_invocable_r_v<List, const F&>, int> = 0>
  Choices(F make) : state_(State{{}, std::move(make), true, false}) {}  // NOLINT

  /// Whether there is a list at all, be it empty.
  bool given() const { return state_->given; }
  bool grouped() const { return state_->grouped; }
  std::size_t size() const { return state_->list.size(); }
  bool empty() const { return size() == 0; }
  const Choice<T>* begin() const { return state_->list.data(); }
  const Choice<T>* end() const { return begin() + size(); }
  const Choice<T>& operator[](std::size_t i) const { return state_->list[i]; }

  // For the field.

  void set_grouped() { state_.own().grouped = true; }
  /// Asks the function, where there is one.
  void load() {
    if (state_->make) state_.own().list = state_->make();
  }
  void make_immortal() {
    for (Choice<T>& choice : state_.own().list) choice.render_kw.freeze();
    state_.make_immortal();
  }

 private:
  struct State {
    List list = {};
    detail::CopyableFunction<List()> make = {};
    bool given = false;
    bool grouped = false;
  };
  detail::Definition<State> state_;
};

/// Choices in groups, each an <optgroup>.
template <class T = std::string>
Choices<T> groups(const std::vector<ChoiceGroup<T>>& all) {
  std::vector<Choice<T>> list;
  for (const ChoiceGroup<T>& group : all) {
    for (Choice<T> choice : group.choices) {
      choice.group = group.label;
      list.push_back(std::move(choice));
    }
  }
  Choices<T> out(std::move(list));
  out.set_grouped();
  return out;
}

/// A choice as it is rendered, whatever its type. Borrows from the field.
struct ShownChoice {
  std::string value;
  std::string_view label;
  std::string_view group;
  const Value* render_kw;
  bool selected;
};

/// What a choice field offers, whatever its type: for widgets and templates.
class ShownChoices {
 public:
  virtual std::size_t choice_count() const = 0;
  /// Precondition: i < choice_count().
  virtual ShownChoice shown_choice(std::size_t i) const = 0;
  virtual bool has_groups() const = 0;

 protected:
  ~ShownChoices() = default;
};

}  // namespace retort::wtf
