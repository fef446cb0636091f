// SPDX-License-Identifier: BSD-3-Clause
// copy_current_request_context: a request that owns its texts.
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
  std::optional<Value> session;    // what it held, where it was open

 private:
  void add_field(std::string_view name, std::string_view value) {
    texts_.emplace_back(name);
    texts_.emplace_back(value);
  }

  CopiedTransport transport_;
  http::RequestHead head_;
  std::string method_, target_, root_path_, body_;
  std::vector<std::string> texts_;  // names and values of the fields, in turns
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
  head_ = original.head();
  method_ = head_.method;
  target_ = head_.target;
  head_.method = method_;
  head_.target = target_;
  for (const http::HeaderField& field : original.headers) {
    const bool replaced = form && http::iequals(field.name, "Content-Type");
    add_field(field.name, replaced ? std::string_view("application/x-www-form-urlencoded") : field.value);
  }
  for (std::size_t i = 0; i < texts_.size(); i += 2) fields_.push_back({texts_[i], texts_[i + 1]});
  head_.fields = fields_.data();
  head_.field_count = fields_.size();
  for (const http::HeaderField& field : fields_) {
    if (http::iequals(field.name, "Host")) head_.host = field.value;
  }
  head_.framing = body_.empty() ? http::Framing::none : http::Framing::content_length;
  head_.content_length = body_.size();
  request.reset(head_, body_, true, transport_);
  if (const Session* opened = from.opened_session()) session = opened->data().deep_copy();
  root_path_ = original.root_path;
  if (!root_path_.empty()) request.mount(root_path_);
}

RequestCopy* copy_request() { return new RequestCopy(request_context_or_throw()); }

RequestCopyScope::RequestCopyScope(RequestCopy& copy) : copy_(copy), previous_(fiber::context()) {
  Context& context = copy.context.emplace(copy.app, copy.request);
  if (copy.session) context.set_session(Owned<Session>(new Session(copy.session->deep_copy())));
  copy.app.impl().match(context);
  fiber::context() = &context;
  appcontext_pushed.send(copy.app);
}

RequestCopyScope::~RequestCopyScope() {
  copy_.app.impl().teardown(*copy_.context, nullptr);
  copy_.context.reset();
  fiber::context() = previous_;
}

void delete_request_copy(RequestCopy* copy) { delete copy; }

}  // namespace retort::detail
