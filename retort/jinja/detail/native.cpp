// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/native.h"

#include <string>
#include <utility>

#include "retort/jinja/detail/parser.h"
#include "retort/jinja/error.h"
#include "retort/value/error.h"
#include "retort/value/operators.h"

namespace retort::jinja::detail {

namespace {

using namespace nodes;

bool literal(const Node& node, Value& out);

bool literal_items(NodeList items, Value& out) {
  out = Value::list();
  for (const Node* item : items) {
    Value value;
    if (!literal(*item, value)) return false;
    out.push_back(std::move(value));
  }
  return true;
}

bool literal_dict(const Dict& node, Value& out) {
  out = Value::dict();
  for (const Pair* pair : node.items) {
    Value key, value;
    if (!literal(*pair->key, key) || !literal(*pair->value, value)) return false;
    out.set(key, std::move(value));
  }
  return true;
}

// What Python's ast.literal_eval takes, as far as Jinja's grammar has it.
bool literal(const Node& node, Value& out) {
  switch (node.kind) {
    case NodeKind::Const:
      out = as<Const>(node).value.deep_copy();
      return true;
    case NodeKind::List:
      return literal_items(as<List>(node).items, out);
    case NodeKind::Tuple:
      if (!literal_items(as<Tuple>(node).items, out)) return false;
      out = Value::tuple(out.items());
      return true;
    case NodeKind::Dict:
      return literal_dict(as<Dict>(node), out);
    case NodeKind::Neg:
    case NodeKind::Pos: {
      const Node& operand = *as<UnaryExpr>(node).node;
      if (!literal(operand, out) || !out.is_number()) return false;
      out = node.kind == NodeKind::Neg ? ops::negative(out) : out;
      return true;
    }
    default:
      return false;
  }
}

// Jinja's grammar has `true`, `none` where Python has only `True`, `None`.
bool has_lowercase_constant(std::string_view text) {
  for (const std::string_view word : {"true", "false", "none"}) {
    if (text.find(word) != text.npos) return true;
  }
  return false;
}

}  // namespace

Value native_result(std::vector<Value> pieces) {
  if (pieces.empty()) return nullptr;
  if (pieces.size() == 1 && !pieces[0].is_string()) return std::move(pieces[0]);
  std::string text;
  for (const Value& piece : pieces) piece.append_str(text);
  Value out;
  if (text.empty() || text.front() == ' ' || text.front() == '\t' || has_lowercase_constant(text))
    return text;
  try {
    const Ast ast = parse_expression(text);
    if (literal(*as<Assign>(*ast.root().body[0]).node, out)) return out;
  } catch (const TemplateError&) {
    // no literal
  } catch (const EvaluationError&) {
    // a dict with a key that has no hash
  }
  return text;
}

}  // namespace retort::jinja::detail
