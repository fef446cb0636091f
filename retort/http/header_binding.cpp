// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/header_binding.h"

#include "retort/http/headers.h"

namespace retort::http {

std::string_view HeaderBinding::read() const { return headers_ ? headers_->get(name_, "") : ""; }

void HeaderBinding::write(std::string_view value) const {
  if (!headers_) return;
  if (value.empty()) {
    headers_->remove(name_);
  } else {
    headers_->set(name_, value);
  }
}

}  // namespace retort::http
