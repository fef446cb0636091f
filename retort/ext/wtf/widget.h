// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Widget: what renders a field as HTML (WTForms: widgets). The ones that WTForms has are in
// retort/ext/wtf/widgets.h; a program's own is a function, or a class derived from this.
// Widgets belong to a form's definition: all workers call them at once.

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/ext/wtf/detail/copyable_function.h"
#include "retort/ext/wtf/flags.h"
#include "retort/ext/wtf/html.h"
#include "retort/value/markup.h"

namespace retort::wtf {

class Field;

class Widget {
 public:
  virtual ~Widget() = default;
  /// Appends the field's HTML. `attributes` are what the call of the field passed, and then what
  /// its render_kw says.
  virtual void render(std::string& out, const Field& field, Attributes attributes) const = 0;
  /// The same as a text of its own.
  Markup operator()(const Field& field, Attributes attributes = {}) const;
  /// The type of an input; "" for what is none.
  virtual std::string_view input_type() const { return {}; }
  /// What it says of the field.
  virtual const Flags* field_flags() const { return nullptr; }
};

/// A widget of a field's own: a Widget, or a function that takes the field and the attributes and
/// returns Markup. Copies with the field.
class OwnWidget {
 public:
  OwnWidget() = default;
  template <class W, class D = std::decay_t<W>, std::enable_if_t<std::is_base_of_v<Widget, D>, int> = 0>
  OwnWidget(W widget)  // NOLINT: implicit by design
      : get_([widget = std::move(widget)]() -> const Widget& { return widget; }) {}
  template <class F, class D = std::decay_t<F>,
            std::enable_if_t<!std::is_base_of_v<Widget, D> &&
                                 std::is_invocable_r_v<Markup, const D&, const Field&, Attributes>,
                             int> = 0>
  OwnWidget(F function)  // NOLINT
      : OwnWidget(FunctionWidget(std::move(function))) {}

  /// Null without one.
  const Widget* get() const { return get_ ? &get_() : nullptr; }

 private:
  using Function = detail::CopyableFunction<Markup(const Field&, Attributes)>;
  class FunctionWidget final : public Widget {
   public:
    explicit FunctionWidget(Function function) : function_(std::move(function)) {}
    void render(std::string& out, const Field& field, Attributes attributes) const override {
      out += function_(field, std::move(attributes)).view();
    }

   private:
    Function function_;
  };

  detail::CopyableFunction<const Widget&()> get_;
};

}  // namespace retort::wtf
