// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/error_report.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <typeinfo>
#include <utility>

#include <cxxabi.h>
#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/context.h"
#include "retort/app/debug_pages.h"
#include "retort/app/session.h"
#include "retort/cli/detail/throw_trace.h"
#include "retort/fiber/blocking.h"
#include "retort/jinja/error.h"
#include "retort/message/files.h"
#include "retort/message/request.h"

namespace retort::detail {
namespace {

/// "blog::show" of "std::string blog::show<int>(long)".
std::string_view qualified_name(std::string_view function) {
  if (static constexpr std::string_view kDeduced = "decltype(auto) "; function.starts_with(kDeduced))
    function.remove_prefix(kDeduced.size());
  const std::string_view head = function.substr(0, function.find_first_of("(<"));
  const std::size_t space = head.rfind(' ');
  return space == head.npos ? head : head.substr(space + 1);
}

bool is_own(const SourceFrame& frame) {
  return !frame.file.empty() && !frame.file.starts_with("/usr/") &&
         !qualified_name(frame.function).starts_with("retort::");
}

Value frame_value(const SourceFrame& frame, bool own, bool in_template) {
  return Value::dict({{"function", frame.function},
                      {"file", frame.file},
                      {"line", frame.line},
                      {"module", frame.module},
                      {"own", own},
                      {"template", in_template},
                      {"source", source_around(frame.file, frame.line)}});
}

Value template_frames(const jinja::TemplateError& error) {
  Value out = Value::list();
  if (!error.located()) return out;
  Value source = Value::list();
  int number = error.first_source_line();
  for (const std::string& line : error.source_lines()) {
    source.push_back(Value::dict({{"number", number}, {"text", line}, {"marked", number == error.line()}}));
    ++number;
  }
  const std::string& file = error.filename().empty() ? error.template_name() : error.filename();
  Value first =
      frame_value({.function = error.template_name(), .file = file, .line = error.line()}, true, true);
  if (!source.empty()) first.set("source", source);
  out.push_back(first);
  // Templates of one folder: what a name is in, is found beside the innermost one's.
  const std::string folder = file.ends_with(error.template_name())
                                 ? file.substr(0, file.size() - error.template_name().size())
                                 : std::string();
  for (const jinja::ErrorFrame& each : error.frames()) {
    out.push_back(frame_value({.function = fmt::format("{} of {}", each.what, each.template_name),
                               .file = folder + each.template_name,
                               .line = each.line},
                              true, true));
  }
  return out;
}

/// The way through templates; empty where there is none.
Value template_frames(const std::exception_ptr& error) {
  if (const jinja::TemplateError* const way = jinja::way_of(error)) return template_frames(*way);
  try {
    std::rethrow_exception(error);
  } catch (const jinja::TemplateError& e) {
    return template_frames(e);
  } catch (...) {
    return Value::list();
  }
}

/// Frames of this file's hook and of the runtime above the throw, which say nothing.
bool is_noise(const SourceFrame& frame) {
  static constexpr std::array<std::string_view, 3> kNames{
      "__cxa_throw", "retort::detail::(anonymous namespace)", "__cxa_rethrow"};
  if (frame.file.ends_with("cli/detail/throw_trace.cpp")) return true;
  return frame.file.empty() && std::any_of(kNames.begin(), kNames.end(), [&](std::string_view name) {
           return frame.function.starts_with(name);
         });
}

Value row(std::string_view name, std::string_view value) {
  return Value::list({Value(std::string(name)), Value(std::string(value))});
}

void add_table(Value& tables, std::string_view title, const Value& rows) {
  if (rows.empty()) return;
  tables.push_back(Value::dict({{"title", std::string(title)}, {"rows", rows}}));
}

template <class Pairs>
Value pair_rows(const Pairs& pairs) {
  Value rows = Value::list();
  for (const auto& [name, value] : pairs) rows.push_back(row(name, value));
  return rows;
}

Value dict_rows(const Value& dict) {
  Value rows = Value::list();
  if (!dict.is_dict()) return rows;
  for (const auto& entry : dict.entries()) rows.push_back(row(entry.key.str(), entry.value.repr()));
  return rows;
}

/// Runs what may fail because the request is as broken as the page says.
template <class F>
void or_why(Value& tables, std::string_view title, F f) {
  try {
    add_table(tables, title, f());
  } catch (const std::exception& e) {
    Value rows = Value::list();
    rows.push_back(row("cannot be read", e.what()));
    add_table(tables, title, rows);
  }
}

Value config_rows(const App& app) {
  Value rows = Value::list();
  for (const std::string& key : app.config.keys()) rows.push_back(row(key, app.config.printable(key)));
  return rows;
}

Value file_rows(const Request& request) {
  Value rows = Value::list();
  for (const FileStorage& file : *request.files)
    rows.push_back(row(file.name, fmt::format("{} ({})", file.filename, file.content_type())));
  return rows;
}

/// A panel's dicts as rows under a row of headings.
void add_panel(Value& tables, const DebugPanel& panel, Context& context) {
  Value table = Value::dict({{"title", panel.title}});
  try {
    const Value found = panel.rows(context);
    if (found.empty()) return;
    Value headings = Value::list();
    Value rows = Value::list();
    for (const Value& each : found.items()) {
      Value cells = Value::list();
      for (const auto& entry : each.entries()) {
        if (rows.empty()) headings.push_back(entry.key.str());
        cells.push_back(entry.value.str());
      }
      rows.push_back(cells);
    }
    table.set("headings", headings);
    table.set("rows", rows);
  } catch (const std::exception& e) {
    Value rows = Value::list();
    rows.push_back(row("cannot be shown", e.what()));
    table.set("rows", rows);
  }
  tables.push_back(table);
}

}  // namespace

Value source_around(const std::string& file, int line, int around) {
  Value out = Value::list();
  if (line <= 0) return out;
  std::ifstream in(file);
  std::string text;
  for (int number = 1; number <= line + around && std::getline(in, text); ++number) {
    if (number < line - around) continue;
    out.push_back(Value::dict({{"number", number}, {"text", text}, {"marked", number == line}}));
  }
  return out;
}

Value exceptions(const std::exception_ptr& error) {
  Value out = Value::list();
  std::exception_ptr next = error;
  while (next && out.size() < 10) {
    std::string type = "unknown exception";
    std::string message;
    std::exception_ptr inner;
    try {
      std::rethrow_exception(next);
    } catch (const std::exception& e) {
      type = demangle(typeid(e).name());
      const auto* in_template = dynamic_cast<const jinja::TemplateError*>(&e);
      message = in_template ? in_template->message() : std::string(e.what());
      if (const auto* nested = dynamic_cast<const std::nested_exception*>(&e)) inner = nested->nested_ptr();
    } catch (...) {
      if (const std::type_info* thrown = abi::__cxa_current_exception_type()) type = demangle(thrown->name());
    }
    out.push_back(Value::dict({{"type", type}, {"message", message}}));
    next = inner;
  }
  return out;
}

Value frames(const std::vector<SourceFrame>& stack) {
  Value out = Value::list();
  for (const SourceFrame& frame : stack) {
    if (out.empty() && is_noise(frame)) continue;
    out.push_back(frame_value(frame, is_own(frame), false));
  }
  return out;
}

Value frames(const std::exception_ptr& error) {
  const Value templates = template_frames(error);
  const ThrowTrace* trace = trace_of(error);
  if (!trace) return templates;
  const std::vector<ModuleAddress> addresses = locate(trace->addresses.data(), trace->size);
  const Value stack = frames(fiber::blocking([&] { return symbolize(addresses); }));
  // They stand before the function of the engine that called what threw.
  Value out = Value::list();
  bool is_above = true;
  const auto add_templates = [&] {
    for (const Value& frame : templates.items()) out.push_back(frame);
    is_above = false;
  };
  for (const Value& frame : stack.items()) {
    if (is_above && qualified_name(frame["function"].as_string()).starts_with("retort::jinja::"))
      add_templates();
    out.push_back(frame);
  }
  if (is_above) add_templates();
  return out;
}

Value request_report(Context& context) {
  const Request& request = context.request();
  Value tables = Value::list();
  for (const DebugPanel& panel : debug_panels(context.app())) add_panel(tables, panel, context);
  or_why(tables, "Form", [&] { return pair_rows(request.form->items(true)); });
  or_why(tables, "Files", [&] { return file_rows(request); });
  or_why(tables, "Query", [&] { return pair_rows(request.args->items(true)); });
  or_why(tables, "View arguments", [&] { return dict_rows(*request.view_args); });
  or_why(tables, "Session", [&] { return dict_rows(context.open_session().data()); });
  or_why(tables, "Cookies", [&] { return pair_rows(request.cookies->items(true)); });
  or_why(tables, "Headers", [&] {
    Value rows = Value::list();
    for (const auto& field : request.headers) rows.push_back(row(field.name, field.value));
    return rows;
  });
  or_why(tables, "Config", [&] { return config_rows(context.app()); });
  std::string url;
  try {
    url = request.url();
  } catch (const std::exception&) {
    url = request.target;  // a Host that is none
  }
  return Value::dict({{"method", std::string(request.method)},
                      {"url", url},
                      {"path", std::string(request.path)},
                      {"endpoint", std::string(request.endpoint)},
                      {"tables", tables}});
}

}  // namespace retort::detail
