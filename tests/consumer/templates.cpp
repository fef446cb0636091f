// SPDX-License-Identifier: BSD-3-Clause
// A program outside of the tree that wants the template engine alone.
#include <cstdio>
#include <string>

#include <retort/jinja/environment.h>

int main() {
  retort::jinja::Environment environment;
  const std::string text = environment.from_string("Hello, {{ name|upper }}!").render({{"name", "you"}});
  std::puts(text.c_str());
  return text == "Hello, YOU!" ? 0 : 1;
}
