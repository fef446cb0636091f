// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Program: a template lowered into an immutable tree of nodes that execute themselves. The
// nodes lie in the arena of the Ast that they came from and borrow its texts. Shared by
// threads without locks; all that changes is in the Frame and the Rendering.

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "retort/jinja/detail/arena.h"
#include "retort/jinja/detail/parser.h"
#include "retort/value/value.h"

namespace retort::jinja {
class Environment;
}

namespace retort::jinja::detail {

struct Frame;
struct Program;

/// Where in the source something is; noted by what runs, for an error's message.
struct Position {
  std::int32_t line = 0;
  std::int32_t column = 0;
};

/// What a statement did to the flow of control.
enum class Flow : std::uint8_t { next, break_loop, continue_loop };

/// An expression. Evaluation borrows where it can: the result is the node's own constant, a
/// variable, something inside of one, or `scratch`. It is valid until anything is called that
/// may change values; `calls` tells who does.
class Expr {
 public:
  virtual const Value& eval(Frame& frame, Value& scratch) const = 0;
  /// Its truth.
  virtual bool test(Frame& frame) const;
  /// Appends its text to the frame's output; as HTML when escaped.
  virtual void emit(Frame& frame, bool escaped) const;
  /// The value, when it is the same at every run; else null.
  virtual const Value* constant() const { return nullptr; }

  bool calls = false;  ///< may run code that changes lists, dicts or variables

 protected:
  ~Expr() = default;
};

class Stmt {
 public:
  virtual Flow exec(Frame& frame) const = 0;

 protected:
  ~Stmt() = default;
};

/// Statements in order.
struct Body {
  Span<const Stmt*> statements;
  Flow run(Frame& frame) const;
};

/// A variable as a function reaches it: a slot of its own frame (no hops), or of one around.
struct Slot {
  std::uint16_t hops = 0;
  std::uint32_t index = 0;
};

/// What a variable gets where its scope begins.
struct SlotLoad {
  enum class Kind : std::uint8_t { resolve, alias, undefined };
  Kind kind = Kind::undefined;
  std::uint32_t index = 0;  ///< in the own frame
  Slot from;                ///< of an alias
  std::string_view name;
};

/// A name and where its value is.
struct NamedSlot {
  std::string_view name;
  Slot slot;
};

/// A macro's parameter, and what it is when a call leaves it out (null: undefined).
struct Parameter {
  std::string_view name;
  std::uint32_t index = 0;
  const Expr* otherwise = nullptr;
};

/// What has a frame of its own: a template's root, a block, a macro, a recursive loop.
struct FunctionCode {
  enum class Kind : std::uint8_t { root, block, macro, caller, loop };
  static constexpr std::uint32_t kNone = 0xffffffff;

  Kind kind = Kind::root;
  bool captured = false;  ///< functions inside of it read its variables: its frame may outlive it
  bool required = false;  ///< of a block
  const Program* program = nullptr;
  std::string_view name;
  std::uint32_t slots = 0;
  Span<const std::string_view> slot_names;  ///< for suggestions
  Span<const SlotLoad> loads;
  Body body;
  // Of a root and a block: variables that the engine sets.
  std::uint32_t self = kNone;
  std::uint32_t super = kNone;
  // Of a macro and a caller.
  Span<const Parameter> parameters;
  std::uint32_t caller = kNone;
  std::uint32_t kwargs = kNone;
  std::uint32_t varargs = kNone;
  bool explicit_caller = false;  ///< "caller" is among the parameters
  bool accesses_caller = false;
};

struct Program {
  Program() = default;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  const Environment* environment = nullptr;
  Ast ast;
  std::string name;
  std::string filename;
  std::uint64_t version = 0;
  bool autoescape = false;
  bool extends = false;  ///< has an extends tag
  const FunctionCode* root = nullptr;
  Span<const FunctionCode*> blocks;  // in the order of the source
  mutable std::atomic<std::uint32_t> references{1};
  mutable std::atomic<std::uint32_t> usual_size{0};  ///< of what a render printed: what the next reserves

  const FunctionCode* block(std::string_view block_name) const;
};

}  // namespace retort::jinja::detail
