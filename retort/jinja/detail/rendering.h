// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a render holds while it runs: the Rendering itself, the Contexts in which names are
// looked up, and a Frame for each function that runs. One thread.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/memory.h"
#include "retort/jinja/detail/program.h"
#include "retort/jinja/environment.h"
#include "retort/jinja/render.h"
#include "retort/jinja/template.h"
#include "retort/value/value.h"

namespace retort::jinja::detail {

class Rendering;

/// A counted reference to a T with `references` that deletes itself through release_last().
template <class T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* target) : target_(target) {
    if (target_) ++target_->references;
  }
  Ref(const Ref& o) : Ref(o.target_) {}
  Ref(Ref&& o) noexcept : target_(std::exchange(o.target_, nullptr)) {}
  Ref& operator=(Ref o) noexcept {
    std::swap(target_, o.target_);
    return *this;
  }
  ~Ref() {
    if (target_ && --target_->references == 0) target_->release_last();
  }
  T* get() const { return target_; }
  T* operator->() const { return target_; }
  T& operator*() const { return *target_; }
  explicit operator bool() const { return target_ != nullptr; }

 private:
  T* target_ = nullptr;
};

/// Where a template's names are looked up (Jinja's Context). One with a parent sees its
/// names, too, behind its own.
struct Context {
  Context(Rendering& owner, const Program& of);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context();
  void release_last() { delete this; }

  Rendering* rendering;    ///< null when it is over
  const Program* program;  ///< whose names and autoescape these are
  Ref<Context> parent;
  Value arguments;  ///< what the program passed: a dict or view; undefined when there is none
  std::vector<std::pair<std::string_view, Value>> locals;  ///< of the place that included it
  std::vector<std::pair<std::string_view, Value>> vars;    ///< assigned at the top level
  std::vector<std::string_view> exported;
  /// The versions of all blocks; of one block the most derived first.
  std::vector<const FunctionCode*> blocks;
  bool autoescape;
  /// The templates of a render that is over, for who still asks for names of theirs.
  std::shared_ptr<std::vector<Template>> kept;
  std::uint32_t references = 0;
  Context* next = nullptr;  // of all that live in the rendering
  Context* previous = nullptr;

  /// Missing names give false.
  bool lookup(std::string_view name, Value& out) const;
  void set_var(std::string_view name, const Value& value);
  void add_export(std::string_view name);
  void remove_export(std::string_view name);
  /// A block's version by its depth; null when there is none.
  const FunctionCode* block(std::string_view name, std::size_t depth = 0) const;
  void add_blocks(const Program& of);
};

/// A function that runs. A captured function's frame lives on the heap, and longer than its
/// run where a macro of it does.
struct Frame {
  Rendering& rendering;
  const FunctionCode& code;
  Frame* parent;
  Context* context;
  Value* slots;
  std::string* out;
  Position position{};
  std::uint32_t references = 0;              ///< macros that hold it
  const Program* parent_template = nullptr;  ///< of a root: what it extends
  std::string* captured = nullptr;           ///< the text of a filter block or block set
  const Value* captured_native = nullptr;    ///< what it is when values are rendered
  const Value* loop_items = nullptr;         ///< of a recursive loop: what it walks
  std::int64_t loop_depth0 = 0;
  // Of a captured frame, where its rendering has it, and what it needs to outlive its run.
  std::size_t heap_index = 0;
  Ref<Frame> parent_held{};
  Ref<Context> context_held{};

  Value& at(Slot slot) {
    Frame* frame = this;
    for (std::uint16_t hops = slot.hops; hops; --hops) frame = frame->parent;
    return frame->slots[slot.index];
  }
  void release_last();
  void free_slots();
};

/// A module's state: what `import` gives.
struct ImportedModule {
  const Program* program;
  Value module;
};

class Rendering final : public Render {
 public:
  explicit Rendering(const Environment& environment);
  ~Rendering() override;

  std::string_view template_name() const override;
  Value resolve(std::string_view name) override;

  /// Runs a template's root, and those that it extends, in a context. `entered` is what an
  /// error's frame calls it: "include", "import".
  void run_root(const Program& program, Context& context, std::string& out, const char* entered = "");
  /// Runs a function; `prepare` fills the frame's slots before its loads.
  template <class Prepare>
  void run(const FunctionCode& code, Frame* parent, Context& context, std::string& out, Prepare&& prepare) {
    Running running(*this, code, parent, context, out);
    prepare(running.frame());
    execute(running.frame());
  }
  void run(const FunctionCode& code, Frame* parent, Context& context, std::string& out) {
    run(code, parent, context, out, [](Frame&) {});
  }

