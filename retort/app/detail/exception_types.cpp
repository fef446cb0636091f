// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/detail/exception_types.h"

#include <algorithm>
#include <cstdlib>

#include <cxxabi.h>

namespace retort::detail {

std::vector<const std::type_info*> class_and_bases(const std::type_info& type) {
  std::vector<const std::type_info*> out{&type};
  const auto add = [&](const std::type_info* base) {
    const auto same = [&](const std::type_info* known) { return *known == *base; };
    if (std::none_of(out.begin(), out.end(), same)) out.push_back(base);
  };
  // The Itanium C++ ABI, 2.9.5: how a class's type_info names its bases.
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (const auto* single = dynamic_cast<const abi::__si_class_type_info*>(out[i])) {
      add(single->__base_type);
    } else if (const auto* several = dynamic_cast<const abi::__vmi_class_type_info*>(out[i])) {
      for (unsigned k = 0; k < several->__base_count; ++k) {
        const abi::__base_class_type_info& base = several->__base_info[k];
        if (base.__offset_flags & abi::__base_class_type_info::__public_mask) add(base.__base_type);
      }
    }
  }
  return out;
}

std::string demangled(const std::type_info& type) {
  int status = 0;
  char* text = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
  std::string out = status == 0 ? text : type.name();
  std::free(text);
  return out;
}

}  // namespace retort::detail
