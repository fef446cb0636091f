// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Symbols: which variable each name of a template means, decided before it runs (Jinja's
// idtracking). Every variable is a numbered slot of a function's frame.

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "retort/base/function.h"
#include "retort/jinja/detail/nodes.h"

namespace retort::jinja::detail {

class FunctionBuilder;

/// A variable: a slot in the frames of a function.
struct Variable {
  FunctionBuilder* function = nullptr;
  std::uint32_t slot = 0;
  std::string_view name;
};

/// How a variable gets its first value where its scope begins.
enum class Load : std::uint8_t {
  none,
  parameter,  ///< it is given one: loop targets, arguments
  resolve,    ///< from the context
  alias,      ///< a copy of an outer variable
  undefined,
};

/// Names as numbers, for one template.
class NameTable {
 public:
  std::uint32_t id(std::string_view name);
  std::string_view name(std::uint32_t id) const { return names_[id]; }
  std::size_t size() const { return names_.size(); }

 private:
  std::unordered_map<std::string_view, std::uint32_t> ids_;
  std::vector<std::string_view> names_;
};

/// The names of one scope, and through its parents of those around it.
class Symbols {
 public:
  struct Entry {
    const Variable* variable = nullptr;
    Load load = Load::none;
    bool stored = false;
    const Variable* alias = nullptr;
  };

  Symbols(NameTable& names, FunctionBuilder& function, const Symbols* parent, int level)
      : names_(&names), function_(&function), parent_(parent), level_(level) {}

  int level() const { return level_; }
  const Symbols* parent() const { return parent_; }
  const Entry& entry(std::uint32_t id) const { return id < entries_.size() ? entries_[id] : kNoEntry; }
  std::size_t size() const { return entries_.size(); }

  /// The variable that a name means here; null when it was never analyzed.
  const Variable* find(std::uint32_t id) const;
  const Variable* find(std::string_view name) const { return find(names_->id(name)); }

  void store(std::string_view name);
  void load(std::string_view name);
  const Variable* declare_parameter(std::string_view name);
  /// Joins what the branches of an `if` did to copies of this.
  void merge(const std::vector<Symbols>& branches);

  /// All names that are stored here or in the scopes around (Jinja: dump_stores).
  std::vector<std::pair<std::string_view, const Variable*>> stored() const;

  // What Jinja's RootVisitor does for each kind of scope.
  enum class Branch : std::uint8_t { body, else_, test };
  void analyze(const nodes::Node& scope, Branch branch = Branch::body);

 private:
  class Visitor;
  static const Entry kNoEntry;
  Entry& at(std::uint32_t id);
  void define(std::uint32_t id, Load load, const Variable* alias = nullptr);

  NameTable* names_;
  FunctionBuilder* function_;
  const Symbols* parent_;
  int level_;
  std::vector<Entry> entries_;  // by the name's id
};

/// Calls visit(child) for each child node, in the order of Jinja's fields.
void for_each_child(const nodes::Node& node, const Function<void(const nodes::Node&)>& visit);

/// Which of up to 32 names are read in the nodes before anything there assigns them; bit i
/// for names[i]. Blocks are not looked into.
std::uint32_t find_undeclared(nodes::NodeList body, std::initializer_list<std::string_view> names);
/// The node itself and all below it, blocks included, in order.
void walk(const nodes::Node& node, const Function<void(const nodes::Node&)>& visit);

}  // namespace retort::jinja::detail
