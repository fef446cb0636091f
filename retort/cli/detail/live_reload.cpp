// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/live_reload.h"

#include <string_view>

#include <fmt/format.h>

#include "retort/cli/detail/loopback.h"
#include "retort/fiber/fiber.h"
#include "retort/json/json.h"
#include "retort/message/request.h"
#include "retort/message/response.h"

namespace retort::detail {
namespace {

constexpr std::string_view kScript = R"js((function () {
  var me = document.currentScript, generation = me.dataset.generation, assets = me.dataset.assets, box = null;
  function element(tag, style, text) {
    var out = document.createElement(tag);
    out.style.cssText = style;
    if (text) out.textContent = text;
    return out;
  }
  function hide() { if (box) { box.remove(); box = null; } }
  function show(state) {
    hide();
    if (state.state !== "broken" && state.state !== "crashed") return;
    box = element("div", "position:fixed;inset:auto 0 0 0;max-height:60vh;overflow:auto;z-index:2147483647;" +
      "background:#2a1214;color:#ffe9e7;border-top:3px solid #ff8a80;padding:12px 16px;" +
      "font:13px/1.5 ui-monospace,Menlo,Consolas,monospace;white-space:pre-wrap;text-align:left");
    box.setAttribute("role", "alert");
    box.id = "retort-live";
    var close = element("button", "float:right;font:inherit;color:inherit;background:none;border:1px solid;" +
      "border-radius:4px;padding:0 8px;cursor:pointer", "Close");
    close.onclick = hide;
    box.appendChild(close);
    box.appendChild(element("strong", "", state.title + "\n"));
    (state.errors || []).forEach(function (error) {
      box.appendChild(element("div", "margin-top:8px;color:#ffb4ab",
        (error.file ? error.file + ":" + error.line + ": " : "") + error.message));
      var source = element("div", "overflow-x:auto");
      (error.source || []).forEach(function (line) {
        source.appendChild(element("div", "white-space:pre;min-width:max-content;" +
          (line.marked ? "background:#5c2426" : "color:#d8c2c0"), String(line.number).padStart(5) + "  " + line.text));
      });
      box.appendChild(source);
    });
    if (state.text) box.appendChild(element("div", "margin-top:8px", state.text));
    document.body.appendChild(box);
  }
  var source = new EventSource("/_retort/live/events");
  source.onmessage = function (event) {
    var state = JSON.parse(event.data);
    var shown = me.dataset.version;
    if (String(state.generation) !== generation || String(state.assets) !== assets ||
        (shown && shown !== event.lastEventId)) {
      source.close();
      location.reload();
    } else if (!shown) {
      show(state);
    }
  };
  window.addEventListener("pagehide", function () { source.close(); });
})();
)js";

bool is_here(const Request& request) {
  return is_loopback_host(request.headers["Host"]) && is_loopback_address(request.transport().remote_addr());
}

std::uint64_t number_of(const Value& state, std::string_view key) {
  const Value found = state.get(key, Value(0));
  return found.is_int() && found.as_int() > 0 ? static_cast<std::uint64_t>(found.as_int()) : 0;
}

Value parsed(const std::string& json) {
  Result<Value> state = json::parse(json);
  return state ? *state : Value::dict();
}

/// Sends the state, and again whenever it changes; ends with the app that answers.
void send_events(BodyWriter& body, const DevState& state, std::uint64_t generation,
                 const std::atomic<bool>& stopped) {
  static constexpr int kTurnsOfSilence = 200;  // of 50 ms: then a comment shows whether the client is there
  body.write("retry: 100\n\n");
  std::uint64_t seen = UINT64_MAX;
  for (int silent = 0; !stopped.load(std::memory_order_relaxed); ++silent) {
    const std::uint64_t version = state.version();
    if (version != seen) {
      seen = version;
      silent = 0;
      const std::string text = state.read();
      body.write(fmt::format("id: {}\ndata: {}\n\n", version, text));
      body.flush();
      if (number_of(parsed(text), "generation") > generation) return;
    } else if (silent >= kTurnsOfSilence) {
      silent = 0;
      body.write(":\n\n");
      body.flush();
    }
    fiber::sleep_for(milliseconds(50));
  }
}

}  // namespace

bool LiveReload::answer(const Request& request, Response& response) const {
  if (!request.path.starts_with(kLivePrefix) || !is_here(request)) return false;
  response.headers.set("Cache-Control", "no-store");
  const std::string_view name = request.path.substr(std::string_view(kLivePrefix).size());
  if (name == "script.js") {
    response.set_content_type("text/javascript; charset=utf-8");
    response.lend_data(kScript);
  } else if (name == "events") {
    response.set_content_type("text/event-stream");
    response.set_stream([state = state_, generation = generation_, stopped = stopped_](BodyWriter& body) {
      send_events(body, *state, generation, *stopped);
    });
  } else {
    response.status_code = 404;
  }
  return true;
}

std::string LiveReload::script_tag(bool is_trouble) const {
  const std::string version =
      is_trouble ? fmt::format(" data-version=\"{}\"", state_->version()) : std::string();
  return fmt::format("<script src=\"{}script.js\" data-generation=\"{}\" data-assets=\"{}\"{}></script>\n",
                     kLivePrefix, generation_, number_of(parsed(state_->read()), "assets"), version);
}

void LiveReload::add_script(const Request& request, Response& response) const {
  if (request.method != "GET" || response.mimetype() != "text/html" || response.is_streamed() ||
      response.direct_passthrough() || response.is_upgrade() ||
      response.headers.contains("Content-Encoding") || !is_here(request))
    return;
  const std::string_view destination = request.headers["Sec-Fetch-Dest"];
  if (!destination.empty() && destination != "document") return;  // a piece for a script, a frame
  std::string body(response.data());
  const std::size_t end = body.rfind("</body>");
  if (destination.empty() && end == body.npos) return;
  body.insert(end == body.npos ? body.size() : end, script_tag());
  response.headers.remove("Content-Length");
  response.headers.remove("ETag");
  response.set_data(std::move(body));
}

void LiveHandler::handle(Request& request, Response& response) {
  if (live_.answer(request, response)) return;
  app_.handle(request, response);
  live_.add_script(request, response);
}

}  // namespace retort::detail
