// SPDX-License-Identifier: BSD-3-Clause
// Sessions, flashed messages, signing, password hashes.
#include <algorithm>

#include "kitchen.h"
#include <retort/app/flash.h>
#include <retort/app/session.h>
#include <retort/base/civil_time.h>
#include <retort/crypto/password.h>
#include <retort/signing/serializer.h>

using namespace retort;

namespace {

Value read() {
  return Value::dict({{"session", session->data()}, {"permanent", session.get("_permanent", false)}});
}

Value set() {
  for (const auto& [key, value] : request->args->items()) session[key] = std::string(value);
  return Value::dict({{"modified", session.modified()}, {"accessed", session->accessed()}});
}

Value pop() {
  const Value popped = session.pop("user", nullptr);
  std::vector<std::string> left;
  for (const Value::Entry& entry : session) left.emplace_back(entry.key.as_string());
  std::sort(left.begin(), left.end());
  return Value::dict({{"popped", popped}, {"left", to_value(left)}});
}

const char* clear() {
  session.clear();
  return "cleared";
}

const char* permanent() {
  session.permanent(true);
  session["kept"] = true;
  return session.permanent() ? "True" : "False";
}

const char* tagged() {
  session["tuple"] = Value::tuple({1, "two", Value::tuple({3})});
  session["bytes"] = Value::bytes(std::string_view("\0\xff", 2));
  session["markup"] = Markup("<b>bold</b>");
  Uuid uuid;
  Uuid::parse("a8098c1a-f86e-11da-bd1a-00112444be1e", uuid);
  session["uuid"] = uuid;
  session["date"] = DateTime{.year = 2026,
                             .month = 2,
                             .day = 20,
                             .hour = 12,
                             .minute = 30,
                             .second = 15,
                             .microsecond = 0,
                             .offset_seconds = 0};
  session["dict"] = Value::dict({{" t", "escaped"}, {"n", Value::list({1, 2.5, nullptr, true})}});
  return "tagged";
}

/// What the tagged values came back as.
Value kinds() {
  Value out = Value::dict();
  for (const char* key : {"bytes", "markup", "uuid", "date"}) {
    if (!session.contains(key)) continue;
    const Value value = session.get(key);
    std::string text;
    if (value.is_bytes()) {
      for (const char c : value.as_bytes()) {  // as Latin-1
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80) text += static_cast<char>(0xc0 | (byte >> 6));
        text += static_cast<char>(byte >= 0x80 ? 0x80 | (byte & 0x3f) : byte);
      }
    } else {
      text = value.str();
    }
    out.set(key, Value::list({value.type_name(), text}));
  }
  return out;
}

Value nested() {
  Value cart = session.setdefault("cart", Value::dict());
  cart.set("tea", cart.get("tea", 0).as_int() + 1);
  session.modified(true);
  return cart;
}

const char* big() {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "kitchen sink ";
  session["big"] = text;
  return "big";
}

std::string visits() {
  session["visits"] = session.get("visits", 0) + 1;
  return "visit " + session["visits"].value().str();
}

Response flash_some() {
  flash("plain");
  flash("danger!", "danger");
  flash(request->args.get("message", "<b>third</b>"), "info");
  return redirect(url_for("session_flashed"));
}

Value flashed() { return get_flashed_messages({.with_categories = true}); }

Value flashed_filtered() { return get_flashed_messages({.category_filter = {"danger", "info"}}); }

signing::URLSafeSerializer serializer() {
  return signing::URLSafeSerializer(current_app->config.text("SECRET_KEY"), {.salt = "kitchen"});
}

std::string sign() {
  return serializer().dumps(Value::dict({{"id", 7}, {"names", Value::list({"a", "b"})}}));
}

Response unsign() {
  try {
    return jsonify(serializer().loads(request->args["token"]));
  } catch (const signing::BadSignature&) {
    return Response("bad signature", 400);
  }
}

Value password() { return crypto::check_password_hash(request->form["hash"], request->form["password"]); }

}  // namespace

void add_session_views(App& app) {
  app.get("/session/read", "session_read", read);
  app.get("/session/set", "session_set", set);
  app.get("/session/pop", "session_pop", pop);
  app.get("/session/clear", "session_clear", clear);
  app.get("/session/permanent", "session_permanent", permanent);
  app.get("/session/tagged", "session_tagged", tagged);
  app.get("/session/kinds", "session_kinds", kinds);
  app.get("/session/nested", "session_nested", nested);
  app.get("/session/big", "session_big", big);
  app.get("/session/visits", "session_visits", visits);
  app.get("/session/flash", "session_flash", flash_some);
  app.get("/session/flashed", "session_flashed", flashed);
  app.get("/session/flashed-filtered", "session_flashed_filtered", flashed_filtered);
  app.get("/session/sign", "session_sign", sign);
  app.get("/session/unsign", "session_unsign", unsign);
  app.post("/session/password", "session_password", password);
}
