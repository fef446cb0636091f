// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The name of a function given as a template argument: the endpoint of app.get<index>("/")
// is "index", as it is the function's name in Flask. A view that is wrapped by a class template keeps
// its name: that of `Wrapper<index>::decorated` is "index".

#include <string_view>

namespace retort::detail {

/// "index" for `index`, `blog::index` or `(anonymous namespace)::index`.
template <auto function>
consteval std::string_view function_name() {
  // GCC: "... [with auto function = blog::index; ...]"; Clang: "... [function = &blog::index]".
  std::string_view text = __PRETTY_FUNCTION__;
  constexpr std::string_view kMark = "function = ";
  text.remove_prefix(text.find(kMark) + kMark.size());
  text = text.substr(0, text.find_first_of(";]"));
  constexpr std::string_view kDecorated = ">::decorated";
  if (const auto end = text.find(kDecorated); end != text.npos) {
    text = text.substr(0, end);
    text.remove_prefix(text.rfind('<') + 1);
  }
  if (const auto colons = text.rfind("::"); colons != text.npos) text.remove_prefix(colons + 2);
  if (!text.empty() && text.front() == '&') text.remove_prefix(1);
  return text;
}

}  // namespace retort::detail
