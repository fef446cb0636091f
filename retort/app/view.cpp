// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/view.h"

namespace retort {

View::View(const Type& type, void (*function)())
    : call_(type.call),
      function_(function),
      variables_(type.variables),
      variable_count_(type.variable_count) {}

View::View(View&& o) noexcept { *this = std::move(o); }

View& View::operator=(View&& o) noexcept {
  std::swap(call_, o.call_);
  std::swap(function_, o.function_);
  std::swap(object_, o.object_);
  std::swap(destroy_, o.destroy_);
  std::swap(variables_, o.variables_);
  std::swap(variable_count_, o.variable_count_);
  return *this;
}

View::~View() {
  if (destroy_) destroy_(object_);
}

}  // namespace retort
