// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// ProxyFix: takes what proxies in front of the app say of the client from the X-Forwarded
// fields (werkzeug.middleware.proxy_fix). Only for an app that can be reached through its
// proxies alone: say how many of them set each field, no more; a client can send the rest.
//
//   app.wrap<ProxyFix>(ProxyFixOptions{.x_for = 1, .x_proto = 1, .x_host = 1, .x_prefix = 1});

#include "retort/message/handler.h"

namespace retort {

/// How many proxies set each field; 0: it is not looked at.
struct ProxyFixOptions {
  int x_for = 1;     ///< X-Forwarded-For: remote_addr
  int x_proto = 1;   ///< X-Forwarded-Proto: scheme
  int x_host = 0;    ///< X-Forwarded-Host: host
  int x_port = 0;    ///< X-Forwarded-Port: the host's port
  int x_prefix = 0;  ///< X-Forwarded-Prefix: root_path
};

class ProxyFix final : public Handler {
 public:
  explicit ProxyFix(Handler& next, ProxyFixOptions options = {}) : next_(next), options_(options) {}
  void handle(Request& request, Response& response) override;

 private:
  Handler& next_;
  ProxyFixOptions options_;
};

}  // namespace retort
