// SPDX-License-Identifier: BSD-3-Clause
#include <memory>

#include <re2/re2.h>

#include "retort/app/scaffold.h"
#include "retort/base/text.h"
#include "retort/ext/wtf/detail/field_text.h"
#include "retort/ext/wtf/detail/python_pattern.h"
#include "retort/ext/wtf/field.h"
#include "retort/ext/wtf/validators.h"

namespace retort::wtf {

namespace {

// RE2's words for what it cannot do, and what the program's author may do about it.
std::string advice(const re2::RE2& compiled) {
  if (compiled.error_code() == re2::RE2::ErrorBadPerlOp)
    return " (RE2 has no look around; use two validators, or a function)";
  if (compiled.error_code() == re2::RE2::ErrorBadEscape) return " (RE2 has no back references)";
  return {};
}

std::shared_ptr<const re2::RE2> compile(std::string_view regex, const RegexpOptions& o) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  std::string flags;
  if (o.ignore_case) flags += 'i';
  if (o.multiline) flags += 'm';
  if (o.dotall) flags += 's';
  std::string pattern = o.ascii ? std::string(regex) : detail::re2_pattern(regex);
  if (!flags.empty()) pattern = "(?" + flags + ")" + pattern;
  auto compiled = std::make_shared<const re2::RE2>(pattern, options);
  if (!compiled->ok())
    throw SetupError("wtf::regexp: " + text::repr(regex) + ": " + compiled->error() + advice(*compiled));
  return compiled;
}

re2::RE2::Anchor anchor(RegexpMode mode) {
  if (mode == RegexpMode::search) return re2::RE2::UNANCHORED;
  return mode == RegexpMode::fullmatch ? re2::RE2::ANCHOR_BOTH : re2::RE2::ANCHOR_START;
}

}  // namespace

Validator regexp(std::string_view regex, Message message) {
  return regexp(regex, RegexpOptions{.message = std::move(message)});
}

Validator regexp(std::string_view regex, RegexpOptions options) {
  Flags flags;
  if (!options.html_pattern.empty()) flags.set("pattern", std::string_view(options.html_pattern));
  return {[compiled = compile(regex, options), where = anchor(options.mode),
           message = std::move(options.message)](const Field& field) {
            const bool matches = detail::with_text(field, [&](std::string_view text) {
              return compiled->Match(re2::StringPiece(text.data(), text.size()), 0, text.size(), where,
                                     nullptr, 0);
            });
            if (matches) return;
            throw ValidationError(message ? *message : field.gettext("Invalid input."));
          },
          std::move(flags)};
}

}  // namespace retort::wtf
