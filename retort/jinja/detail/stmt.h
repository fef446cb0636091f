// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The statements of a lowered template.

#include <atomic>
#include <cstdint>
#include <string_view>

#include "retort/jinja/detail/expr.h"
#include "retort/jinja/detail/program.h"
#include "retort/value/value.h"

namespace retort::jinja::detail {

/// Where a value is assigned: a variable, an attribute of a namespace, or several of these.
struct Target {
  enum class Kind : std::uint8_t { slot, attribute, tuple };
  Kind kind = Kind::slot;
  std::uint32_t index = 0;  ///< slot
  Slot object;              ///< attribute: the namespace's variable
  std::string_view name;    ///< attribute: its name; slot: the variable's
  Span<Target> items;       ///< tuple
  void assign(Frame& frame, const Value& value) const;
};

class TextStmt final : public Stmt {
 public:
  explicit TextStmt(std::string_view text) : text_(text) {}
  Flow exec(Frame& frame) const override;

 private:
  std::string_view text_;
};

class EmitStmt final : public Stmt {
 public:
  enum class Escape : std::uint8_t { no, yes, by_context };
  EmitStmt(const Expr& value, Escape escape, Position position)
      : value_(value), position_(position), escape_(escape) {}
  Flow exec(Frame& frame) const override;

 private:
  const Expr& value_;
  Position position_;
  Escape escape_;
};

/// Runs only while nothing was extended.
class UnlessExtendedStmt final : public Stmt {
 public:
  explicit UnlessExtendedStmt(Body body) : body_(body) {}
  Flow exec(Frame& frame) const override;

 private:
  Body body_;
};

class IfStmt final : public Stmt {
 public:
  struct Branch {
    const Expr* test = nullptr;  ///< null: else
    Body body;
    Position position;
  };
  explicit IfStmt(Span<Branch> branches) : branches_(branches) {}
  Flow exec(Frame& frame) const override;

 private:
  Span<Branch> branches_;
};

/// All that a loop knows before it runs.
struct LoopCode {
  Target target;
  const Expr* iter = nullptr;
  const Expr* filter = nullptr;
  Target filter_target;
  Span<const SlotLoad> filter_loads;
  Span<const SlotLoad> first_loads;  ///< once
  Span<const SlotLoad> loads;        ///< at each turn
  Body body;
  bool has_else = false;
  Span<const SlotLoad> else_loads;
  Body else_body;
  std::uint32_t loop = FunctionCode::kNone;  ///< the variable `loop`, where it is used
  const FunctionCode* recursive = nullptr;
  ConcatExpr::Escape safe = ConcatExpr::Escape::no;  ///< whether what loop() returns is Markup
  bool remembers = false;  ///< `loop` is used for more than counting: it keeps its items
  bool pairs = false;      ///< `for a, b in x.items()`: iter is x
  Position position;
};

class ForStmt final : public Stmt {
 public:
  explicit ForStmt(const LoopCode& code) : code_(code) {}
  Flow exec(Frame& frame) const override;

 private:
  const LoopCode& code_;
};

/// A recursive loop's body, as the function that loop() calls again.
class RecursiveBodyStmt final : public Stmt {
 public:
  explicit RecursiveBodyStmt(const LoopCode& code) : code_(code) {}
  Flow exec(Frame& frame) const override;

 private:
  const LoopCode& code_;
};

class BreakStmt final : public Stmt {
 public:
  Flow exec(Frame&) const override { return Flow::break_loop; }
};
class ContinueStmt final : public Stmt {
 public:
  Flow exec(Frame&) const override { return Flow::continue_loop; }
};

/// An assignment, and what it makes known beyond the frame.
class AssignStmt final : public Stmt {
 public:
  AssignStmt(const Target& target, const Expr& value, Span<const NamedSlot> published, Position position)
      : target_(target), value_(value), published_(published), position_(position) {}
  Flow exec(Frame& frame) const override;

 private:
  const Target& target_;
  const Expr& value_;
  Span<const NamedSlot> published_;  // variables of the context, at the top level
  Position position_;
};

/// Runs the body into a text, which `value` (a CapturedExpr, or filters of one) uses.
struct Capture {
  Span<const SlotLoad> loads;
  Body body;
  const Expr* value = nullptr;
};

class AssignBlockStmt final : public Stmt {
 public:
  AssignBlockStmt(const Target& target, const Capture& capture, Span<const NamedSlot> published,
                  Position position)
      : target_(target), capture_(capture), published_(published), position_(position) {}
  Flow exec(Frame& frame) const override;

 private:
  const Target& target_;
  const Capture& capture_;
  Span<const NamedSlot> published_;
  Position position_;
};

class FilterBlockStmt final : public Stmt {
 public:
  FilterBlockStmt(const Capture& capture, Position position) : capture_(capture), position_(position) {}
  Flow exec(Frame& frame) const override;

 private:
  const Capture& capture_;
  Position position_;
};

class WithStmt final : public Stmt {
 public:
  struct Assignment {
    Target target;
    const Expr* value = nullptr;
  };
  WithStmt(Span<const SlotLoad> loads, Span<Assignment> assignments, Body body, Position position)
      : loads_(loads), assignments_(assignments), body_(body), position_(position) {}
  Flow exec(Frame& frame) const override;

 private:
  Span<const SlotLoad> loads_;
  Span<Assignment> assignments_;
  Body body_;
  Position position_;
};

/// An expression whose value nobody needs.
class DoStmt final : public Stmt {
 public:
  DoStmt(const Expr& value, Position position) : value_(value), position_(position) {}
  Flow exec(Frame& frame) const override;

