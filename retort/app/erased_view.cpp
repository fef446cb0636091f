// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/erased_view.h"

namespace retort::detail {

ErasedView::ErasedView(const Type& type, void (*function)())
    : call_(type.call),
      function_(function),
      variables_(type.variables),
      variable_count_(type.variable_count) {}

ErasedView::ErasedView(const Type& type, void* object, void (*destroy)(void*))
    : call_(type.call),
      object_(object),
      destroy_(destroy),
      variables_(type.variables),
      variable_count_(type.variable_count) {}

ErasedView::ErasedView(ErasedView&& o) noexcept { *this = std::move(o); }

ErasedView& ErasedView::operator=(ErasedView&& o) noexcept {
  std::swap(call_, o.call_);
  std::swap(function_, o.function_);
  std::swap(object_, o.object_);
  std::swap(destroy_, o.destroy_);
  std::swap(variables_, o.variables_);
  std::swap(variable_count_, o.variable_count_);
  return *this;
}

ErasedView::~ErasedView() {
  if (destroy_) destroy_(object_);
}

}  // namespace retort::detail
