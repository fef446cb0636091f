// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Reads a multipart body as it comes into fields and files (Werkzeug: FormDataParser).

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "retort/base/function.h"
#include "retort/http/multidict.h"
#include "retort/message/files.h"

namespace retort::detail {

struct FormLimits {
  std::uint64_t memory = 500'000;  ///< of all fields
  std::size_t parts = 1000;
};

/// `read` gives the next bytes, 0 at the end. A body that is malformed gives neither fields
/// nor files, as in Werkzeug. Throws RequestEntityTooLarge above a limit, and what `read` throws.
void parse_multipart(const Function<std::size_t(char*, std::size_t)>& read, std::string_view boundary,
                     const FormLimits& limits, http::MultiDict& form, Files& files);

}  // namespace retort::detail
