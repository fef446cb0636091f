// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/flash.h"

#include <algorithm>

#include "retort/app/context.h"
#include "retort/app/globals.h"
#include "retort/app/session.h"
#include "retort/app/signals.h"

namespace retort {
namespace {

bool passes(const Value& category, const std::vector<std::string>& filter) {
  if (filter.empty()) return true;
  return category.is_string() &&
         std::find(filter.begin(), filter.end(), category.as_string()) != filter.end();
}

}  // namespace

void flash(const Value& message, std::string_view category) {
  Context& context = detail::request_context_or_throw();
  Session& session = context.session();
  const Value* kept = session.data().find("_flashes");
  Value flashes = kept && kept->is_list() ? *kept : Value::list();
  flashes.push_back(Value::tuple({category, message}));
  session.set("_flashes", flashes);
  message_flashed.send(context.app(), message.str(), category);
}

Value get_flashed_messages(const FlashedMessagesOptions& options) {
  return get_flashed_messages(detail::request_context_or_throw(), options);
}

Value get_flashed_messages(Context& context, const FlashedMessagesOptions& options) {
  Session& session = context.session();
  Value& flashes = session.taken_flashes();
  if (flashes.is_undefined())
    flashes = session.contains("_flashes") ? session.pop("_flashes") : Value::list();
  Value out = Value::list();
  if (!flashes.is_list()) return out;
  for (const Value& flash : flashes.items()) {
    if (!flash.is_sequence() || flash.items().size() != 2 ||
        !passes(flash.items()[0], options.category_filter))
      continue;
    out.push_back(options.with_categories ? Value::tuple(flash.items()) : flash.items()[1]);
  }
  return out;
}

}  // namespace retort
