// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/check.h"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/inspect.h"
#include "retort/app/session_interface.h"
#include "retort/base/log.h"
#include "retort/base/text.h"
#include "retort/cli/detail/terminal.h"
#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"
#include "retort/jinja/meta.h"
#include "retort/routing/map.h"

namespace retort::detail {
namespace {

constexpr std::size_t kShortKey = 16;  // bytes; what token_hex() gives has 64

bool is_placeholder(std::string_view value) {
  static constexpr std::string_view kKnown[] = {
      "dev",          "development", "secret",    "secret-key",           "secretkey",   "secret_key",
      "changeme",     "change-me",   "change_me", "changethis",           "change-this", "replace-me",
      "test",         "key",         "password",  "your-secret-key",      "xxx",         "todo",
      "super-secret", "supersecret", "my-secret", "you-will-never-guess", "default",     "example"};
  const std::string lower = text::to_lower(value);
  return std::find(std::begin(kKnown), std::end(kKnown), lower) != std::end(kKnown);
}

bool reads_name(const jinja::Environment& environment, const TemplateFile& file) {
  static constexpr const char* kUsers[] = {"get_flashed_messages", "csrf_token"};
  try {
    return std::any_of(std::begin(kUsers), std::end(kUsers), [&](const char* name) {
      return !jinja::find_calls(environment, file.text, name).empty();
    });
  } catch (const jinja::TemplateError&) {
    return false;  // check_templates tells it
  }
}

/// What shows that the app has sessions; empty where nothing does.
std::string session_user(App& app) {
  for (const TemplateFile& file : template_files(app)) {
    if (reads_name(template_environment(app), file)) return file.filename.empty() ? file.name : file.filename;
  }
  return {};
}

void check_secret_key(App& app, Findings& out) {
  if (!dynamic_cast<const SecureCookieSessionInterface*>(&app.session_interface())) return;  // its own matter
  const Value key = app.config.get("SECRET_KEY");
  if (!key.truthy()) {
    if (const std::string user = session_user(app); !user.empty()) {
      out.push_back({true, "",
                     "SECRET_KEY is not set, and sessions are used, as by " + user +
                         ": set it from the environment (FLASK_SECRET_KEY with from_prefixed_env)"});
    } else {
      out.push_back({false, "", "SECRET_KEY is not set: what writes to the session is answered 500"});
    }
    return;
  }
  if (app.debug() || app.testing()) return;
  const std::string text = key.is_string() ? std::string(key.as_string()) : std::string();
  if (is_placeholder(text)) {
    out.push_back(
        {false, "",
         fmt::format("SECRET_KEY is a placeholder (from: {}): whoever guesses it can sign "
                     "sessions; `python3 -c \"import secrets; print(secrets.token_hex())\"` makes one",
                     app.config.source("SECRET_KEY"))});
  } else if (!text.empty() && text.size() < kShortKey) {
    out.push_back({false, "",
                   fmt::format("SECRET_KEY has {} bytes (from: {}): give it {} or more, at random",
                               text.size(), app.config.source("SECRET_KEY"), kShortKey)});
  }
}

}  // namespace

void check_config(App& app, Findings& out) {
  check_secret_key(app, out);
  if (app.debug() || app.testing()) return;
  for (const std::string& key : app.config.keys()) {
    if (key == "SECRET_KEY" || !Config::is_secret(key)) continue;
    const Value value = app.config.get(key);
    if (value.is_string() && is_placeholder(value.as_string()))
      out.push_back({false, "", fmt::format("{} is a placeholder (from: {})", key, app.config.source(key))});
  }
}

Findings check_app(App& app) {
  Findings out;
  try {
    app.freeze();
  } catch (const std::exception& e) {
    out.push_back({true, "", e.what()});
  }
  app.url_map().compile();
  check_rules(app, out);
  check_templates(app, out);
  check_config(app, out);
  std::stable_sort(out.begin(), out.end(),
                   [](const Finding& a, const Finding& b) { return a.is_error > b.is_error; });
  return out;
}

std::string findings_text(const Findings& findings, bool colours) {
  std::string out;
  std::size_t errors = 0;
  for (const Finding& finding : findings) {
    errors += finding.is_error ? 1 : 0;
    if (!finding.place.empty()) out += escape_control(finding.place) + ": ";
    out += finding.is_error ? styled("error", {Style::bold, Style::red}, colours)
                            : styled("warning", {Style::bold, Style::magenta}, colours);
    out += ": " + escape_control(finding.text) + "\n";
  }
  const auto counted = [](std::size_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
  };
  if (findings.empty()) return "Nothing found.\n";
  return out + counted(errors, "error") + ", " + counted(findings.size() - errors, "warning") + ".\n";
}

}  // namespace retort::detail
