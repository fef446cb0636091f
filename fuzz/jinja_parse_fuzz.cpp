// SPDX-License-Identifier: BSD-3-Clause
// Template source from anywhere: it is parsed or refused at a line that it has. The first
// byte chooses the syntax.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "retort/jinja/detail/parser.h"
#include "retort/jinja/extension.h"
#include "retort/jinja/i18n.h"

namespace {

using namespace retort::jinja;

Syntax choose_syntax(std::uint8_t choice) {
  Syntax syntax;
  syntax.trim_blocks = (choice & 1) != 0;
  syntax.lstrip_blocks = (choice & 2) != 0;
  if (choice & 4) syntax.line_statement_prefix = "%";
  if (choice & 8) syntax.line_comment_prefix = "##";
  if (choice & 16) syntax.newline_sequence = "\r\n";
  if (choice & 32) {
    syntax.block_start = "<%";
    syntax.block_end = syntax.variable_end = "%>";
    syntax.variable_start = "<%=";
    syntax.comment_start = "<!--";
    syntax.comment_end = "-->";
  }
  syntax.keep_trailing_newline = (choice & 64) != 0;
  return syntax;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto loops = loop_controls_extension();
  const auto statement = do_extension();
  const auto trans = i18n_extension({(data[0] & 1) != 0, (data[0] & 2) != 0});
  const std::vector<const Extension*> extensions = {loops.get(), statement.get(), trans.get()};
  const Syntax syntax = choose_syntax(data[0]);
  const std::string_view source(reinterpret_cast<const char*>(data) + 1, size - 1);
  ParseOptions options;
  options.syntax = &syntax;
  options.extensions = &extensions;
  try {
    if (data[0] & 128) {
      parse_expression(source, options);
    } else {
      parse(source, options);
    }
  } catch (const TemplateSyntaxError& e) {
    const auto lines =
        std::count(source.begin(), source.end(), '\n') + std::count(source.begin(), source.end(), '\r');
    if (e.line() < 1 || e.line() > lines + 1) std::abort();
  }
  return 0;
}
