// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/detail/templates.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/detail/app_impl.h"
#include "retort/app/embedded.h"
#include "retort/base/text.h"
#include "retort/jinja/render.h"
#include "retort/message/request.h"
#include "retort/value/json_form.h"

namespace retort::detail {

namespace {

/// The templates that a program carries.
class EmbeddedTemplates final : public jinja::Loader {
 public:
  explicit EmbeddedTemplates(EmbeddedFolder folder) : folder_(std::move(folder)) {}
  std::optional<jinja::TemplateSource> load(std::string_view name) const override {
    const EmbeddedFile* file = folder_.file(name);
    if (!file) return std::nullopt;
    return jinja::TemplateSource{std::string(file->bytes), std::string(file->name), 0};
  }
  bool has(std::string_view name) const override { return folder_.file(name) != nullptr; }
  std::vector<std::string> list_templates() const override { return folder_.names(); }

 private:
  EmbeddedFolder folder_;
};

}  // namespace

void TemplateFolders::add(std::string owner, std::string folder, std::unique_ptr<jinja::Loader> loader,
                          std::unique_ptr<jinja::Loader> on_disk) {
  sources_.push_back({std::move(owner), std::move(folder), std::move(loader), std::move(on_disk)});
}

void TemplateFolders::prefer_disk() {
  std::error_code ignored;
  for (Source& source : sources_) {
    if (source.on_disk && std::filesystem::is_directory(source.folder, ignored))
      source.loader = std::move(source.on_disk);
  }
}

std::optional<jinja::TemplateSource> TemplateFolders::load(std::string_view name) const {
  if (explains) return load_explained(name);
  for (const Source& source : sources_) {
    if (auto found = source.loader->load(name)) return found;
  }
  return std::nullopt;
}

bool TemplateFolders::has(std::string_view name) const {
  return std::any_of(sources_.begin(), sources_.end(),
                     [&](const Source& source) { return source.loader->has(name); });
}

bool TemplateFolders::is_current(std::string_view name, std::uint64_t version) const {
  for (const Source& source : sources_) {
    if (source.loader->has(name)) return source.loader->is_current(name, version);
  }
  return false;
}

std::vector<std::string> TemplateFolders::list_templates() const {
  std::vector<std::string> out;
  for (const Source& source : sources_) {
    for (std::string& name : source.loader->list_templates()) out.push_back(std::move(name));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

// The lines are Flask's (debughelpers.explain_template_loading_attempts).
std::optional<jinja::TemplateSource> TemplateFolders::load_explained(std::string_view name) const {
  std::optional<jinja::TemplateSource> first;
  std::size_t found = 0;
  std::string text = fmt::format("Locating template {}:", Value(name).repr());
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const Source& source = sources_[i];
    text += fmt::format("\n{:5}: trying loader of {}", i + 1, source.owner);
    if (!source.folder.empty()) text += fmt::format("\n       searchpath:\n         - {}", source.folder);
    auto here = source.loader->load(name);
    if (here) {
      ++found;
      text += fmt::format("\n       -> found ({})",
                          Value(here->filename.empty() ? "<string>" : here->filename).repr());
      if (!first) first = std::move(here);
    } else {
      text += "\n       -> no match";
    }
  }
  if (found == 0) text += "\nError: the template could not be found.";
  if (found > 1) text += "\nWarning: multiple loaders returned a match for the template.";
  const Context* context = current_context();
  if (context && context->has_request() && !context->request().blueprint.empty() && found != 1) {
    text += fmt::format("\n  The template was looked up from an endpoint that belongs to the blueprint {}.",
                        Value(context->request().blueprint).repr());
    text += "\n  Maybe you did not place a template in the right folder?";
    text += "\n  See https://flask.palletsprojects.com/blueprints/#templates";
  }
  if (!context) return first;
  // A line a record: the log shows a line break inside of one as "\n".
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    context->app().logger.info(text.substr(at, end - at));
    at = end + 1;
  }
  return first;
}

Templates::Templates() : own_folders_(std::make_unique<TemplateFolders>()), folders_(own_folders_.get()) {}
Templates::~Templates() = default;

jinja::Options& Templates::options(std::string_view app_name) {
  if (environment_) {
    throw SetupError(fmt::format(
        "jinja_options of '{}' were asked for after the environment was made of them (by jinja_env, "
        "template_filter or their like): set them first",
        app_name));
  }
  return options_;
}

jinja::Environment& Templates::environment() {
  if (environment_) return *environment_;
  if (!options_.autoescape) options_.autoescape = &autoescapes;
  if (!options_.loader) options_.loader = std::move(own_folders_);
  environment_ = std::make_unique<jinja::Environment>(std::move(options_));
  add_template_globals(*environment_);
  return *environment_;
}

void Templates::explain(jinja::TemplateNotFound& error) const {
  std::string note;
  for (const TemplateFolders::Source& source : folders_->sources()) {
    if (source.folder.empty()) continue;  // an extension's own
    if (note.empty()) note = "looked for in:";
    note += fmt::format("\n    {} ({})", source.folder, source.owner);
  }
  error.add_note(note.empty() ? "the app has no folder for templates" : std::move(note));
}

namespace {

// What Flask's json.dumps_function does: the app's provider writes for tojson.
void set_tojson(jinja::Environment& environment, const AppJSON& json) {
  if (const JSONProvider* provider = json.replacement()) {
    environment.add_filter("tojson", [provider](jinja::Render& render, const Value& value) {
      return Value::markup(html_safe_json(provider->dumps(value), render));
    });
  } else if (!json.ensure_ascii) {
    environment.set_policy("json.dumps_kwargs", Value::dict({{"sort_keys", true}, {"ensure_ascii", false}}));
  }
}

}  // namespace

void Templates::freeze(const App& app, bool debug) {
  const Config& config = app.config;
  jinja::Environment& made = environment();
  set_tojson(made, app.json);
  if (debug) folders_->prefer_disk();
  const Value reload = config.get("TEMPLATES_AUTO_RELOAD");
  made.set_auto_reload(reload.is_none() || reload.is_undefined() ? debug : reload.truthy());
  made.set_trace_exceptions(debug);
  folders_->explains = config.get("EXPLAIN_TEMPLATE_LOADING").truthy();
  if (made.global("config").is_undefined()) made.add_global("config", config.values());
  made.freeze();
}

void add_template_folder(Templates& templates, std::string owner, const std::string& root_path,
                         const std::optional<std::string>& folder) {
  if (!folder) return;
  const std::string path = folder->starts_with('/') ? *folder : root_path + "/" + *folder;
  auto on_disk = std::make_unique<jinja::FileSystemLoader>(path);
  if (auto embedded = EmbeddedFolder::find(root_path, *folder)) {
    templates.folders().add(std::move(owner), path, std::make_unique<EmbeddedTemplates>(*std::move(embedded)),
                            std::move(on_disk));
  } else {
    templates.folders().add(std::move(owner), path, std::move(on_disk));
  }
}

bool autoescapes(std::string_view name) {
  if (name.empty()) return true;
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return false;
  const std::string extension = text::to_lower(name.substr(dot + 1));
  for (const std::string_view escaped : {"html", "htm", "xml", "xhtml", "svg"}) {
    if (extension == escaped) return true;
  }
  return false;
}

Value template_context(Context& context, const Value& passed) {
  const App::Impl& impl = context.app().impl();
  const Scope& scope = context.route ? *context.route->scope : *impl.scopes.front();
  if (scope.context_processors.empty()) return passed;
  Value out = Value::dict();
  const auto update = [&](const Value& from) {
    const Value copy = from.is_view() ? from.copy() : from;
    for (const Value::Entry& entry : copy.entries()) out.set(entry.key, entry.value);
  };
  for (const auto* f : scope.context_processors) update((*f)());
  update(passed);
  return out;
}

}  // namespace retort::detail
