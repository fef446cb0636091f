// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/debugger_environment.h"

#include <memory>
#include <string_view>
#include <utility>

#include "retort/cli/detail/debugger_templates.h"
#include "retort/jinja/loader.h"
#include "retort/jinja/template.h"
#include "retort/message/request.h"

namespace retort::detail {
namespace {

jinja::Options options() {
  using Sources = std::initializer_list<std::pair<std::string, std::string>>;
  jinja::Options out;
  out.autoescape = jinja::SelectAutoescape();
  out.auto_reload = false;
  out.loader = std::make_unique<jinja::DictLoader>(Sources{{"layout.html", std::string(kDebuggerLayout)},
                                                           {"source.html", std::string(kDebuggerSource)},
                                                           {"error.html", std::string(kErrorPage)},
                                                           {"error.txt", std::string(kErrorText)},
                                                           {"not_found.html", std::string(kNotFoundPage)},
                                                           {"not_found.txt", std::string(kNotFoundText)},
                                                           {"trouble.html", std::string(kTroublePage)},
                                                           {"trouble.txt", std::string(kTroubleText)}});
  return out;
}

}  // namespace

DebuggerEnvironment::DebuggerEnvironment() : environment_(options()) { environment_.freeze(); }

std::string DebuggerEnvironment::render(const char* name, const Value& data) const {
  return environment_.get_template(name).render(data);
}

bool wants_html(const Request& request) {
  const std::string_view agent = request.headers["User-Agent"];
  for (const std::string_view tool : {"curl/", "Wget/", "HTTPie/"})
    if (agent.starts_with(tool)) return false;
  return request.headers["Accept"].find("text/html") != std::string_view::npos;
}

}  // namespace retort::detail
