// SPDX-License-Identifier: BSD-3-Clause
#include "retort/routing/factories.h"

#include "retort/base/text.h"

namespace retort::routing {
namespace {

RuleOptions copy_options(const RuleOptions& from) {
  RuleOptions to;
  to.methods = from.methods;
  to.defaults = from.defaults;
  to.subdomain = from.subdomain;
  to.host = from.host;
  to.strict_slashes = from.strict_slashes;
  to.merge_slashes = from.merge_slashes;
  to.redirect_to = from.redirect_to;
  to.build_only = from.build_only;
  to.alias = from.alias;
  to.websocket = from.websocket;
  return to;
}

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name(char c) { return is_name_start(c) || (c >= '0' && c <= '9'); }

// string.Template.substitute
class Filler {
 public:
  Filler(const std::string& text, const RuleTemplate::Names& names) : text_(text), names_(names) {}

  std::string run() {
    std::string result;
    while (at_ < text_.size()) {
      const std::size_t dollar = std::min(text_.find('$', at_), text_.size());
      result.append(text_, at_, dollar - at_);
      at_ = dollar;
      if (at_ < text_.size()) result += placeholder();
    }
    return result;
  }

 private:
  std::string placeholder() {
    const std::size_t dollar = at_++;
    if (at_ < text_.size() && text_[at_] == '$') {
      ++at_;
      return "$";
    }
    const bool braced = at_ < text_.size() && text_[at_] == '{';
    if (braced) ++at_;
    const std::size_t start = at_;
    if (at_ < text_.size() && is_name_start(text_[at_])) {
      while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    }
    const std::string name = text_.substr(start, at_ - start);
    const bool closed = !braced || (at_ < text_.size() && text_[at_] == '}');
    if (name.empty() || !closed) fail(dollar, "'$' must be followed by a name, {name} or another '$'");
    if (braced) ++at_;
    for (const auto& [key, value] : names_) {
      if (key == name) return value;
    }
    fail(dollar, "no value is given for $" + name);
  }

  [[noreturn]] void fail(std::size_t position, const std::string& what) const {
    throw RuleError("rule template " + text::repr(text_) + ", at " + std::to_string(position) + ": " + what,
                    text_, position);
  }

  const std::string& text_;
  const RuleTemplate::Names& names_;
  std::size_t at_ = 0;
};

}  // namespace

void RuleList::emit(const Function<void(RuleSpec&&)>& sink) const {
  for (const auto& item : items_) item->emit(sink);
}

void RuleOf::emit(const Function<void(RuleSpec&&)>& sink) const {
  RuleSpec copy{spec_.rule, spec_.endpoint, copy_options(spec_.options)};
  if (has_function_) {
    if (!spec_.options.redirect_function) {
      throw RuleError("URL rule " + text::repr(spec_.rule) + ": its redirect function is in a map already",
                      spec_.rule);
    }
    copy.options.redirect_function = std::move(spec_.options.redirect_function);
  }
  sink(std::move(copy));
}

void Submount::emit(const Function<void(RuleSpec&&)>& sink) const {
  std::string path = path_;
  while (!path.empty() && path.back() == '/') path.pop_back();
  rules_.emit([&](RuleSpec&& spec) {
    spec.rule.insert(0, path);
    sink(std::move(spec));
  });
}

void EndpointPrefix::emit(const Function<void(RuleSpec&&)>& sink) const {
  rules_.emit([&](RuleSpec&& spec) {
    spec.endpoint.insert(0, prefix_);
    sink(std::move(spec));
  });
}

void Subdomain::emit(const Function<void(RuleSpec&&)>& sink) const {
  rules_.emit([&](RuleSpec&& spec) {
    spec.options.subdomain = subdomain_;
    sink(std::move(spec));
  });
}

void RuleTemplate::Filled::emit(const Function<void(RuleSpec&&)>& sink) const {
  const auto fill = [this](const std::string& text) { return Filler(text, names_).run(); };
  of_->rules_.emit([&](RuleSpec&& spec) {
    spec.rule = fill(spec.rule);
    spec.endpoint = fill(spec.endpoint);
    if (spec.options.subdomain) spec.options.subdomain = fill(*spec.options.subdomain);
    Variables defaults;
    for (const auto& [name, value] : spec.options.defaults) {
      defaults.set(name, value.string() ? Variable(fill(*value.string())) : value);
    }
    spec.options.defaults = std::move(defaults);
    sink(std::move(spec));
  });
}

}  // namespace retort::routing
