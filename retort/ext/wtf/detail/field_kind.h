// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What each kind of field says of itself, in as many words as it takes. For sources.

#include <memory>

#include "retort/base/owned.h"
#include "retort/ext/wtf/field.h"
#include "retort/ext/wtf/widget.h"

namespace retort::wtf::detail {

template <class F>
Owned<Field> copy_of(const F& field) {
  return std::make_unique<F>(field);
}

/// A widget that needs to be told nothing; one for all.
template <class W>
const Widget& widget_of() {
  static const W widget;
  return widget;
}

}  // namespace retort::wtf::detail
