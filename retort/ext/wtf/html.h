// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// HTML attributes from keyword arguments (WTForms: html_params), and what widgets gather them
// in. Values are escaped, and a name that could end its tag or begin another attribute is a
// ValueError: names come from templates, and from there perhaps from outside. Value types.

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "retort/value/markup.h"
#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort::wtf {

/// A widget's keyword arguments: `class_` is class (underscores at the end are there for the
/// programming language's sake), `data_x_y` and `aria_x_y` are data-x-y and aria-x-y.
/// Names are borrowed: they must outlive it, as those of a call and of a literal do.
class Attributes {
 public:
  Attributes() { attributes_.reserve(kUsual); }
  /// What a template's call passes by name.
  explicit Attributes(ValueSpan<Value::Member> named);

  /// Sets it, whatever it was.
  void set(std::string_view name, Value value);
  /// Sets it where it is not there yet (dict.setdefault).
  void set_default(std::string_view name, Value value);
  /// Each entry of a dict (`render_kw`) that is not there yet. `defaults` lends its keys.
  void set_defaults(const Value& defaults);
  void set_defaults(const Value&& defaults) = delete;  // names from a temporary
  /// Null when it is not there.
  const Value* find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name) != nullptr; }
  /// Takes it out; false when it is not there.
  bool erase(std::string_view name);
  bool empty() const { return attributes_.empty(); }

  /// Appends ` name="value"` for each, a space before each, in the order of names: true as the
  /// bare name, false not at all, anything else escaped. ValueError for a name that is empty
  /// or has white space, a control character or one of "'<>/= in it.
  void append_to(std::string& out);

 private:
  struct Attribute {
    std::string_view name;  // without underscores at its end
    bool dashed;            // its underscores stand for hyphens
    Value value;
  };
  static constexpr std::size_t kUsual = 12;

  static Attribute make(std::string_view name, Value value);
  Attribute* at(std::string_view name);

  std::vector<Attribute> attributes_;
};

/// `html_params({{"class_", "text"}, {"checked", true}})`: `checked class="text"`. Its order is that of
/// the cleaned names.
Markup html_params(std::initializer_list<Value::Member> attributes);

/// Appends `<label for="field_id" ...>text</label>`; without a `for` where field_id is empty.
/// `attributes` may say `for` or `for_` itself.
void append_label(std::string& out, std::string_view field_id, const Value& text, Attributes attributes);

}  // namespace retort::wtf
