// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "retort/app/scaffold.h"
#include "retort/ext/wtf/detail/messages.h"
#include "retort/ext/wtf/file_fields.h"
#include "retort/ext/wtf/validators.h"
#include "retort/message/files.h"
#include "retort/value/unicode.h"

namespace retort::wtf {

namespace {

using detail::fill_braces;
using detail::message_of;

std::string lower(std::string_view text) {
  std::string out;
  unicode::append_lower(out, text);
  return out;
}

}  // namespace

Validator file_required(Message message) {
  return {[message = std::move(message)](const FileField& field) {
            if (field.all().empty())
              throw StopValidation(message_of(message, field, "This field is required."));
          },
          {{"required", true}}};
}

Validator file_allowed(std::vector<std::string> extensions, Message message) {
  if (extensions.empty())
    throw SetupError("wtf::file_allowed: say which extensions: file_allowed({\"png\", \"jpg\"})");
  return [extensions = std::move(extensions), message = std::move(message)](const FileField& field) {
    for (const FileStorage* file : field.all()) {
      const std::string name = lower(file->filename);
      if (std::any_of(extensions.begin(), extensions.end(),
                      [&name](const std::string& extension) { return name.ends_with("." + extension); })) {
        continue;
      }
      throw StopValidation(
          message ? *message
                  : fill_braces(field.gettext("File does not have an approved extension: {extensions}"),
                                {{"extensions", detail::joined(extensions)}}));
    }
  };
}

Validator file_size(std::uint64_t max_size, std::uint64_t min_size, Message message) {
  if (min_size > max_size) throw SetupError("wtf::file_size: min_size cannot be more than max_size");
  return [max_size, min_size, message = std::move(message)](const FileField& field) {
    for (const FileStorage* file : field.all()) {
      if (file->size() >= min_size && file->size() <= max_size) continue;
      throw ValidationError(
          message ? *message
                  : fill_braces(
                        field.gettext("File must be between {min_size} and {max_size} bytes."),
                        {{"min_size", std::to_string(min_size)}, {"max_size", std::to_string(max_size)}}));
    }
  };
}

}  // namespace retort::wtf
