// SPDX-License-Identifier: BSD-3-Clause
// copy_current_request_context: a request that owns its texts.
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "retort/app/app.h"
#include "retort/app/detail/app_impl.h"
#include "retort/app/globals.h"
#include "retort/app/kept_context.h"
#include "retort/app/session.h"
#include "retort/app/signals.h"
#include "retort/fiber/context.h"
#include "retort/http/field_view.h"
#include "retort/http/request_head.h"
#include "retort/http/url.h"
#include "retort/message/request.h"

namespace retort::detail {
namespace {

/// What is left of a connection: its addresses.
class CopiedTransport final : public Transport {
 public:
  explicit CopiedTransport(const Transport& from)
      : remote_addr_(from.remote_addr()),
        server_addr_(from.server_addr()),
        remote_port_(from.remote_port()),
        server_port_(from.server_port()),
        secure_(from.secure()) {}
  std::size_t read_body(char*, std::size_t) override { return 0; }
  std::string_view remote_addr() const override { return remote_addr_; }
  std::uint16_t remote_port() const override { return remote_port_; }
  std::string_view server_addr() const override { return server_addr_; }
  std::uint16_t server_port() const override { return server_port_; }
  bool secure() const override { return secure_; }

 private:
  std::string remote_addr_, server_addr_;
  std::uint16_t remote_port_, server_port_;
  bool secure_;
};

bool is_form(const Request& request) {
  const std::string_view type = request.mimetype();
  return type == "application/x-www-form-urlencoded" || type == "multipart/form-data";
}

}  // namespace

class RequestCopy {
 public:
  explicit RequestCopy(Context& from);

  App& app;
  Request request;
  std::optional<Context> context;  // while a scope lasts
  Owned<Session> session;          // between scopes
  std::optional<Value> view_args;  // where they were asked for, and may have been changed

 private:
  void copy_head(const Request& original, bool form);
  std::string_view keep(std::string_view text) { return texts_.emplace_back(text); }

  CopiedTransport transport_;
  http::RequestHead head_;
  std::string body_;
  std::deque<std::string> texts_;  // do not move
  std::vector<http::HeaderField> fields_;
};

RequestCopy::RequestCopy(Context& from) : app(from.app()), transport_(from.request().transport()) {
  const Request& original = from.request();
  const bool form = is_form(original);
  if (form) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const auto& [name, value] : original.form->items(true)) pairs.emplace_back(name, value);
    body_ = http::urlencode(pairs);
  } else {
    body_ = original.get_data();
  }
  copy_head(original, form);
  request.reset(head_, body_, true, transport_);
  // What wrappers made of the request on its way here.
  request.copy_forwarded(original);
  request.method = keep(original.method);
  request.root_path = keep(original.root_path);
  request.path = keep(original.path);
  request.query_string = keep(original.query_string);
  request.remote_user = keep(original.remote_user);
  request.on_json_loading_failed = original.on_json_loading_failed;
  app.impl().set_json_loads(request);
  // The fields of a form have passed the limits; in another encoding they may be longer.
  request.max_content_length = form ? std::nullopt : original.max_content_length;
  request.max_form_memory_size = form ? UINT64_MAX : original.max_form_memory_size;
  request.max_form_parts = form ? SIZE_MAX : original.max_form_parts;
  if (original.has_view_args()) view_args = original.view_args->deep_copy();
  session = from.session().copy();  // a use of it: what the copy reads may be answered
}

void RequestCopy::copy_head(const Request& original, bool form) {
  head_ = original.head();
  head_.method = keep(head_.method);
  head_.target = keep(head_.target);
  for (const http::HeaderField& field : original.headers) {
    const bool replaced = form && http::iequals(field.name, "Content-Type");
    const std::string_view value =
        replaced ? std::string_view("application/x-www-form-urlencoded") : field.value;
    fields_.push_back({keep(field.name), keep(value)});
  }
  head_.fields = fields_.data();
  head_.field_count = fields_.size();
  for (const http::HeaderField& field : fields_) {
    if (http::iequals(field.name, "Host")) head_.host = field.value;
  }
  head_.framing = body_.empty() ? http::Framing::none : http::Framing::content_length;
  head_.content_length = body_.size();
}

RequestCopy* copy_request() { return new RequestCopy(request_context_or_throw()); }

RequestCopyScope::RequestCopyScope(RequestCopy& copy) : copy_(copy), previous_(fiber::context()) {
  try {
    Context& context = copy.context.emplace(copy.app, copy.request);
    context.swap_session(copy.session);
    copy.app.impl().match(context);
    if (copy.view_args) copy.request.set_view_args(copy.view_args->deep_copy());
    fiber::context() = &context;
    appcontext_pushed.send(copy.app);
  } catch (...) {
    leave();
    throw;
  }
}

RequestCopyScope::~RequestCopyScope() {
  copy_.app.impl().teardown(*copy_.context, error_);
  leave();
}

void RequestCopyScope::leave() {
  fiber::context() = previous_;
  if (copy_.context) copy_.context->swap_session(copy_.session);
  copy_.context.reset();
}

void delete_request_copy(RequestCopy* copy) { delete copy; }

}  // namespace retort::detail
