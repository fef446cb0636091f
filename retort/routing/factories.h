// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Factories make many rules of a few (Werkzeug's RuleFactory family):
//
//   map.add(Submount("/blog", RuleOf("/", "index"), RuleOf("/entry/<slug>", "show")));
//
// They are values of set-up time, and belong to one thread.

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/function.h"
#include "retort/base/memory.h"
#include "retort/routing/rule.h"

namespace retort::routing {

/// A rule that is not in a map yet.
struct RuleSpec {
  std::string rule;
  std::string endpoint;
  RuleOptions options;
};

/// Anything that yields rules.
class RuleFactory {
 public:
  RuleFactory() = default;
  RuleFactory(RuleFactory&&) = default;
  RuleFactory& operator=(RuleFactory&&) = default;
  virtual ~RuleFactory() = default;
  /// Hands each rule to `sink`, in order. May be called more than once.
  virtual void emit(const Function<void(RuleSpec&&)>& sink) const = 0;
};

/// A list of factories; takes any of them by value.
class RuleList {
 public:
  RuleList() = default;
  template <class... F, class = std::enable_if_t<(std::is_base_of_v<RuleFactory, std::decay_t<F>> && ...)>>
  explicit RuleList(F&&... factories) {
    (add(std::forward<F>(factories)), ...);
  }
  template <class F>
  void add(F factory) {
    items_.push_back(std::make_unique<F>(std::move(factory)));
  }
  void emit(const Function<void(RuleSpec&&)>& sink) const;

 private:
  std::vector<std::unique_ptr<RuleFactory>> items_;
};

/// One rule. Its redirect_function cannot be copied, so a rule that has one may be
/// emitted once only.
class RuleOf : public RuleFactory {
 public:
  RuleOf(std::string rule, std::string endpoint, RuleOptions options = {})
      : spec_{std::move(rule), std::move(endpoint), std::move(options)},
        has_function_(static_cast<bool>(spec_.options.redirect_function)) {}
  void emit(const Function<void(RuleSpec&&)>& sink) const override;

 private:
  mutable RuleSpec spec_;  // mutable: the redirect function is moved out
  bool has_function_;
};

/// Puts a path before the rules; a slash at its end does not count.
class Submount : public RuleFactory {
 public:
  template <class... F>
  explicit Submount(std::string path, F&&... rules)
      : path_(std::move(path)), rules_(std::forward<F>(rules)...) {}
  void emit(const Function<void(RuleSpec&&)>& sink) const override;

 private:
  std::string path_;
  RuleList rules_;
};

/// Puts a text before the endpoints.
class EndpointPrefix : public RuleFactory {
 public:
  template <class... F>
  explicit EndpointPrefix(std::string prefix, F&&... rules)
      : prefix_(std::move(prefix)), rules_(std::forward<F>(rules)...) {}
  void emit(const Function<void(RuleSpec&&)>& sink) const override;

 private:
  std::string prefix_;
  RuleList rules_;
};

/// Puts the rules on a subdomain, which may hold variables.
class Subdomain : public RuleFactory {
 public:
  template <class... F>
  explicit Subdomain(std::string subdomain, F&&... rules)
      : subdomain_(std::move(subdomain)), rules_(std::forward<F>(rules)...) {}
  void emit(const Function<void(RuleSpec&&)>& sink) const override;

 private:
  std::string subdomain_;
  RuleList rules_;
};

/// Rules with $name or ${name} in rule, endpoint, subdomain and text defaults; $$ is a
/// dollar. `with` gives the factory for one set of names.
class RuleTemplate {
 public:
  using Names = std::vector<std::pair<std::string, std::string>>;
  template <class... F>
  explicit RuleTemplate(F&&... rules) : rules_(std::forward<F>(rules)...) {}

  class Filled : public RuleFactory {
   public:
    Filled(const RuleTemplate& of, Names names) : of_(&of), names_(std::move(names)) {}
    /// Throws RuleError for a name that is not given.
    void emit(const Function<void(RuleSpec&&)>& sink) const override;

   private:
    const RuleTemplate* of_;
    Names names_;
  };
  /// The template must outlive what it returns.
  Filled with(Names names) const { return {*this, std::move(names)}; }

 private:
  RuleList rules_;
};

}  // namespace retort::routing
