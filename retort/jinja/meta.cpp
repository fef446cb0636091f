// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/meta.h"

#include "retort/jinja/detail/environment_impl.h"
#include "retort/jinja/detail/lower.h"
#include "retort/jinja/detail/symbols.h"
#include "retort/jinja/environment.h"

namespace retort::jinja {

namespace {

using namespace nodes;
using Names = std::vector<std::optional<std::string>>;

Ast parse_source(const Environment& environment, std::string_view source) {
  ParseOptions options;
  options.syntax = &environment.options().syntax;
  options.extensions = &environment.impl().extensions;
  return parse(source, options);
}

/// The expression of a tag that uses a template; null for other nodes.
const Node* reference_of(const Node& node) {
  switch (node.kind) {
    case NodeKind::Extends:
      return as<Extends>(node).template_;
    case NodeKind::Include:
      return as<Include>(node).template_;
    case NodeKind::Import:
      return as<Import>(node).template_;
    case NodeKind::FromImport:
      return as<FromImport>(node).template_;
    default:
      return nullptr;
  }
}

void add_items(NodeList items, Names& out) {
  for (const Node* item : items) {
    if (!Const::is(item->kind)) {
      out.push_back(std::nullopt);
    } else if (as<Const>(*item).value.is_string()) {
      out.emplace_back(as<Const>(*item).value.as_string());
    }
  }
}

/// Of its own, where it would borrow from the tree.
std::optional<Value> literal_of(const Node& node) {
  if (!Const::is(node.kind)) return std::nullopt;
  const Value& value = as<Const>(node).value;
  return value.is_string() ? Value(std::string(value.as_string())) : value;
}

bool calls(const Node& node, std::string_view function) {
  if (!Call::is(node.kind)) return false;
  const Node* called = as<Call>(node).node;
  return Name::is(called->kind) && as<Name>(*called).name == function;
}

void add_reference(const Node& which, Names& out) {
  if (Tuple::is(which.kind)) {
    add_items(as<Tuple>(which).items, out);
  } else if (List::is(which.kind)) {
    add_items(as<List>(which).items, out);
  } else if (Const::is(which.kind) && as<Const>(which).value.is_string()) {
    out.emplace_back(as<Const>(which).value.as_string());
  } else {
    out.push_back(std::nullopt);
  }
}

}  // namespace

std::vector<std::string> find_undeclared_variables(const Environment& environment, std::string_view source) {
  detail::Program program;
  program.environment = &environment;
  program.autoescape = environment.is_autoescaped({});
  program.ast = parse_source(environment, source);
  detail::Lowering lowering(program);
  lowering.run();
  std::vector<std::string> out;
  for (const std::string_view name : lowering.resolved()) {
    if (environment.global(name).is_undefined()) out.emplace_back(name);
  }
  return out;
}

Names find_referenced_templates(const Environment& environment, std::string_view source) {
  const Ast ast = parse_source(environment, source);
  Names out;
  detail::walk(ast.root(), [&](const Node& node) {
    if (const Node* which = reference_of(node)) add_reference(*which, out);
  });
  return out;
}

std::vector<TemplateReference> find_references(const Environment& environment, std::string_view source) {
  const Ast ast = parse_source(environment, source);
  std::vector<TemplateReference> out;
  detail::walk(ast.root(), [&](const Node& node) {
    const Node* which = reference_of(node);
    if (!which) return;
    TemplateReference& found = out.emplace_back();
    add_reference(*which, found.names);
    found.ignore_missing = Include::is(node.kind) && as<Include>(node).ignore_missing;
    found.line = node.line;
  });
  return out;
}

std::vector<FunctionCall> find_calls(const Environment& environment, std::string_view source,
                                     std::string_view function) {
  const Ast ast = parse_source(environment, source);
  std::vector<FunctionCall> out;
  detail::walk(ast.root(), [&](const Node& node) {
    if (!calls(node, function)) return;
    const Call& call = as<Call>(node);
    FunctionCall& found = out.emplace_back();
    for (const Node* argument : call.args) found.arguments.push_back({.value = literal_of(*argument)});
    for (const Keyword* keyword : call.kwargs)
      found.arguments.push_back({.name = std::string(keyword->key), .value = literal_of(*keyword->value)});
    found.has_more = call.dyn_args || call.dyn_kwargs;
    found.line = node.line;
  });
  return out;
}

}  // namespace retort::jinja
