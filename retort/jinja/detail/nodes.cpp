// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/nodes.h"

#include <iterator>

namespace retort::jinja::nodes {

std::string_view kind_name(NodeKind kind) {
  static constexpr std::string_view kNames[] = {
      "Template",
      "Output",
      "Extends",
      "For",
      "If",
      "Macro",
      "CallBlock",
      "FilterBlock",
      "With",
      "Block",
      "Include",
      "Import",
      "FromImport",
      "ExprStmt",
      "Assign",
      "AssignBlock",
      "Continue",
      "Break",
      "Scope",
      "OverlayScope",
      "EvalContextModifier",
      "ScopedEvalContextModifier",
      "Pair",
      "Keyword",
      "Operand",
      "Name",
      "NSRef",
      "Const",
      "TemplateData",
      "Tuple",
      "List",
      "Dict",
      "CondExpr",
      "Filter",
      "Test",
      "Call",
      "Getitem",
      "Getattr",
      "Slice",
      "Concat",
      "Compare",
      "Mul",
      "Div",
      "FloorDiv",
      "Add",
      "Sub",
      "Mod",
      "Pow",
      "And",
      "Or",
      "Not",
      "Neg",
      "Pos",
      "MarkSafe",
      "MarkSafeIfAutoescape",
      "EnvironmentAttribute",
      "ExtensionAttribute",
      "ImportedName",
      "InternalName",
      "ContextReference",
      "DerivedContextReference",
  };
  static_assert(std::size(kNames) == static_cast<std::size_t>(NodeKind::DerivedContextReference) + 1);
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace retort::jinja::nodes
