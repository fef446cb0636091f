// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The app that the attacks of csrf_*_test.cpp are tried on, and its visitors.

#include <string>
#include <string_view>
#include <utility>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/session.h"
#include "retort/ext/wtf/csrf.h"
#include "retort/message/response.h"
#include "retort/testing/client.h"

namespace retort {

/// Transfers count up `transfers`; that none came through is what most attacks are checked by.
struct CsrfShop {
  CsrfShop() {
    app.config["SECRET_KEY"] = "dev";
    csrf.init_app(app);
    app.get("/token", [] { return wtf::generate_csrf(); });
    app.route("/transfer", "transfer", [this] { return std::to_string(++transfers); }, {GET, POST});
    app.post("/login", "login", [] {
      session["user"] = request->form["user"];
      return std::string("hello");
    });
    app.get("/who", [] { return session.get("user", "nobody"); });
  }

  wtf::CSRFProtect csrf;
  App app{"shop"};
  int transfers = 0;
};

/// A browser with a session of its own.
struct Visitor {
  explicit Visitor(CsrfShop& shop) : client(shop.app) {}
  Visitor(CsrfShop& shop, TestClientOptions options) : client(shop.app, std::move(options)) {}

  std::string token() { return client.get("/token").data; }
  int transfer(const TestRequest& request) { return client.post("/transfer", request).status_code; }
  int transfer_with(std::string_view token) {
    return transfer({.form = {{"csrf_token", std::string(token)}}});
  }
  /// Why a transfer is refused, in the error page's words; "" when it is not.
  std::string refusal(const TestRequest& request) {
    const TestResponse answer = client.post("/transfer", request);
    if (answer.status_code == 200) return "";
    const auto begin = answer.data.find("<p>") + 3;
    return answer.data.substr(begin, answer.data.find("</p>") - begin);
  }

  TestClient client;
};

}  // namespace retort
