// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/views.h"

#include <atomic>

#include <fmt/format.h>

#include "retort/app/context.h"
#include "retort/app/scaffold.h"
#include "retort/http/errors.h"
#include "retort/message/request.h"

namespace retort {
namespace detail {

class ClassViewState {
 public:
  ClassViewState() = default;
  ClassViewState(const ClassViewState&) = delete;
  ClassViewState& operator=(const ClassViewState&) = delete;
  ~ClassViewState() {
    views_.clear();
    if (destroy_) destroy_(instance_);
  }

  void retain() { references_.fetch_add(1, std::memory_order_relaxed); }
  static void release(ClassViewState* state) {
    if (state->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete state;
  }

  void add(std::string_view method, ErasedView view);
  void keep(void* instance, void (*destroy)(void*)) {
    instance_ = instance;
    destroy_ = destroy;
  }
  const ErasedView& first() const { return views_.front().view; }
  /// HEAD is answered by get where there is no head.
  const ErasedView& find(std::string_view method) const;

 private:
  struct Entry {
    std::string_view method;  // of static duration; empty: all
    ErasedView view;
  };
  std::atomic<int> references_{1};
  std::vector<Entry> views_;
  void* instance_ = nullptr;
  void (*destroy_)(void*) = nullptr;
};

void ClassViewState::add(std::string_view method, ErasedView view) {
  if (!views_.empty()) {
    const ErasedView& known = first();
    bool alike = known.variable_count() == view.variable_count();
    for (std::size_t i = 0; alike && i < view.variable_count(); ++i)
      alike = known.variables()[i] == view.variables()[i];
    if (!alike) {
      throw SetupError(fmt::format(
          "a MethodView's {} takes other variables than its {}: what a rule's variables are given "
          "to must be the same for all methods; make two classes",
          method, views_.front().method));
    }
  }
  views_.push_back({method, std::move(view)});
}

const ErasedView& ClassViewState::find(std::string_view method) const {
  const ErasedView* get = nullptr;
  for (const Entry& entry : views_) {
    if (entry.method.empty() || entry.method == method) return entry.view;
    if (entry.method == "GET") get = &entry.view;
  }
  if (method == "HEAD" && get) return *get;
  std::vector<std::string> methods;
  for (const Entry& entry : views_) methods.emplace_back(entry.method);
  throw MethodNotAllowed(std::move(methods));
}

ClassViewState* make_class_view() { return new ClassViewState(); }

void add_class_view(ClassViewState& state, std::string_view method, ErasedView view) {
  state.add(method, std::move(view));
}

void keep_instance(ClassViewState& state, void* instance, void (*destroy)(void*)) {
  state.keep(instance, destroy);
}

}  // namespace detail

ClassView::ClassView(std::string endpoint, detail::ClassViewState* state)
    : endpoint_(std::move(endpoint)), state_(state) {}

void ClassView::add_method(std::string_view method) { methods.emplace_back(method); }

ClassView::ClassView(const ClassView& o)
    : methods(o.methods),
      provide_automatic_options(o.provide_automatic_options),
      endpoint_(o.endpoint_),
      state_(o.state_) {
  state_->retain();
}

ClassView::~ClassView() { detail::ClassViewState::release(state_); }

detail::ErasedView ClassView::view() const {
  using detail::ClassViewState;
  const detail::ErasedView& first = state_->first();
  const detail::ErasedView::Type type{
      [](const detail::ErasedView& view, Context& context, Response& response) {
        const auto& state = *static_cast<const ClassViewState*>(view.object());
        state.find(context.request().method)(context, response);
      },
      first.variables(), first.variable_count()};
  state_->retain();
  return {type, state_, [](void* state) { ClassViewState::release(static_cast<ClassViewState*>(state)); }};
}

void Scaffold::add_url_rule(std::string rule, const ClassView& view, std::vector<std::string> methods,
                            RouteOptions options, std::source_location where) {
  if (methods.empty() && !options.rule.methods) methods = view.methods;
  if (!options.provide_automatic_options) options.provide_automatic_options = view.provide_automatic_options;
  std::string endpoint = options.endpoint.empty() ? view.endpoint() : options.endpoint;
  add_url_rule(std::move(rule), std::move(endpoint), view.view(), std::move(methods), std::move(options),
               where);
}

}  // namespace retort
