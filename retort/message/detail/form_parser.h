// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Reads a form's body as it comes into fields and files (Werkzeug: FormDataParser).

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "retort/base/function.h"
#include "retort/http/multidict.h"
#include "retort/message/files.h"

namespace retort::detail {

struct FormLimits {
  std::uint64_t memory = 500'000;  ///< of all fields
  std::size_t parts = 1000;        ///< of a multipart body
  RunBlocking blocking = nullptr;  ///< runs what writes files to the disk
};

/// `here` (not copied) is the beginning, `read` gives the next bytes, 0 at the end. A body that
/// is malformed gives neither fields nor files, as in Werkzeug. Throws RequestEntityTooLarge
/// above a limit, and what `read` throws.
void parse_multipart(std::string_view here, const Function<std::size_t(char*, std::size_t)>& read,
                     std::string_view boundary, const FormLimits& limits, http::MultiDict& form,
                     Files& files);

/// An urlencoded body: `here` (not copied), then what `read` gives. Its bytes are held against
/// `limits.memory`. As in Werkzeug `limits.parts` does not lower the number of its fields:
/// it is bounded by 10,000, or by `limits.parts` where that is more. Throws as parse_multipart
/// does, and then leaves `form` as it was.
void parse_urlencoded(std::string_view here, const Function<std::size_t(char*, std::size_t)>& read,
                      const FormLimits& limits, http::MultiDict& form);

}  // namespace retort::detail
