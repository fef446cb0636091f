// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/extension.h"

#include "retort/jinja/detail/builtins.h"
#include "retort/jinja/detail/environment_impl.h"
#include "retort/jinja/detail/filters.h"
#include "retort/jinja/detail/objects.h"
#include "retort/jinja/detail/parser.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"

namespace retort::jinja {

using namespace nodes;

std::string Extension::preprocess(std::string source, std::string_view, std::string_view) const {
  return source;
}

void Extension::filter_tokens(std::vector<Token>&, Arena&) const {}

NodeList Extension::parse(Parser&) const { return {}; }

Value Extension::attribute(std::string_view) const { return {}; }

namespace {

class Do : public Extension {
 public:
  std::string_view identifier() const override { return "jinja2.ext.ExprStmtExtension"; }
  std::vector<std::string_view> tags() const override { return {"do"}; }
  NodeList parse(Parser& parser) const override {
    auto* statement = parser.make<ExprStmt>(parser.next());
    statement->node = parser.parse_tuple();
    return parser.list({statement});
  }
};

class LoopControls : public Extension {
 public:
  std::string_view identifier() const override { return "jinja2.ext.LoopControlExtension"; }
  std::vector<std::string_view> tags() const override { return {"break", "continue"}; }
  NodeList parse(Parser& parser) const override {
    const Token& tag = parser.next();
    if (tag.text == "break") return parser.list({parser.make<Break>(tag)});
    return parser.list({parser.make<Continue>(tag)});
  }
};

template <class Table, class Own>
void add_names(Value& names, const Table& builtins, const Environment& environment, Own own) {
  for (const auto& builtin : builtins) names.set(builtin.name, nullptr);
  for (const Environment* here = &environment; here; here = here->impl().base) {
    for (const auto& [name, function] : here->impl().*own) names.set(name, nullptr);
  }
}

/// The context's variables, and the names of all filters and tests.
class DebugText final : public Object {
 public:
  std::string_view type_name() const override { return "method"; }
  bool is_callable() const override { return true; }
  Value call(const CallArguments& arguments) const override {
    auto* render = dynamic_cast<Render*>(arguments.evaluator);
    if (!render || arguments.positional.size() != 1)
      throw TypeError("DebugExtension._render() takes a context");
    const auto* context = detail::object_as<detail::ContextObject>(arguments.positional[0]);
    if (!context) throw TypeError("DebugExtension._render() takes a context");
    const Environment& environment = render->environment();
    Value filters = Value::dict(), tests = Value::dict();
    add_names(filters, detail::builtin_filters(), environment, &Environment::Impl::filters);
    add_names(tests, detail::builtin_tests(), environment, &Environment::Impl::tests);
    const Value all = Value::dict({{"context", context->all()},
                                   {"filters", sorted(filters, nullptr, false, *render)},
                                   {"tests", sorted(tests, nullptr, false, *render)}});
    return Value(detail::pretty_text(*render, all, 3, true));
  }
};

class Debug : public Extension {
 public:
  std::string_view identifier() const override { return "jinja2.ext.DebugExtension"; }
  std::vector<std::string_view> tags() const override { return {"debug"}; }
  NodeList parse(Parser& parser) const override {
    const Token& tag = parser.next();
    auto* output = parser.make<Output>(tag);
    const NodeList context = parser.list({parser.make<ContextReference>(tag)});
    output->nodes = parser.list({parser.call_method(*this, "_render", context, tag)});
    return parser.list({output});
  }
  Value attribute(std::string_view name) const override {
    return name == "_render" ? Value::object(std::make_unique<DebugText>()) : Value();
  }
};

}  // namespace

std::unique_ptr<Extension> do_extension() { return std::make_unique<Do>(); }
std::unique_ptr<Extension> loop_controls_extension() { return std::make_unique<LoopControls>(); }
std::unique_ptr<Extension> debug_extension() { return std::make_unique<Debug>(); }

}  // namespace retort::jinja
