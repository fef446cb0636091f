// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Messages for the next page that a user sees (Flask: message flashing). They wait in the
// session until something reads them.

#include <string>
#include <string_view>
#include <vector>

#include "retort/value/value.h"

namespace retort {

class Context;

/// Keeps a message, text or Markup, for the next request that asks for them. Categories are
/// free; "message", "error", "info" and "warning" are the usual ones.
void flash(const Value& message, std::string_view category = "message");

struct FlashedMessagesOptions {
  bool with_categories = false;                   ///< (category, message) tuples instead of messages
  std::vector<std::string> category_filter = {};  ///< only these, when there are any
};

/// Takes the messages out of the session: a list. Asked again in the same request, it gives
/// the same ones.
Value get_flashed_messages(const FlashedMessagesOptions& options = {});
/// The same for a context at hand: what templates call.
Value get_flashed_messages(Context& context, const FlashedMessagesOptions& options);

}  // namespace retort
