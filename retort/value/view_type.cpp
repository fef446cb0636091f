// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/view_type.h"

namespace retort {

Value ViewType::attribute(const void*, std::string_view) const { return {}; }
Value ViewType::item(const void*, const Value&) const { return {}; }
bool ViewType::length(const void*, std::size_t&) const { return false; }
Owned<ValueIterator> ViewType::iterate(const void*) const { return nullptr; }

}  // namespace retort
