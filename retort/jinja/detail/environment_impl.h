// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The inside of an Environment.

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "retort/jinja/detail/expr.h"
#include "retort/jinja/detail/program.h"
#include "retort/jinja/environment.h"
#include "retort/jinja/extension.h"

namespace retort::jinja {
namespace detail {

/// Templates that stay, found by name without a lock and without counting.
class Published {
 public:
  Published() = default;
  Published(const Published&) = delete;
  Published& operator=(const Published&) = delete;
  ~Published();
  /// Null when there is none.
  const Program* find(std::string_view name) const;
  std::size_t size() const { return size_; }
  /// One that is not there yet; whoever calls it holds the lock.
  void add(Template compiled);

 private:
  struct Entry {
    Template held;
    std::size_t hash;
    Entry* next;
  };
  static constexpr std::size_t kBuckets = 256;
  std::atomic<Entry*> buckets_[kBuckets] = {};
  std::size_t size_ = 0;
};

}  // namespace detail

struct Environment::Impl {
  Options options;
  const Environment* base = nullptr;  // of an overlay: what it shares
  std::map<std::string, NativeFunction, std::less<>> filters;
  std::map<std::string, NativeFunction, std::less<>> tests;
  Value globals = Value::dict();   // frozen entries
  Value policies = Value::dict();  // frozen entries
  JoinPath join_path;
  std::vector<const Extension*> extensions;  // by priority

  mutable std::shared_mutex mutex;  // of `templates` and `pinned`, and to publish
  mutable std::map<std::string, Template, std::less<>> templates;
  mutable std::map<std::string, Template, std::less<>> pinned;  // never forgotten
  mutable detail::Published published;                          // without auto_reload: all but those too many

  detail::Callable filter(std::string_view name) const;
  detail::Callable test(std::string_view name) const;
  const Loader* loader() const;

  // As the environment's functions, but that nothing is suggested: a template that is
  // missing may be none too many.
  Template get(const Environment& environment, std::string_view name, std::string_view parent) const;
  Template select(const Environment& environment, const std::vector<std::string>& names,
                  std::string_view parent) const;
  Template get_or_select(const Environment& environment, const Value& name_or_names,
                         std::string_view parent) const;
  std::string join(std::string_view name, std::string_view parent) const;
  std::optional<Template> find_cached(std::string_view name) const;
  Template keep(Template compiled) const;
  /// The program of that name that stays as long as the environment: others refer to it.
  const detail::Program& pin(const detail::Program& program) const;
};

namespace detail {
/// The engine's way into a handle.
struct TemplateAccess {
  static Template adopt(const Program* program) { return Template(program); }
  static Template borrow(const Program* program) { return Template(program, false); }
  static const Program& program(const Template& handle) { return *handle.program_; }
};

/// Parses and lowers.
Template compile(const Environment& environment, std::string_view source, std::string_view name,
                 std::string_view filename, std::uint64_t version, bool expression = false);
}  // namespace detail

}  // namespace retort::jinja