  Ref<Context> make_context(const Program& program) { return Ref<Context>(new Context(*this, program)); }
  /// A context that sees `from` with some names more (Jinja: Context.derived).
  Ref<Context> derive(Context& from, std::vector<std::pair<std::string_view, Value>> locals);

  /// What `asker` asks its own environment for, kept alive until the end.
  const Program& load(const Value& name_or_names, const Program& asker);
  /// The same for a name or a template alone: `tag` is "extends" or "import".
  const Program& load_one(const Value& name_or_template, const Program& asker, const char* tag);
  const Program& hold(Template loaded);
  /// The module of a template that was imported without context; run once.
  Value default_module(const Program& program, const char* entered);
  Value make_module(const Program& program, Context* with,
                    std::vector<std::pair<std::string_view, Value>> locals, const char* entered = "import");

  Context& context() { return *context_; }
  void use(Context& context) {
    context_ = &context;
    autoescape_ = context.autoescape;
  }
  void set_autoescape(bool on) {
    context_->autoescape = on;
    autoescape_ = on;
  }

  /// After output: hands a full piece to the sink, checks the limit.
  void check_output(std::string& out) {
    if (out.size() >= output_check_) output_reached(out);
  }
  /// What is in `out` already is none of the render's output.
  void set_output(const std::string& out);
  void set_sink(const Template::Sink* sink, std::string* out, std::size_t piece_bytes);
  void flush();
  /// Where printed values go instead of `native_out` (native rendering); null: as text.
  std::vector<Value>* native = nullptr;
  const std::string* native_out = nullptr;

  /// What print(out) prints, as a value: Markup where `safe`; of native rendering the value.
  template <class Print>
  Value capture(bool safe, Print&& print) {
    std::string out;
    if (native) return capture_native(safe, out, [&] { print(out); });
    print(out);
    charge(out.size());
    return safe ? Value::markup(out) : Value(out);
  }
  Value capture_native(bool safe, const std::string& out, const Function<void()>& print);

  /// To be called by what can be deep inside of itself: RecursionError when too much of the
  /// stack is in use.
  void check_stack() const {
    if (static_cast<const char*>(__builtin_frame_address(0)) < stack_end_) throw_too_deep();
  }

  /// Breaks the cycles between macros, frames and contexts; nothing can be run after it.
  void clear();

 private:
  friend struct Context;
  friend struct Frame;

  /// A function between its beginning and its end.
  class Running {
   public:
    Running(Rendering& rendering, const FunctionCode& code, Frame* parent, Context& context,
            std::string& out);
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running();
    Frame& frame() { return *frame_; }

   private:
    Context* outer_context_;
    Frame local_;
    Frame* frame_;  // local_, or on the heap
  };

  /// A template, what it extends, what that extends; `children` are those that have a parent.
  void run_chain(const Program& program, Context& context, std::string& out,
                 std::vector<const Program*>& children);
  void execute(Frame& frame);
  /// Throws the exception that is being handled as a TemplateError that tells where.
  [[noreturn]] void fail(const Frame& frame);
  /// Of the exception that is being handled, which is none of the templates'; null where nobody asks for it.
  TemplateError* foreign_way() const;
  void output_reached(std::string& out);
  /// Around the outermost function: how far down the stack may be used.
  void enter_stack();
  void leave_stack();
  Value* push_slots(std::uint32_t count);
  void pop_slots(Value* slots);

  [[noreturn]] static void throw_too_deep();

  static constexpr std::size_t kFirstSlots = 64;

  Context* context_ = nullptr;
  Context* contexts_ = nullptr;  // all that live
  std::string entered_;          // of an error that is on its way out: what it leaves
  std::vector<Frame*> heap_frames_;
  std::vector<Template> held_;
  std::vector<ImportedModule> modules_;
  std::size_t depth_ = 0;
  const char* stack_end_ = nullptr;  // of the outermost function's run
  bool bounds_stack_ = false;        // also for the renders inside of it
  std::size_t output_check_ = SIZE_MAX;
  std::size_t output_flushed_ = 0;
  std::size_t piece_bytes_ = SIZE_MAX;
  const Template::Sink* sink_ = nullptr;
  std::string* sink_out_ = nullptr;
  const std::string* began_out_ = nullptr;  // had `began_bytes_` in it
  std::size_t began_bytes_ = 0;
  // Slots of frames that are not captured: a stack of raw memory.
  Value* slots_next_;
  Value* slots_end_;
  std::vector<Value*> slot_bases_;                      // chunks on the heap
  std::vector<std::pair<Value*, Value*>> slot_chunks_;  // what was in use before each: next, end
  alignas(Value) unsigned char first_slots_[kFirstSlots * sizeof(Value)];
};

}  // namespace retort::jinja::detail