 private:
  const Expr& value_;
  Position position_;
};

/// What a macro's parameters are where its call has left them out.
class DefaultsStmt final : public Stmt {
 public:
  explicit DefaultsStmt(Span<const Parameter> parameters) : parameters_(parameters) {}
  Flow exec(Frame& frame) const override;

 private:
  Span<const Parameter> parameters_;
};

class MacroStmt final : public Stmt {
 public:
  MacroStmt(const Expr& macro, std::uint32_t index, std::string_view name, bool published)
      : macro_(macro), index_(index), name_(name), published_(published) {}
  Flow exec(Frame& frame) const override;

 private:
  const Expr& macro_;
  std::uint32_t index_;
  std::string_view name_;
  bool published_;
};

class BlockStmt final : public Stmt {
 public:
  BlockStmt(std::string_view name, bool required, bool scoped, Span<const NamedSlot> locals,
            Position position)
      : name_(name), locals_(locals), position_(position), required_(required), scoped_(scoped) {}
  Flow exec(Frame& frame) const override;

 private:
  std::string_view name_;
  Span<const NamedSlot> locals_;
  Position position_;
  bool required_;
  bool scoped_;
};

/// The template that a tag names. One with a constant name is looked up once, where sources
/// are not reloaded: the environment keeps it.
class TemplateOperand {
 public:
  /// `several`: it may be a list of names.
  TemplateOperand(const Expr& which, bool several) : which_(which), several_(several) {}
  TemplateOperand(const TemplateOperand& o) : which_(o.which_), several_(o.several_) {}
  /// `tag`: "include", "import", "extends".
  const Program& load(Frame& frame, const char* tag) const;

 private:
  const Expr& which_;
  bool several_;
  mutable std::atomic<const Program*> known_{nullptr};
};

class ExtendsStmt final : public Stmt {
 public:
  /// `again`: another tag may have extended already, which is an error.
  ExtendsStmt(const Expr& parent, bool again, Position position)
      : parent_(parent, false), position_(position), again_(again) {}
  Flow exec(Frame& frame) const override;

 private:
  TemplateOperand parent_;
  Position position_;
  bool again_;
};

class IncludeStmt final : public Stmt {
 public:
  IncludeStmt(const Expr& which, bool with_context, bool ignore_missing, Span<const NamedSlot> locals,
              Position position)
      : which_(which, true),
        locals_(locals),
        position_(position),
        with_context_(with_context),
        ignore_missing_(ignore_missing) {}
  Flow exec(Frame& frame) const override;

 private:
  TemplateOperand which_;
  Span<const NamedSlot> locals_;
  Position position_;
  bool with_context_;
  bool ignore_missing_;
};

/// `import` and `from ... import`.
struct ImportCode {
  explicit ImportCode(const Expr& from) : which(from, false) {}
  TemplateOperand which;
  bool with_context = false;
  bool toplevel = false;
  Span<const NamedSlot> locals;
  Position position;
};

class ImportStmt final : public Stmt {
 public:
  ImportStmt(const ImportCode& code, std::uint32_t index, std::string_view name)
      : code_(code), index_(index), name_(name) {}
  Flow exec(Frame& frame) const override;

 private:
  const ImportCode& code_;
  std::uint32_t index_;
  std::string_view name_;
};

class FromImportStmt final : public Stmt {
 public:
  struct Member {
    std::string_view name;
    std::string_view alias;
    std::uint32_t index = 0;
  };
  FromImportStmt(const ImportCode& code, Span<Member> members) : code_(code), members_(members) {}
  Flow exec(Frame& frame) const override;

 private:
  const ImportCode& code_;
  Span<Member> members_;
};

/// A scope of its own: loads, then the body.
class ScopeStmt final : public Stmt {
 public:
  ScopeStmt(Span<const SlotLoad> loads, Body body) : loads_(loads), body_(body) {}
  Flow exec(Frame& frame) const override;

 private:
  Span<const SlotLoad> loads_;
  Body body_;
};

/// A scope whose names come from a dict before they come from the context.
class OverlayStmt final : public Stmt {
 public:
  OverlayStmt(const Expr& names, Span<const NamedSlot> locals, Span<const SlotLoad> loads, Body body)
      : names_(names), locals_(locals), loads_(loads), body_(body) {}
  Flow exec(Frame& frame) const override;

 private:
  const Expr& names_;
  Span<const NamedSlot> locals_;
  Span<const SlotLoad> loads_;
  Body body_;
};

/// `autoescape`, for the body, or (scoped false) from here on.
class AutoescapeStmt final : public Stmt {
 public:
  AutoescapeStmt(const Expr& on, Body body, bool scoped) : on_(on), body_(body), scoped_(scoped) {}
  Flow exec(Frame& frame) const override;

 private:
  const Expr& on_;
  Body body_;
  bool scoped_;
};

void run_loads(Frame& frame, Span<const SlotLoad> loads);
class Rendering;
struct Context;

/// Runs a recursive loop over `iterable`, at some depth, into `out`. `around` is the frame
/// around the loop; null when that is gone and the loop reads nothing of it.
void run_recursive(Rendering& rendering, Frame* around, Context& context, const LoopCode& code,
                   const Value& iterable, std::int64_t depth0, std::string& out);

}  // namespace retort::jinja::detail
